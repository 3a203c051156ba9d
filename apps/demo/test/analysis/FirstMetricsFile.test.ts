import { assert, describe, it } from "@effect/vitest";
import { RecordWithScores } from "@scorecard-effect/contract";
import { parseMetricsFile } from "@scorecard-effect/contract/metrics";
import { FakeRun } from "@scorecard-effect/fixtures";
import { Result, Schema, Struct } from "effect";
import * as FileKnowledge from "../../src/analysis/FileKnowledge.ts";
import * as FirstMetricsFile from "../../src/analysis/FirstMetricsFile.ts";
import { tally } from "../../src/analysis/Summary.ts";

const id = (index: number) => `0000000${index}-0000-4000-8000-000000000000`;

const firstOf = (records: ReadonlyArray<RecordWithScores>) => {
  const first = FirstMetricsFile.make();
  first.add({ records });
  return first.result();
};

/** The figures of a run, without what a file adds to them. */
const figuresOf = (records: ReadonlyArray<RecordWithScores>, file?: object) => {
  const knowledge =
    file === undefined
      ? undefined
      : FileKnowledge.make(Result.getOrThrow(parseMetricsFile(JSON.stringify(file))));
  const run = tally({ knowledge });
  run.add({ records });
  const { metrics, ...rest } = run.summary();
  return { ...rest, metrics: metrics.map((metric) => Struct.omit(metric, ["name", "unit"])) };
};

/** A run with one score for each record, by the number of its metric. */
const runOf = (
  scores: ReadonlyArray<readonly [metric: number, score: unknown, more?: object]>,
): ReadonlyArray<RecordWithScores> =>
  scores.map(([metric, score, more], index) =>
    Schema.decodeUnknownSync(RecordWithScores)({
      id: String(index),
      runId: "1",
      inputs: {},
      expected: {},
      outputs: {},
      scores: [{ recordId: String(index), metricConfigId: id(metric), score, ...more }],
    }),
  );

describe("A first metrics file", () => {
  it.each(FakeRun.presetNames)("gives a run like %s the same figures", (preset) => {
    const run = FakeRun.make({ preset, records: 60 });
    const records = Array.from({ length: 60 }, (_, index) => run.record(index));
    const { file, remarks } = firstOf(records);
    assert.deepStrictEqual(remarks, []);
    assert.deepStrictEqual(figuresOf(records, file), figuresOf(records));
  });

  it("says what was recognised, in order of appearance", () => {
    const records = runOf([
      [2, { passed: true, latencyMs: 120, explanation: "because" }],
      [1, { value: "C" }],
      [2, { passed: false, latencyMs: 80 }],
      [3, { answer: null }],
      [4, { cost_usd: 0.01 }],
      [1, { value: " I " }],
    ]);
    const { file, remarks } = firstOf(records);
    assert.deepStrictEqual(Object.entries(file.metrics), [
      [
        id(2),
        [
          { name: "Metric 1 passed", path: "/passed", kind: "boolean", better: "higher" },
          {
            name: "Metric 1 latencyMs",
            path: "/latencyMs",
            kind: "number",
            better: "lower",
            unit: "ms",
          },
        ],
      ],
      [id(1), { name: "Metric 2", path: "/value", kind: "category" }],
      [id(3), { name: "Metric 3" }],
      [
        id(4),
        { name: "Metric 4", path: "/cost_usd", kind: "number", better: "lower", unit: "USD" },
      ],
    ]);
    assert.deepStrictEqual(remarks, [
      `Metric 3 (${id(3)}): nothing is recognised in its scores. Give it a path`,
    ]);
    assert.deepStrictEqual(figuresOf(records, file), figuresOf(records));
  });

  it("leaves out a kind that would turn values into others", () => {
    const records = runOf([
      [1, { score: 0.5 }],
      [1, { score: 0.7 }],
      [1, { score: "0.9" }],
      [2, { value: true }],
      [2, { value: false }],
      [2, { value: 1 }],
      [3, { label: "a" }],
      [3, { label: "b" }],
      [3, { label: 3 }],
    ]);
    const { file } = firstOf(records);
    assert.deepStrictEqual(Object.values(file.metrics), [
      { name: "Metric 1", path: "/score", better: "higher" },
      { name: "Metric 2", path: "/value", better: "higher" },
      { name: "Metric 3", path: "/label" },
    ]);
    assert.deepStrictEqual(figuresOf(records, file), figuresOf(records));
  });

  it("calls metrics as their records do, each by a name of its own", () => {
    const { file } = firstOf(
      runOf([
        [1, { passed: true }, { metricName: "Exact match" }],
        [2, { passed: true }, { metricName: "exact MATCH" }],
        [3, { "a/b": true }, { metricName: "*" }],
        [4, { scores: { tone: 1 } }, { metricName: "two\nlines " }],
      ]),
    );
    assert.deepStrictEqual(Object.values(file.metrics), [
      { name: "Exact match", path: "/passed", kind: "boolean", better: "higher" },
      { name: "exact MATCH (2)", path: "/passed", kind: "boolean", better: "higher" },
      { name: "Metric 3", path: "/a~1b", kind: "boolean", better: "higher" },
      { name: "two lines", path: "/scores/tone", kind: "number", better: "higher" },
    ]);
  });

  it("has no entries for more members than an entry can have", () => {
    const members = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`m${n}`, n]));
    const others = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`n${n}`, n]));
    const records = runOf([
      [1, members],
      [1, others],
    ]);
    const { file, remarks } = firstOf(records);
    assert.deepStrictEqual(file.metrics, { [id(1)]: { name: "Metric 1" } });
    assert.lengthOf(remarks, 1);
    assert.deepStrictEqual(figuresOf(records, file), figuresOf(records));
  });
});
