import { assert, describe, it } from "@effect/vitest";
import * as Interval from "../../../src/analysis/statistics/Interval.ts";

const close = (found: Interval.Interval | undefined, lower: number, upper: number) => {
  assert.closeTo(found?.lower ?? Number.NaN, lower, 5e-4);
  assert.closeTo(found?.upper ?? Number.NaN, upper, 5e-4);
};

/** The changes of pairs with one trial each. */
const changes = (lost: number, won: number, n: number): Interval.RateChanges => ({
  sum: won - lost,
  squares: won + lost,
  n,
});

/** The effective size of 10 testcases with 3 trials each. */
const sizeOf = (rate: number, squares: number) =>
  Interval.effectiveSize({ rate, squares, testcases: 10, trials: 30 });

describe("An interval", () => {
  it("of a rate is Wilson's", () => {
    // Newcombe (1998), table I, method 3.
    close(Interval.ofRate(81 / 263, 263), 0.2553, 0.3662);
    close(Interval.ofRate(15 / 148, 148), 0.0624, 0.1605);
    close(Interval.ofRate(0, 20), 0, 0.1611);
    close(Interval.ofRate(1 / 29, 29), 0.0061, 0.1718);
    assert.strictEqual(Interval.ofRate(1, 7)?.upper, 1);
    assert.isAbove(Interval.ofRate(1, 7)?.lower ?? 0, 0.6);
    assert.isUndefined(Interval.ofRate(0, 0));
  });

  it("of trials lies between that of as many testcases and that of as many records", () => {
    // The trials of a testcase always agree: 5 testcases pass, 5 fail.
    assert.strictEqual(sizeOf(0.5, 10 * 0.25), 10);
    // All testcases have the same rate: the trials do not depend on the testcase.
    assert.strictEqual(sizeOf(1 / 3, 0), 30);
    // All pass: nothing says how much the trials depend on the testcase.
    assert.strictEqual(sizeOf(1, 0), 10);
  });

  it("of a mean is Student's", () => {
    // 1, 2, 3, 4, 5: mean 3, standard error sqrt(2.5 / 5).
    close(Interval.ofMean(3, 10, 5), 3 - 1.9632, 3 + 1.9632);
    assert.isUndefined(Interval.ofMean(3, 0, 1));
    assert.isUndefined(Interval.ofMean(1e308, Number.MAX_VALUE * 2, 3));
  });

  it("of a difference of rates is Bonett and Price's, and not a point where nothing changed", () => {
    // (0 + 1) / 12 each way: margin z * sqrt((2 / 12) / 12).
    close(Interval.ofRateDifference(changes(0, 0, 10)), -0.231, 0.231);
    // 15 lost, 5 won, of 100: (6 - 16) / 102, margin z * sqrt((22/102 - (10/102) ** 2) / 102).
    close(Interval.ofRateDifference(changes(15, 5, 100)), -0.1862, -0.0099);
    assert.deepInclude(Interval.ofRateDifference(changes(1, 0, 1)), { lower: -1 });
    assert.isUndefined(Interval.ofRateDifference(changes(0, 0, 0)));
  });
});
