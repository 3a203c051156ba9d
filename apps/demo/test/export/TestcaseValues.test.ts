/** Columns with the values of testcases. */
import { afterAll, assert, describe, it } from "@effect/vitest";
import { parse } from "csv-parse/sync";
import { Effect } from "effect";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { demo } from "../setup/DemoProcess.ts";

const folder = mkdtempSync(join(tmpdir(), "testcases-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
const metric = "11111111-1111-4111-8111-111111111111";

/** Trials: the testcase, and the scores of the metric in the record. */
const trials: ReadonlyArray<
  readonly [testcase: string | undefined, ...scores: ReadonlyArray<object>]
> = [
  ["a", { passed: true, score: 1, label: "x" }],
  ["b", { passed: false, score: 5, label: "y" }],
  ["a", { passed: false, score: 2, label: "y" }],
  ["a", { passed: true, score: 6, label: "x" }],
  [undefined, { passed: true, score: 7, label: "z" }],
  ["c"],
  [undefined, { passed: true, score: 1 }, { passed: false, score: 2 }],
];
writeFileSync(
  at("run.jsonl"),
  trials
    .map(([testcaseId, ...scores], index) =>
      JSON.stringify({
        id: String(index),
        runId: "1",
        testcaseId,
        inputs: {},
        expected: {},
        outputs: {},
        scores: scores.map((score) => ({ recordId: String(index), metricConfigId: metric, score })),
      }),
    )
    .join("\n"),
);
writeFileSync(
  at("metrics.json"),
  JSON.stringify({
    metrics: {
      [metric]: [
        { name: "Passed", path: "/passed", kind: "boolean" },
        { name: "Score", path: "/score", kind: "number" },
        { name: "Label", path: "/label", kind: "category" },
      ],
    },
  }),
);

const columnsOf = Effect.fnUntraced(function* (reduction: string) {
  const to = at(`${reduction}.csv`);
  const { code, stderr } = yield* demo([
    "export",
    "--replay",
    at("run.jsonl"),
    "--metrics",
    at("metrics.json"),
    "--testcases",
    reduction,
    "--to",
    to,
  ]);
  assert.strictEqual(code, 0, stderr);
  const rows: ReadonlyArray<Readonly<Record<string, string>>> = parse(readFileSync(to), {
    columns: true,
  });
  return rows.map((row) =>
    ["Passed", "Score", "Label"].map((name) => row[`${name}_${reduction}`] ?? "no column"),
  );
});

describe("The values of testcases", () => {
  it.live.each<readonly [string, ReadonlyArray<ReadonlyArray<string>>]>([
    // Records of testcases a, b, a, a, none, c without a score, and none with two scores.
    [
      "mean",
      [
        ["0.6666666666666666", "3", "x"],
        ["0", "5", "y"],
        ["1", "7", "z"],
        ["0.5", "1.5", ""],
      ],
    ],
    [
      "any",
      [
        ["true", "6", "x"],
        ["false", "5", "y"],
        ["true", "7", "z"],
        ["true", "1.5", ""],
      ],
    ],
    [
      "all",
      [
        ["false", "1", "x | y"],
        ["false", "5", "y"],
        ["true", "7", "z"],
        ["false", "1.5", ""],
      ],
    ],
    [
      "majority",
      [
        ["true", "2", "x"],
        ["false", "5", "y"],
        ["true", "7", "z"],
        ["false", "1.5", ""],
      ],
    ],
  ])("have a column for each metric, as figures count them: %s", ([reduction, values]) =>
    Effect.gen(function* () {
      const [a, b, alone, twice] = values;
      assert.deepStrictEqual(yield* columnsOf(reduction), [a, b, a, a, alone, ["", "", ""], twice]);
    }),
  );
});
