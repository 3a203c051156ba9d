import { assert, describe, it } from "@effect/vitest";
import { MetricConfigId, RecordId, type Score } from "@scorecard-effect/contract";
import { FakeRun } from "@scorecard-effect/fixtures";
import * as Interval from "../../src/analysis/statistics/Interval.ts";
import { tally } from "../../src/analysis/Summary.ts";

const metric = FakeRun.metrics.correctness;
const other = FakeRun.metrics.overlap;
const score = (
  value: Score["score"],
  validationErrors?: Score["validationErrors"],
  id: MetricConfigId = metric,
): Score => ({
  recordId: RecordId.make("1"),
  metricConfigId: id,
  score: value,
  ...(validationErrors === undefined ? {} : { validationErrors }),
});
const flag = [{ path: "", message: "wrong" }];
const { testcaseId: _, ...base } = FakeRun.make({ records: 1 }).record(0);

const summaryOf = (...scores: ReadonlyArray<Score>) => {
  const run = tally();
  run.add({ records: scores.map((own) => ({ ...base, scores: [own] })) });
  return run.summary();
};
const metricOf = (...scores: ReadonlyArray<Score>) => summaryOf(...scores).metrics[0];

describe("A summary", () => {
  it("of nothing is empty", () => {
    assert.deepStrictEqual(tally().summary(), {
      pages: 0,
      records: 0,
      scores: 0,
      testcases: 0,
      maxTrials: 0,
      reduction: "mean",
      metrics: [],
      slicedBy: [],
      readings: [],
    });
  });

  it("counts pages, records and scores, and keeps metrics in order of appearance", () => {
    const run = tally();
    run.add({ records: [{ ...base, scores: [score({}, undefined, other), score({ value: 1 })] }] });
    run.add({ records: [] });
    run.add({
      records: [
        { ...base, scores: [score({ value: 2 })] },
        { ...base, scores: [] },
      ],
    });
    const { metrics, ...counts } = run.summary();
    assert.deepInclude(counts, { pages: 3, records: 3, scores: 3, testcases: 3, maxTrials: 1 });
    assert.deepStrictEqual(
      metrics.map(({ metricConfigId, n }) => [metricConfigId, n]),
      [
        // A score without members: nothing was recognised.
        [other, 0],
        [metric, 2],
      ],
    );
  });

  it("gives a boolean metric its pass rate", () => {
    const values = [true, true, true, false].map((binaryScore) => score({ binaryScore }));
    const found = metricOf(...values, score({ binaryScore: true }));
    assert.deepInclude(found, { kind: "boolean", n: 5, passRate: 0.8, invalid: 0, missing: 0 });
    assert.deepStrictEqual(found?.interval, Interval.ofRate(4 / 5, 5));
  });

  it("gives a number metric its mean and standard deviation", () => {
    const found = metricOf(...[2, 4, 4, 4, 5, 5, 7, 9].map((intScore) => score({ intScore })));
    assert.deepInclude(found, { kind: "number", n: 8, mean: 5, invalid: 0 });
    assert.closeTo(found?.standardDeviation ?? 0, Math.sqrt(32 / 7), 1e-12);
    assert.deepStrictEqual(found?.interval, Interval.ofMean(5, 32, 8));
    const single = metricOf(score({ value: 0.5 }));
    assert.deepInclude(single, { kind: "number", n: 1, mean: 0.5, invalid: 0 });
    assert.doesNotHaveAnyKeys(single, ["standardDeviation", "interval"]);
  });

  it("is exact where a sum of squares is not", () => {
    const found = metricOf(...[1, 2, 3].map((value) => score({ value: 1e9 + value })));
    assert.strictEqual(found?.mean, 1e9 + 2);
    assert.strictEqual(found?.standardDeviation, 1);
  });

  it("has no figure where one would overflow", () => {
    const found = metricOf(score({ value: 1.5e308 }), score({ value: -1.5e308 }));
    assert.deepInclude(found, { kind: "number", n: 2, invalid: 0 });
    assert.doesNotHaveAnyKeys(found, ["mean", "standardDeviation", "interval"]);
  });

  it("leaves out scores with validation errors, but not those with an empty list of them", () => {
    assert.deepInclude(
      metricOf(score({ binaryScore: true }, []), score({ binaryScore: false }, flag)),
      {
        n: 1,
        passRate: 1,
        invalid: 1,
      },
    );
  });

  it("counts scores of another kind than most as invalid", () => {
    const found = metricOf(
      score({ value: 1 }),
      score({ value: 3 }),
      score({ value: true }),
      score({ text: "x" }),
      score({ value: Infinity }),
    );
    assert.deepInclude(found, { kind: "number", n: 2, mean: 2, invalid: 3 });
  });

  it("has no figures for a metric of another shape, or without a valid score", () => {
    const shapeless = {
      metricConfigId: metric,
      member: null,
      kind: "other",
      isLowerBetter: false,
      n: 0,
      trials: { total: 0, min: 0, max: 0, passAt: [] },
      histogram: [],
      categories: [],
      otherKind: 0,
      missing: 0,
      worst: [],
    };
    assert.deepStrictEqual<unknown>(
      metricOf(score({ answer: "a text" }), score({ f1_score: 2 }, flag)),
      { ...shapeless, invalid: 2 },
    );
    assert.deepStrictEqual<unknown>(metricOf(score({ value: 1 }, flag)), {
      ...shapeless,
      invalid: 1,
    });
  });

  it("counts records without a score of a metric as missing, and those with two scores once", () => {
    const run = tally();
    const records = [
      [score({ value: 4 }), score({ binaryScore: true }, undefined, other)],
      [score({ value: 2 }), score({ value: 3 })],
      [score({ value: 9 }, flag)],
      [],
      [score({ binaryScore: false }, undefined, other)],
    ].map((scores) => ({ ...base, scores }));
    run.add({ records: records.slice(0, 2) });
    run.add({ records: records.slice(2) });
    const [numbers, booleans] = run.summary().metrics;
    // 4 of the first record, and 2.5 of the second, which was scored twice.
    assert.deepInclude(numbers, { n: 2, mean: 3.25, invalid: 1, missing: 2 });
    assert.deepInclude(booleans, { n: 2, passRate: 0.5, invalid: 0, missing: 3 });
  });

  it("keeps the records with the lowest scores and their reasoning, and no others", () => {
    const run = tally({ worst: 2 });
    run.add({
      records: [5, 3, 1, 3, 1].map((value, index) => ({
        ...base,
        id: RecordId.make(String(index)),
        scores: [
          score({ value, reasoning: `gave ${value}` }),
          score({ binaryScore: value > 2 }, undefined, other),
        ],
      })),
    });
    const [numbers, booleans] = run.summary().metrics;
    assert.deepStrictEqual(
      numbers?.worst.map(({ recordId, value, reasoning }) => [recordId, value, reasoning]),
      [
        ["2", 1, "gave 1"],
        ["4", 1, "gave 1"],
      ],
    );
    assert.strictEqual(numbers?.worst[0]?.asked, base.inputs["question"]);
    assert.deepStrictEqual(
      booleans?.worst.map(({ recordId, value, reasoning }) => [recordId, value, reasoning]),
      [
        ["2", false, undefined],
        ["4", false, undefined],
      ],
    );
  });
});
