import { assert, describe, it } from "@effect/vitest";
import { MetricConfigId, RecordId, type Score } from "@scorecard-effect/contract";
import { FakeRun } from "@scorecard-effect/fixtures";
import { cellsOf } from "../../src/analysis/Cell.ts";
import { readingsOf, reasoningOf } from "../../src/analysis/ScoreReading.ts";
import * as Series from "../../src/analysis/Series.ts";
import { tally } from "../../src/analysis/Summary.ts";

const id = MetricConfigId.make("00000001-0000-4000-8000-000000000001");
const { testcaseId: _, ...base } = FakeRun.make({ records: 1 }).record(0);
const scoreOf = (score: Score["score"], metricConfigId = id): Score => ({
  recordId: RecordId.make("1"),
  metricConfigId,
  score,
});
const valuesOf = (score: Score["score"]) =>
  Object.fromEntries(readingsOf(score).map(({ member, value }) => [member, value]));
const cellsIn = (...scores: ReadonlyArray<Score["score"]>) => {
  const index = Series.make();
  const cells = cellsOf({ ...base, scores: scores.map((own) => scoreOf(own)) }, index);
  return Object.fromEntries(index.all.map(({ member }, number) => [member, cells[number] ?? null]));
};

describe("A score", () => {
  it.each<readonly [Score["score"], Readonly<Record<string, unknown>>]>([
    [{ binaryScore: true, reasoning: "because" }, { binaryScore: true }],
    [{ intScore: 4 }, { intScore: 4 }],
    [{ floatScore: 0.3 }, { floatScore: 0.3 }],
    [
      { passed: false, score: 0.1, explanation: "why not" },
      { passed: false, score: 0.1 },
    ],
    [
      { f1_score: 0.7, precision: 0.8, recall: 0.6 },
      { f1_score: 0.7, precision: 0.8, recall: 0.6 },
    ],
    [{ value: "C", answer: "Yes", explanation: "Yes" }, { value: "C" }],
    [{ label: "good", comment: "a text" }, { label: "good" }],
    [
      { value: { tone: 0.5, "a/b~c": true, note: "x" } },
      { "value/tone": 0.5, "value/a~1b~0c": true },
    ],
    [{ __proto__: 1, constructor: 2 }, { constructor: 2 }],
  ])("%j says %j", (score, values) => {
    assert.deepStrictEqual<unknown>(valuesOf(score), values);
  });

  it.each<Score["score"]>([
    {},
    { value: null },
    { value: [1, 2] },
    { value: Number.POSITIVE_INFINITY },
    { value: "" },
    { value: "a text\nof two lines" },
    { value: "x".repeat(61) },
    { answer: "Yes" },
    { metadata: { confidence: 0.5 } },
  ])("%j says nothing", (score) => {
    assert.deepStrictEqual(valuesOf(score), {});
  });

  it.each(["reasoning", "explanation", "rationale", "reason", "justification", "feedback"])(
    "has its reasoning in %s",
    (name) => {
      assert.strictEqual(reasoningOf(scoreOf({ value: 1, [name]: "because" })), "because");
      assert.isUndefined(reasoningOf(scoreOf({ value: 1, [name]: "" })));
    },
  );

  it("is one of several of its metric in a record: their mean counts, in any order", () => {
    assert.deepStrictEqual(cellsIn({ value: 1 }, { value: 2 }, { value: 6 }), {
      null: null,
      value: 3,
    });
    assert.deepStrictEqual(cellsIn({ value: true }, { value: true }), { null: null, value: true });
    for (const pair of [
      [true, false],
      [false, true],
    ]) {
      const cells = cellsIn(...pair.map((binaryScore) => ({ binaryScore })));
      assert.deepStrictEqual(cells, { null: null, binaryScore: { passes: 1, of: 2 } });
    }
    for (const names of [
      ["good", "bad"],
      ["bad", "good"],
    ]) {
      const cells = cellsIn(...names.map((value) => ({ value })));
      assert.deepStrictEqual(cells, { null: null, value: "bad | good" });
    }
    // A boolean and a number contradict each other.
    assert.deepInclude(cellsIn({ value: true }, { value: 1 }), { value: { flaw: "unrecognised" } });
    assert.deepInclude(cellsIn({ value: 1 }, {}), { null: { flaw: "unrecognised" }, value: 1 });
  });
});

describe("The readings of a run", () => {
  it("are counted: what was recognised, and what was not", () => {
    const run = tally();
    run.add({
      records: [
        [scoreOf({ passed: true, score: 1, explanation: "why" })],
        [scoreOf({ passed: true }), scoreOf({ passed: false })],
        [scoreOf({ answer: "x", confidence: null })],
        [scoreOf({})],
        [{ ...scoreOf({ passed: true }), validationErrors: [{ path: "", message: "wrong" }] }],
      ].map((scores) => ({ ...base, scores })),
    });
    const { metrics, readings } = run.summary();
    assert.deepStrictEqual(readings, [
      {
        metricConfigId: id,
        scores: 6,
        invalid: 1,
        unrecognised: 2,
        repeated: 1,
        members: [
          { name: "passed", count: 3 },
          { name: "score", count: 1 },
        ],
        reasoning: [{ name: "explanation", count: 1 }],
        unrecognisedForms: [
          { name: "answer (text), confidence (null)", count: 1 },
          { name: "no members", count: 1 },
        ],
      },
    ]);
    assert.deepStrictEqual(
      metrics.map(({ member, kind, n, invalid, missing }) => [member, kind, n, invalid, missing]),
      [
        ["passed", "boolean", 2, 3, 0],
        ["score", "number", 1, 3, 1],
      ],
    );
  });

  it("join ids of metrics without case", () => {
    const run = tally();
    const upper = MetricConfigId.make("ABCDEF00-0000-4000-8000-000000000001");
    const lower = MetricConfigId.make("abcdef00-0000-4000-8000-000000000001");
    run.add({
      records: [
        [scoreOf({ binaryScore: true }, upper)],
        [scoreOf({ binaryScore: false }, lower)],
      ].map((scores) => ({ ...base, scores })),
    });
    const { metrics } = run.summary();
    assert.lengthOf(metrics, 1);
    assert.deepInclude(metrics[0], { metricConfigId: lower, n: 2, passRate: 0.5, missing: 0 });
  });

  it("have at most 100 series a metric, however many names its scores have", () => {
    const run = tally();
    run.add({
      records: Array.from({ length: 150 }, (_unused, number) => ({
        ...base,
        scores: [scoreOf({ [`name ${number}`]: 1 })],
      })),
    });
    const { metrics } = run.summary();
    assert.lengthOf(metrics, 100);
    assert.deepInclude(metrics[0], { n: 1, invalid: 50, missing: 99 });
  });

  it("take more than 100 different texts for texts, not for categories, in any order", () => {
    const texts = Array.from({ length: 101 }, (_unused, number) => `text ${number}`);
    for (const ordered of [texts, texts.toReversed()]) {
      const run = tally();
      run.add({ records: ordered.map((value) => ({ ...base, scores: [scoreOf({ value })] })) });
      const [metric] = run.summary().metrics;
      assert.deepInclude(metric, { kind: "other", n: 0, invalid: 101, missing: 0 });
    }
  });
});
