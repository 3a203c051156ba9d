import { NodeServices } from "@effect/platform-node";
import { afterAll, assert, describe, it } from "@effect/vitest";
import { parseMetricsFile } from "@scorecard-effect/contract/metrics";
import { Effect, Option, Result } from "effect";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as MetricsFlag from "../../src/source/MetricsFlag.ts";
import { demo } from "../setup/DemoProcess.ts";

const folder = mkdtempSync(join(tmpdir(), "metrics-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

const correctness = "11111111-1111-4111-8111-111111111111";
const speed = "22222222-2222-4222-8222-222222222222";

const run = (runId: string, slowdown: number) =>
  Array.from({ length: 20 }, (_, index) =>
    JSON.stringify({
      id: `${runId}-${index}`,
      runId,
      testcaseId: String(index),
      inputs: {},
      expected: {},
      outputs: {},
      scores: [
        {
          recordId: `${runId}-${index}`,
          metricConfigId: correctness,
          score: { grade: index < 15 ? "C" : "I" },
        },
        {
          recordId: `${runId}-${index}`,
          metricConfigId: speed,
          score: { ms: 100 + index + slowdown },
        },
      ],
    }),
  ).join("\n");
writeFileSync(at("runs.jsonl"), `${run("a", 0)}\n${run("b", 50)}\n`);
writeFileSync(
  at("metrics.json"),
  JSON.stringify({
    metrics: {
      [correctness]: { name: "Correct | <b>answer</b>", path: "/grade", pass: ["C", "P"] },
      [speed]: { name: "Answer time", path: "/ms", kind: "number", better: "lower", unit: "ms" },
    },
  }),
);
const replayed = ["--replay", at("runs.jsonl"), "--metrics", at("metrics.json")];

describe("--metrics", { timeout: 60_000 }, () => {
  it.live("puts names and units into a report, its gates, its JSON and its files", () =>
    Effect.gen(function* () {
      const files = ["--junit", at("r.xml"), "--markdown", at("r.md"), "--json"];
      const gates = ["--min-pass", "correct | <b>ANSWER</b>=0.8", "--max-mean", "answer time=100"];
      const { code, stdout, stderr } = yield* demo([...replayed, ...gates, ...files]);
      assert.strictEqual(code, 1);
      assert.include(stderr, "pass rate of Correct | <b>answer</b> is 0.75, 0.05 below 0.8");
      assert.include(stderr, "mean of Answer time is 109.5 ms, 9.5 ms above 100");
      assert.include(
        stdout,
        '"name":"Answer time","unit":"ms","kind":"number","isLowerBetter":true',
      );
      const [junit, markdown] = [
        readFileSync(at("r.xml"), "utf8"),
        readFileSync(at("r.md"), "utf8"),
      ];
      assert.include(junit, 'name="Answer time"');
      assert.include(junit, "mean 109.5 ± 5.92 ms");
      assert.include(markdown, "109.5 ± 5.92 ms");
      for (const text of [junit, markdown]) {
        assert.notInclude(text, "<b>");
        assert.notInclude(text, correctness);
        assert.notInclude(text, speed);
      }
    }),
  );

  it.live("puts names and units into a comparison, and says what its gates counted", () =>
    Effect.gen(function* () {
      const gates = [
        "--no-worse",
        "answer time",
        "--no-worse",
        "Answr time",
        "--max-regressions",
        "3",
      ];
      const { code, stdout } = yield* demo(["compare", ...replayed, ...gates], { COLUMNS: "200" });
      assert.strictEqual(code, 1);
      assert.match(stdout, /Answer time +worse +20 +109\.5 ms +159\.5 ms +\+50 ms/);
      assert.include(stdout, "Lower is better: Answer time.");
      assert.include(stdout, "Answer time  100 ms → 150 ms  testcase 0");
      assert.include(stdout, "Answer time is worse: 109.5 ms to 159.5 ms, over 20 testcases");
      assert.include(
        stdout,
        "20 testcases got worse in Answer time, more than 3 (of 20 testcases, and 0 got better)",
      );
      assert.include(stdout, "no score of a metric Answr time is in both runs");
      assert.include(stdout, "did you mean Answer time?");
      assert.notInclude(stdout, speed.slice(0, 8));
    }),
  );

  it.live("names the metrics of the file that a run has no score of", () =>
    Effect.gen(function* () {
      const names = Object.fromEntries(
        [1, 2, 3, 4, 5, 6].map((index) => [
          `0000000${index}-1111-4111-8111-111111111111`,
          { name: `Absent ${index}` },
        ]),
      );
      const metrics = { ...names, [speed]: { name: "Answer time" } };
      writeFileSync(at("absent.json"), JSON.stringify({ metrics }));
      const args = ["--replay", at("runs.jsonl"), "--metrics", at("absent.json")];
      const { stdout } = yield* demo(args);
      const five = [1, 2, 3, 4, 5].map((index) => `Absent ${index} (0000000${index}…)`);
      const listed = `${five.join(", ")} and 1 more.`;
      assert.include(
        stdout,
        `  In the metrics file, and not in the scores that the run has: ${listed}`,
      );
      const compared = yield* demo(["compare", ...args]);
      assert.include(compared.stdout, `not in the scores that the runs share: ${listed}`);
    }),
  );

  it.live("refuses a file with mistakes, a line for each", () =>
    Effect.gen(function* () {
      writeFileSync(
        at("wrong.json"),
        JSON.stringify({ metrics: { [speed]: { nmae: "Time", path: "ms" } } }),
      );
      const { code, stdout, stderr } = yield* demo([
        "--replay",
        at("runs.jsonl"),
        "--metrics",
        at("wrong.json"),
      ]);
      assert.strictEqual(code, 2);
      assert.strictEqual(stdout, "");
      assert.deepStrictEqual(stderr.trimEnd().split("\n"), [
        `demo: ${at("wrong.json")}: /metrics/${speed}/nmae: Unknown key "nmae", expected name, path, kind, pass, better, unit: did you mean "name"?`,
        `demo: ${at("wrong.json")}: /metrics/${speed}/path: Expected a JSON Pointer into the score such as "/score", found "ms": did you mean "/ms"?`,
      ]);
    }),
  );

  it.effect("says why a file cannot be read", () =>
    Effect.gen(function* () {
      writeFileSync(at("latin1.json"), Buffer.from([0x7b, 0xe9, 0x7d]));
      writeFileSync(at("large.json"), Buffer.alloc(5_000_000, " "));
      for (const [file, problem] of [
        [at("nowhere.json"), "cannot be read: there is no such file"],
        [folder, "cannot be read: it is not a file"],
        [at("latin1.json"), "is not UTF-8"],
        [at("large.json"), "has more than 4,000,000 bytes: it is no metrics file"],
      ] as const) {
        const { message } = yield* Effect.flip(MetricsFlag.load(Option.some(file), "demo"));
        assert.strictEqual(message, `${file}: ${problem}`);
      }
    }).pipe(Effect.provide(NodeServices.layer)),
  );
});

describe("The guide to the metrics file", { timeout: 60_000 }, () => {
  const guide = readFileSync(
    join(import.meta.dirname, "../../../../docs/guides/metrics-file.md"),
    "utf8",
  );
  const blocks = (language: string) =>
    Array.from(
      guide.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, "gm")),
      ([, text = ""]) => text,
    );

  it("shows files that can be read", () => {
    assert.lengthOf(blocks("json"), 2);
    for (const text of blocks("json")) assert.isTrue(Result.isSuccess(parseMetricsFile(text)));
  });

  it.live("shows what the demo prints with its file, and for mistakes in one", () =>
    Effect.gen(function* () {
      const [file = ""] = blocks("json");
      const [report = "", mistakes = ""] = blocks("text");
      writeFileSync(at("guide.json"), file);
      const { stdout } = yield* demo(["--metrics", at("guide.json")]);
      assert.include(stdout, report);
      writeFileSync(
        at("guide.json"),
        file.replace('"name": "Helpful", ', '"nmae": "Helpful", ').replace(">= 4", "=> 4"),
      );
      const { stderr } = yield* demo(["--metrics", at("guide.json")]);
      // There, the metric has one entry.
      assert.strictEqual(
        stderr.replaceAll(at("guide.json"), "metrics.json").replaceAll("/1/", "/"),
        mistakes,
      );
    }),
  );
});

describe("An export with --metrics", { timeout: 60_000 }, () => {
  it.live("is not resumed with another file, and is no JSON lines", () =>
    Effect.gen(function* () {
      const header = { version: 4, format: "CSV", runId: "a", source: "x", pageSize: 100 };
      writeFileSync(at("run.csv.part"), "");
      writeFileSync(at("run.csv.part.journal"), `${JSON.stringify(header)}\n`);
      for (const [name, problem] of [
        ["run.csv", "was started without metrics file: start over with --overwrite"],
        ["run.jsonl", "--metrics names columns, which JSON lines do not have"],
      ] as const) {
        const args = ["export", ...replayed, "--to", at(name), "--resume"];
        const { code, stderr } = yield* demo(args);
        assert.strictEqual(code, 2);
        assert.include(stderr, problem);
      }
    }),
  );
});

describe("demo metrics", { timeout: 60_000 }, () => {
  it.live("writes a first file, with placeholders for names", () =>
    Effect.gen(function* () {
      const replay = ["--replay", at("runs.jsonl")];
      const written = yield* demo(["metrics", ...replay, "--to", at("first.json")]);
      assert.strictEqual(written.code, 0, written.stderr);
      assert.include(written.stdout, "Wrote 2 metrics of run a to ");
      assert.deepStrictEqual(JSON.parse(readFileSync(at("first.json"), "utf8")), {
        metrics: {
          [correctness]: { name: "Metric 1", path: "/grade", kind: "category" },
          [speed]: { name: "Metric 2", path: "/ms", kind: "number", better: "higher" },
        },
      });
    }),
  );
});
