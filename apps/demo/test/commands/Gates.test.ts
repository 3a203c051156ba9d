import { afterAll, assert, describe, it } from "@effect/vitest";
import { Effect } from "effect";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { demo } from "../setup/DemoProcess.ts";

const folder = mkdtempSync(join(tmpdir(), "gates-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
const accuracy = "11111111-1111-4111-8111-111111111111";
const label = "22222222-2222-4222-8222-222222222222";

/** A run of `total` testcases, of which the first `passing` pass. */
const run = (runId: string, passing: number, total: number, name = "x") =>
  Array.from({ length: total }, (_, index) =>
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
          metricConfigId: accuracy,
          score: { [name]: index < passing },
        },
        { recordId: `${runId}-${index}`, metricConfigId: label, score: { label: "a" } },
      ],
    }),
  ).join("\n");
const pair = (name: string, before: number, after: number, total: number) => {
  writeFileSync(at(name), `${run("a", before, total)}\n${run("b", after, total)}\n`);
  return ["compare", "--replay", at(name)];
};

describe("The gates of a comparison", { timeout: 60_000 }, () => {
  const worse = pair("worse.jsonl", 20, 8, 20);
  const same = pair("same.jsonl", 20, 20, 20);
  const few = pair("few.jsonl", 3, 1, 3);

  it.live.each<readonly [string, ReadonlyArray<string>, number, RegExp]>([
    [
      "a metric that got worse",
      [...worse, "--no-worse", "1111"],
      1,
      /is worse: 100% to 40%, over 20 testcases/,
    ],
    ["any metric that got worse", [...worse, "--no-worse", "*"], 1, /is worse: 100% to 40%/],
    [
      "more regressions",
      [...worse, "--max-regressions", "11"],
      1,
      /12 testcases got worse in 1111.*more than 11/,
    ],
    ["as many regressions", [...worse, "--max-regressions", "12"], 0, /^$/],
    ["a metric that stayed the same", [...same, "--no-worse", `${accuracy}/x`], 0, /^$/],
    [
      "too few testcases",
      [...few, "--no-worse", "1111"],
      1,
      /has 3 testcases in both runs: a verdict needs 6/,
    ],
    [
      "a metric without an order",
      [...same, "--no-worse", "2222"],
      1,
      /is of kind category, which gets no worse/,
    ],
    [
      "an unknown metric",
      [...same, "--no-worse", "3333"],
      1,
      /no score of a metric 3333 is in both runs/,
    ],
    ["a wrong number", [...same, "--max-regressions", "-1"], 2, /0 or above/],
    [
      "a run that is not there",
      ["compare", "a", "z", "--replay", at("same.jsonl"), "--no-worse", "1111"],
      3,
      /no run z/,
    ],
  ])("judge %s", ([, args, expected, message]) =>
    Effect.gen(function* () {
      const { code, stderr, stdout } = yield* demo([...args, "--json"]);
      assert.strictEqual(code, expected, stderr);
      // Without the lines of progress.
      assert.match(stderr.replaceAll(/^ .*\n/gm, ""), message);
      if (expected < 2) assert.include(stdout, `"isKept":${expected === 0}`);
    }),
  );
});

describe("Files for a CI service", { timeout: 60_000 }, () => {
  it.live("hold the gates and metrics of a run, whatever its members are called", () =>
    Effect.gen(function* () {
      const name = "<b>|@team";
      writeFileSync(at("odd.jsonl"), run("a", 5, 10, name).replaceAll("22222222-", "11111111-"));
      const files = ["--junit", at("r.xml"), "--markdown", at("r.md")];
      const { code, stderr } = yield* demo([
        "--replay",
        at("odd.jsonl"),
        "--min-pass",
        `${accuracy}=0.9`,
        ...files,
      ]);
      assert.strictEqual(code, 1, stderr);
      const [junit, markdown] = [
        readFileSync(at("r.xml"), "utf8"),
        readFileSync(at("r.md"), "utf8"),
      ];
      assert.match(junit, /<failure message="pass rate of .* is 0\.5, 0\.4 below 0\.9"\/>/);
      assert.match(markdown, /^\| \*\*failed\*\* \| <code>pass rate of /m);
      assert.match(markdown, /\| 10 \| 50% pass \| /);
      assert.notMatch(junit + markdown, /<b>|@team/);
    }),
  );

  it.live("hold what changed between two runs", () =>
    Effect.gen(function* () {
      const args = pair("files.jsonl", 20, 8, 20);
      const { code } = yield* demo([
        ...args,
        "--no-worse",
        "*",
        "--junit",
        at("c.xml"),
        "--markdown",
        at("c.md"),
      ]);
      assert.strictEqual(code, 1);
      assert.match(readFileSync(at("c.xml"), "utf8"), /name="no metric is worse">\n +<failure/);
      assert.match(
        readFileSync(at("c.md"), "utf8"),
        /\| worse \| 20 \| 100% \| 40% \| −60 points \|/,
      );
    }),
  );

  it.live("say that a run could not be read", () =>
    Effect.gen(function* () {
      const { code } = yield* demo([
        "--replay",
        at("none.jsonl"),
        "--junit",
        at("e.xml"),
        "--markdown",
        at("e.md"),
      ]);
      assert.strictEqual(code, 3);
      assert.match(
        readFileSync(at("e.xml"), "utf8"),
        /errors="1".*\n.*\n.*\n +<error message="[^"]*there is no such file"\/>/,
      );
      assert.include(readFileSync(at("e.md"), "utf8"), "Could not be read");
      const unwritable = yield* demo(["--records", "5", "--junit", at("none/r.xml")]);
      assert.strictEqual(unwritable.code, 2);
      assert.isFalse(existsSync(at("none")));
    }),
  );
});

const sliced = (name: string, before: number, after: number) => {
  const text = [run("a", before, 20), run("b", after, 20)].join("\n");
  const categories = text.replaceAll(/"(\d+)","inputs":\{/g, (_, testcase: string) => {
    const category = Number(testcase) < 10 ? "billing" : "<refund>";
    return `"${testcase}","inputs":{"category":"${category}"`;
  });
  writeFileSync(at(name), `${categories}\n`);
  return ["--replay", at(name), "--by", "inputs.category", "--by", "/inputs/category"];
};

describe("Slices", { timeout: 60_000 }, () => {
  it.live("fail the gates of a run by name, in the terminal, JUnit and Markdown", () =>
    Effect.gen(function* () {
      const { code, stderr, stdout } = yield* demo([
        "report",
        ...sliced("sliced.jsonl", 10, 20),
        // Of several gates on one metric, each counts.
        "--min-pass",
        "1111@*=0.9",
        "--min-pass",
        "1111@billing=1",
        "--min-pass",
        "1111@*=0",
        "--min-pass",
        "1111@other=0",
        "--junit",
        at("s.xml"),
        "--markdown",
        at("s.md"),
      ]);
      assert.strictEqual(code, 1, stderr);
      assert.match(
        stderr,
        /The run fails 2 gates: in slice <refund>, .* is 0, 0\.9 below 0\.9; .* no slice other/,
      );
      assert.match(
        stdout,
        /By inputs\.category: 2 slices\n +metric .*\n +1111\S+ +<refund> +10 +0% pass/,
      );
      const [junit, markdown] = [at("s.xml"), at("s.md")].map((file) => readFileSync(file, "utf8"));
      assert.match(
        junit ?? "",
        /name="pass rate of 1111@\* is at least 0\.9">\s+<failure message="in slice &#60;refund/,
      );
      assert.match(junit ?? "", /<testsuite name="slices" tests="4"/);
      assert.match(markdown ?? "", /\| <code>billing<\/code> \| 10 \| 100% pass \|/);
      assert.notInclude(`${junit}${markdown}`, "<refund>");
    }),
  );

  it.live("fail the gates of a comparison, and are in its document", () =>
    Effect.gen(function* () {
      const { code, stderr, stdout } = yield* demo([
        "compare",
        ...sliced("pair.jsonl", 20, 10),
        "--json",
        "--no-worse",
        "1111@<refund>",
        "--no-worse",
        "*@billing",
      ]);
      assert.strictEqual(code, 1, stderr);
      assert.match(
        stderr,
        /The candidate fails a gate: in slice <refund>, 1111.* is worse: 100% to 0%, over 10/,
      );
      const { slicedBy } = JSON.parse(stdout);
      assert.lengthOf(slicedBy, 1);
      assert.containSubset(slicedBy[0], {
        by: "inputs.category",
        pointer: "/inputs/category",
        slices: [
          {
            slice: "<refund>",
            kind: "text",
            value: "<refund>",
            metrics: [{ verdict: "worse" }, {}],
          },
          { slice: "billing", metrics: [{ verdict: "same" }, {}] },
        ],
      });
    }),
  );

  it.live("need a path", () =>
    Effect.gen(function* () {
      const { code, stderr } = yield* demo(["--by", "inputs..category"]);
      assert.strictEqual(code, 2);
      assert.include(stderr, 'got "inputs..category", which has an empty name between its dots');
    }),
  );
});
