import { NodeServices } from "@effect/platform-node";
import { afterAll, assert, describe, it } from "@effect/vitest";
import { Replay } from "@scorecard-effect/fixtures";
import { Effect, Stream } from "effect";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ImportedRun } from "../../src/import/ImportedRun.ts";
import * as Inspect from "../../src/import/Inspect.ts";
import { metricIdOf } from "../../src/import/MetricId.ts";
import * as Promptfoo from "../../src/import/Promptfoo.ts";
import { demo } from "../setup/DemoProcess.ts";
import { type Method, zip } from "../setup/ZipArchive.ts";

const data = (name: string) => join(import.meta.dirname, "../data", name);
const folder = mkdtempSync(join(tmpdir(), "import-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const recordsOf = (run: ImportedRun | undefined) =>
  run === undefined ? Effect.succeed([]) : Stream.runCollect(run.records);
const provided = Effect.provide(NodeServices.layer);

describe("The id of an imported metric", () => {
  it("is the UUID of version 5 that other implementations give its name", () => {
    // Python: uuid5(uuid5(NAMESPACE_URL, "https://scorecard.io/imported-metric"), "inspect:match")
    assert.strictEqual(metricIdOf("inspect", "match"), "546e3779-290c-5af1-990d-8a3089defe69");
    assert.strictEqual(metricIdOf("promptfoo", "contains"), "55fb784a-7956-5cf0-9b08-88a22788163e");
  });
});

describe("Results of promptfoo", () => {
  const results = data("promptfoo-results.json");

  it.effect("become a run for each prompt with a provider, and a testcase for repeated tests", () =>
    Effect.gen(function* () {
      const runs = yield* Promptfoo.read(results);
      assert.deepStrictEqual(
        runs.map(({ runId, title }) => [runId, title]),
        [
          ["eval-abc-2026-05-01T10:00:00.1", "provider openai:gpt-4o-mini, prompt short"],
          ["eval-abc-2026-05-01T10:00:00.2", "provider big, prompt short"],
        ],
      );
      const [small, big] = [yield* recordsOf(runs[0]), yield* recordsOf(runs[1])];
      assert.deepStrictEqual(
        small.map(({ id }) => id),
        ["r1", "r2"],
      );
      assert.strictEqual(new Set([...small, ...big].map(({ testcaseId }) => testcaseId)).size, 1);
      assert.deepStrictEqual(runs[0]?.about["config"], { description: "sums" });
    }).pipe(provided),
  );

  it.effect("keep variables, assertions, answers and costs, and score each kind of assertion", () =>
    Effect.gen(function* () {
      const [run] = yield* Promptfoo.read(results);
      const [record] = yield* recordsOf(run);
      assert.deepStrictEqual(record?.inputs, {
        prompt: "Answer: What is 2 + 2?",
        vars: { question: "What is 2 + 2?", topic: "sums" },
        description: "a sum",
        template: { label: "short" },
      });
      assert.deepInclude(record?.outputs, {
        output: "4",
        latencyMs: 420,
        cost: 0.00002,
        namedScores: { Correct: 1, brevity: 0.75 },
        tokenUsage: { total: 12, prompt: 9, completion: 3 },
        metadata: { trace: "t1" },
        provider: { id: "openai:gpt-4o-mini", label: "" },
      });
      assert.deepStrictEqual(Object.keys(record?.expected ?? {}), ["assert"]);
      assert.deepStrictEqual(
        record?.scores.map(({ metricName, metricConfigId, score }) => [
          metricName,
          metricConfigId === metricIdOf("promptfoo", metricName),
          score["pass"],
          score["score"],
        ]),
        [
          ["test", true, true, 1],
          ["Correct", true, true, 1],
          ["llm-rubric", true, true, 0.9],
          ["brevity", true, undefined, 0.75],
        ],
      );
    }).pipe(provided),
  );

  it.effect("have no scores where the provider failed", () =>
    Effect.gen(function* () {
      const [, run] = yield* Promptfoo.read(results);
      const [record] = yield* recordsOf(run);
      assert.deepStrictEqual(record?.scores, []);
      assert.strictEqual(record?.outputs["error"], "API error: 500");
    }).pipe(provided),
  );

  it.effect("are read from JSON lines and from the inner object too", () =>
    Effect.gen(function* () {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      const whole = JSON.parse(readFileSync(results, "utf8")) as {
        results: { results: ReadonlyArray<unknown> };
      };
      const lines = file(
        "rows.jsonl",
        whole.results.results.map((row) => JSON.stringify(row)).join("\n"),
      );
      const inner = file("inner.json", JSON.stringify(whole.results));
      for (const path of [lines, inner]) {
        const runs = yield* Promptfoo.read(path);
        assert.lengthOf(runs, 2);
        assert.lengthOf(yield* recordsOf(runs[0]), 2);
      }
    }).pipe(provided),
  );
});

describe("Logs of Inspect", () => {
  const log = data("inspect-log.json");

  it.effect("become records, with epochs as trials of a testcase", () =>
    Effect.gen(function* () {
      const run = yield* Inspect.read(log);
      const records = yield* recordsOf(run);
      assert.strictEqual(run.runId, "E1");
      assert.deepStrictEqual(
        records.map(({ id, testcaseId }) => `${id} of ${testcaseId}`),
        ["1_epoch_1 of 1", "1_epoch_2 of 1", "b_epoch_1 of b"],
      );
      const [first, failed, last] = records;
      assert.deepStrictEqual(first?.inputs, {
        input: "What is 2 + 2?",
        choices: ["3", "4"],
        metadata: { topic: "sums" },
      });
      assert.deepStrictEqual(first?.expected, { target: "4" });
      assert.deepInclude(first?.outputs, {
        completion: "4",
        epoch: 1,
        model: "gpt-4o-2024",
        usage: { input_tokens: 9, output_tokens: 3, total_tokens: 12 },
        store: { notes: "NaN is a text" },
        total_time: 1.25,
        unscored: { judge: { value: "NaN", explanation: "the judge refused" } },
      });
      assert.deepInclude(JSON.stringify(first?.outputs["messages"]), "A long text.");
      assert.deepStrictEqual(
        first?.scores.map(({ metricName, score }) => [metricName, score["value"]]),
        [
          ["match", "C"],
          ["rubric", { clarity: 5, style: "NaN" }],
        ],
      );
      assert.deepStrictEqual(failed?.scores, []);
      assert.deepInclude(failed?.outputs["error"], { message: "TimeoutError" });
      assert.deepStrictEqual(
        last?.scores.map(({ metricName }) => metricName),
        ["score"],
      );
      assert.strictEqual(last?.outputs["completion"], "Bye");
    }).pipe(provided),
  );

  const inArchive = (): ReadonlyArray<readonly [string, string]> => {
    const text = readFileSync(log, "utf8").replaceAll(/: NaN/g, ": null");
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const { samples, ...header } = JSON.parse(text) as {
      samples: ReadonlyArray<{ id: string; epoch: number }>;
    };
    return [
      ["_journal/start.json", JSON.stringify(header)],
      ...samples.map(
        (own) => [`samples/${own.id}_epoch_${own.epoch}.json`, JSON.stringify(own)] as const,
      ),
      ["summaries.json", "[]"],
      ["header.json", JSON.stringify(header)],
    ];
  };

  it.effect.each<Method | "zip64">(["stored", "deflate", "zstd", "zip64"])(
    "are read from an archive: %s",
    (method) =>
      Effect.gen(function* () {
        const options = method === "zip64" ? { zip64: true } : { method };
        const run = yield* Inspect.read(file(`${method}.eval`, zip(inArchive(), options)));
        assert.strictEqual(run.runId, "E1");
        assert.deepStrictEqual(
          (yield* recordsOf(run)).map(({ id, outputs }) => `${id} ${String(outputs["epoch"])}`),
          ["1_epoch_1 1", "1_epoch_2 2", "b_epoch_1 1"],
        );
      }).pipe(provided),
  );

  it.effect("are read from the archive of an interrupted run", () =>
    Effect.gen(function* () {
      const files = inArchive().filter(([name]) => !/^(header|summaries)/.test(name));
      const run = yield* Inspect.read(file("interrupted.eval", zip(files)));
      assert.lengthOf(yield* recordsOf(run), 3);
    }).pipe(provided),
  );
});

describe("demo import", { timeout: 60_000 }, () => {
  it.live("writes a recording that --replay reads", () =>
    Effect.gen(function* () {
      const to = join(folder, "run.jsonl");
      const { code, stdout, stderr } = yield* demo([
        "import",
        "inspect",
        data("inspect-log.json"),
        "--to",
        to,
      ]);
      assert.strictEqual(code, 0, stderr);
      assert.match(stdout, /^Wrote 3 records of 1 run to /);
      assert.match(stdout, /^ {2}match +546e3779-290c-5af1-990d-8a3089defe69$/m);
      const runs = yield* Replay.load(to);
      assert.deepStrictEqual(
        runs.map(({ runId, size }) => [String(runId), size]),
        [["E1", 3]],
      );
      const report = yield* demo(["--replay", to]);
      assert.strictEqual(report.code, 0, report.stderr);
      assert.include(report.stdout, "546e3779-290c-5af1-990d-8a3089defe69");
      const refused = yield* demo(["import", "inspect", data("inspect-log.json"), "--to", to]);
      assert.strictEqual(refused.code, 2);
      assert.match(refused.stderr, /^demo: [^\n]+ already exists: replace it with --overwrite\n$/);
    }).pipe(provided),
  );

  const bad: ReadonlyArray<
    readonly [string, "promptfoo" | "inspect", string | Uint8Array, string]
  > = [
    ["a file of another tool", "inspect", "{}", "is no log of Inspect: /eval: Missing key"],
    ["broken JSON", "inspect", '{"eval":', "is not JSON: "],
    ["other bytes", "promptfoo", Buffer.from('"\xff"', "latin1"), "is not UTF-8"],
    [
      "a wrong sample",
      "inspect",
      '{"eval":{"task":"t"},"samples":[{"id":1,"epoch":1,"input":""},{"id":2,"epoch":"x","input":""}]}',
      "/samples/1: /epoch: Expected number",
    ],
    ["a log without samples", "inspect", '{"eval":{"task":"t"}}', "has no samples"],
    [
      "a cut archive",
      "inspect",
      zip([["header.json", "{}"]]).subarray(0, 40),
      "is a damaged archive",
    ],
    [
      "a wrong file in an archive",
      "inspect",
      zip([
        ["header.json", '{"eval":{"task":"t"}}'],
        ["samples/1_epoch_1.json", "{"],
      ]),
      "samples/1_epoch_1.json: is not JSON",
    ],
    [
      "a wrong result",
      "promptfoo",
      '{"results":{"results":[{"success":true},{"success":1}]}}',
      "/results/results/1/success: Expected boolean",
    ],
    [
      "a wrong line",
      "promptfoo",
      '{"success":true}\n{"success":"no"}',
      "line 2: /success: Expected boolean",
    ],
    ["no results", "promptfoo", '{"results":{"results":[]}}', "/results/results is empty"],
  ];
  it.effect.each(bad)("says in one line what is wrong with %s", ([name, tool, content, problem]) =>
    Effect.gen(function* () {
      const path = file(`bad ${name}`, content);
      const error = yield* Effect.flip(
        tool === "inspect"
          ? Effect.flatMap(Inspect.read(path), recordsOf)
          : Effect.asVoid(Promptfoo.read(path)),
      );
      assert.include(error.message, `${path}: `);
      assert.include(error.message, problem);
      assert.notInclude(error.message, "\n");
    }).pipe(provided),
  );

  it.live("exits with 3 for a file that cannot be read, and leaves no file", () =>
    Effect.gen(function* () {
      const to = join(folder, "none.jsonl");
      const { code, stderr } = yield* demo([
        "import",
        "promptfoo",
        join(folder, "none.json"),
        "--to",
        to,
      ]);
      assert.strictEqual(code, 3);
      assert.match(stderr, /^demo: [^\n]+none\.json: cannot be read: there is no such file\n$/);
      assert.throws(() => readFileSync(to));
      const unwritable = yield* demo([
        "import",
        "promptfoo",
        data("promptfoo-results.json"),
        "--to",
        join(folder, "none", "a.jsonl"),
      ]);
      assert.strictEqual(unwritable.code, 2, unwritable.stderr);
      const unknown = yield* demo(["import", "other", "a.json", "--to", to]);
      assert.strictEqual(unknown.code, 2);
    }),
  );
});
