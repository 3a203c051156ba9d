import { assert, describe, it } from "@effect/vitest";
import { MetricConfigId, RecordId, type Score } from "@scorecard-effect/contract";
import { FakeRun } from "@scorecard-effect/fixtures";
import { tally } from "../src/Summary.ts";

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
const base = FakeRun.make({ records: 1 }).record(0);

const summaryOf = (...scores: ReadonlyArray<Score>) => {
  const run = tally();
  run.add({ records: scores.map((own) => ({ ...base, scores: [own] })) });
  return run.summary();
};
const metricOf = (...scores: ReadonlyArray<Score>) => summaryOf(...scores).metrics[0];

describe("A summary", () => {
  it("of nothing is empty", () => {
    assert.deepStrictEqual(tally().summary(), { pages: 0, records: 0, scores: 0, metrics: [] });
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
    assert.deepStrictEqual(counts, { pages: 3, records: 3, scores: 3 });
    assert.deepStrictEqual(
      metrics.map(({ metricConfigId, n }) => [metricConfigId, n]),
      [
        [other, 1],
        [metric, 2],
      ],
    );
  });

  it("gives a boolean metric its pass rate", () => {
    const values = [true, true, true, false].map((binaryScore) => score({ binaryScore }));
    assert.deepStrictEqual(metricOf(...values, score({ value: true })), {
      metricConfigId: metric,
      kind: "boolean",
      n: 5,
      passRate: 0.8,
      invalid: 0,
    });
  });

  it("gives a number metric its mean and standard deviation", () => {
    const found = metricOf(...[2, 4, 4, 4, 5, 5, 7, 9].map((intScore) => score({ intScore })));
    assert.deepInclude(found, { kind: "number", n: 8, mean: 5, invalid: 0 });
    assert.closeTo(found?.standardDeviation ?? 0, Math.sqrt(32 / 7), 1e-12);
    assert.deepStrictEqual(metricOf(score({ value: 0.5 })), {
      metricConfigId: metric,
      kind: "number",
      n: 1,
      mean: 0.5,
      invalid: 0,
    });
  });

  it("is exact where a sum of squares is not", () => {
    const found = metricOf(...[1, 2, 3].map((value) => score({ value: 1e9 + value })));
    assert.strictEqual(found?.mean, 1e9 + 2);
    assert.strictEqual(found?.standardDeviation, 1);
  });

  it("has no figure where one would overflow", () => {
    const found = metricOf(score({ value: 1.5e308 }), score({ value: -1.5e308 }));
    assert.deepStrictEqual(found, { metricConfigId: metric, kind: "number", n: 2, invalid: 0 });
  });

  it("leaves marked scores out, but not those with an empty list of errors", () => {
    assert.deepInclude(
      metricOf(score({ binaryScore: true }, []), score({ binaryScore: false }, flag)),
      {
        n: 1,
        passRate: 1,
        invalid: 1,
      },
    );
  });

  it("takes scores of another kind than most for invalid", () => {
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
    assert.deepStrictEqual(metricOf(score({ f1_score: 0.7 }), score({ f1_score: 2 }, flag)), {
      metricConfigId: metric,
      kind: "other",
      n: 1,
      invalid: 1,
    });
    assert.deepStrictEqual(metricOf(score({ value: 1 }, flag)), {
      metricConfigId: metric,
      kind: "other",
      n: 0,
      invalid: 1,
    });
  });
});
