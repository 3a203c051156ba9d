import { assert, describe, it } from "@effect/vitest";
import * as Interval from "../../src/analysis/Interval.ts";

const close = (found: Interval.Interval | undefined, lower: number, upper: number) => {
  assert.closeTo(found?.lower ?? Number.NaN, lower, 5e-4);
  assert.closeTo(found?.upper ?? Number.NaN, upper, 5e-4);
};

describe("An interval", () => {
  it("of a rate is Wilson's", () => {
    // Newcombe (1998), table I, method 3.
    close(Interval.ofRate(81, 263), 0.2553, 0.3662);
    close(Interval.ofRate(15, 148), 0.0624, 0.1605);
    close(Interval.ofRate(0, 20), 0, 0.1611);
    close(Interval.ofRate(1, 29), 0.0061, 0.1718);
    assert.strictEqual(Interval.ofRate(7, 7)?.upper, 1);
    assert.isAbove(Interval.ofRate(7, 7)?.lower ?? 0, 0.6);
    assert.isUndefined(Interval.ofRate(0, 0));
  });

  it("of a mean is Student's", () => {
    // 0.975 quantiles, from any table of the t distribution.
    for (const [degrees, quantile] of [
      [1, 12.7062],
      [2, 4.3027],
      [3, 3.1824],
      [4, 2.7764],
      [5, 2.5706],
      [6, 2.4469],
      [10, 2.2281],
      [30, 2.0423],
      [120, 1.9799],
      [1e9, 1.96],
    ] as const) {
      assert.closeTo(Interval.tQuantile(degrees), quantile, 1e-3);
    }
    // 1, 2, 3, 4, 5: mean 3, standard error sqrt(2.5 / 5).
    close(Interval.ofMean(3, 10, 5), 3 - 1.9632, 3 + 1.9632);
    assert.isUndefined(Interval.ofMean(3, 0, 1));
    assert.isUndefined(Interval.ofMean(1e308, Number.MAX_VALUE * 2, 3));
  });

  it("of a difference of rates is Bonett and Price's, and not a point where nothing changed", () => {
    // (0 + 1) / 12 each way: margin z * sqrt((2 / 12) / 12).
    close(Interval.ofRateDifference(0, 0, 10), -0.231, 0.231);
    // 15 lost, 5 won, of 100: (6 - 16) / 102, margin z * sqrt((22/102 - (10/102) ** 2) / 102).
    close(Interval.ofRateDifference(15, 5, 100), -0.1862, -0.0099);
    assert.deepInclude(Interval.ofRateDifference(1, 0, 1), { lower: -1 });
    assert.isUndefined(Interval.ofRateDifference(0, 0, 0));
  });
});
