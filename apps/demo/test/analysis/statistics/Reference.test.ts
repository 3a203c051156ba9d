import { assert, describe, it } from "@effect/vitest";
import * as Distribution from "../../../src/analysis/statistics/Distribution.ts";
import * as Interval from "../../../src/analysis/statistics/Interval.ts";
import { momentsOf } from "../../../src/analysis/statistics/Moments.ts";
import { passAtK } from "../../../src/analysis/statistics/PassAtK.ts";
import { percentile } from "../../../src/analysis/statistics/Percentile.ts";
import * as Significance from "../../../src/analysis/statistics/Significance.ts";
import reference from "../../data/statistics-reference.json" with { type: "json" };

/** How far a figure may be from that of the reference. */
const precision = 1e-9;

const gap = (found: number | undefined, wanted: number): number =>
  Math.abs((found ?? Number.NaN) - wanted);

const gapOf = (found: Interval.Interval | undefined, wanted: Interval.Interval): number =>
  Math.max(gap(found?.lower, wanted.lower), gap(found?.upper, wanted.upper));

/** The figures of scipy and numpy: `test/data/statistics-reference.py`. */
describe("As scipy and numpy compute them are", () => {
  it.each(reference.tQuantile)("the quantile of Student's t: %o", ({ degrees, quantile }) => {
    assert.isBelow(gap(Distribution.tQuantile(degrees), quantile), 1e-8);
  });

  it.each(reference.tTails)("the tails of Student's t: %o", ({ t, degrees, p }) => {
    assert.isBelow(gap(Distribution.tTails(t, degrees), p), precision);
  });

  it.each(reference.normalTails)("the tails of the normal distribution: %o", ({ x, p }) => {
    assert.isBelow(gap(Distribution.normalTails(x), p), 1e-12);
    assert.isBelow(gap(Distribution.normalTails(-x) / p, 1), precision);
  });

  it.each(reference.wilson)("the interval of a rate: %o", ({ passes, n, ...wanted }) => {
    assert.isBelow(gapOf(Interval.ofRate(passes / n, n), wanted), precision);
  });

  it.each(reference.clusteredRate)("the interval of trials: %o", ({ trials, size, ...wanted }) => {
    const { mean, squares } = momentsOf(trials.map((own) => momentsOf(own).mean));
    const found = Interval.effectiveSize({
      rate: mean,
      squares,
      testcases: trials.length,
      trials: trials.flat().length,
    });
    assert.isBelow(gap(mean, wanted.rate), precision);
    assert.isBelow(gap(found, size), precision);
    assert.isBelow(gapOf(Interval.ofRate(mean, found), wanted), precision);
  });

  it.each(reference.mean)(
    "the interval of a mean, and its p-value: %o",
    ({ values, ...wanted }) => {
      const { mean, squares, n } = momentsOf(values);
      assert.isBelow(gapOf(Interval.ofMean(mean, squares, n), wanted), precision);
      assert.isBelow(gap(Significance.ofMeanChange(mean, squares, n), wanted.p), precision);
      assert.isBelow(gap(Math.sqrt(squares / (n - 1)), wanted.sd), precision);
    },
  );

  it.each(reference.rateDifference)("the interval of a difference of rates: %o", (wanted) => {
    const changes = {
      n: wanted.changes.length,
      sum: wanted.changes.reduce((sum, own) => sum + own, 0),
      squares: wanted.changes.reduce((sum, own) => sum + own ** 2, 0),
    };
    assert.isBelow(gapOf(Interval.ofRateDifference(changes), wanted), precision);
    assert.isBelow(gap(Significance.ofRateChange(changes), wanted.p), precision);
  });

  it.each(reference.adjust)("adjusted p-values: %o", ({ p, adjusted }) => {
    for (const [index, found] of Significance.adjust(p).entries()) {
      assert.isBelow(gap(found, adjusted[index] ?? Number.NaN), precision);
    }
  });

  it.each(reference.percentiles)("percentiles: %o", ({ values, shares, percentiles }) => {
    const ascending = Float64Array.from(values).toSorted();
    for (const [index, share] of shares.entries()) {
      assert.isBelow(
        gap(percentile(ascending, share), percentiles[index] ?? Number.NaN),
        precision,
      );
    }
  });

  it.each(reference.passAtK)("pass@k: %o", ({ passes, n, k, rate }) => {
    assert.isBelow(gap(passAtK(passes, n, k), rate), precision);
  });
});
