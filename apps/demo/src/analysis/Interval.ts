/**
 * 95% confidence intervals: how far a run's figure may be from the system's true one, given the number of records.
 * All of them assume that the records (or the pairs of records) are independent.
 */

/** Two bounds, both included. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/**
 * The interval of a pass rate: Wilson's score interval (1927). It stays within 0 and 1, and does not shrink to a point
 * where all or none pass. Undefined for n = 0.
 */
export const ofRate = (passes: number, n: number): Interval | undefined => {
  if (n === 0) return undefined;
  const rate = passes / n;
  const shrink = 1 + z ** 2 / n;
  const centre = (rate + z ** 2 / (2 * n)) / shrink;
  const margin = (z / shrink) * Math.sqrt((rate * (1 - rate)) / n + z ** 2 / (4 * n ** 2));
  // Rounding errors of the formula must not move a bound of 0 or 1 by 1e-17.
  return {
    lower: passes === 0 ? 0 : Math.max(0, centre - margin),
    upper: passes === n ? 1 : Math.min(1, centre + margin),
  };
};

/**
 * The interval of a mean, from the sum of squared distances to it: Student's t, which is wider than the normal
 * distribution's where n is small. It may exceed a metric's scale, which is unknown. Undefined for n < 2, and where it
 * overflows.
 */
export const ofMean = (mean: number, squares: number, n: number): Interval | undefined => {
  if (n < 2) return undefined;
  const margin = tQuantile(n - 1) * Math.sqrt(squares / (n - 1) / n);
  const interval = { lower: mean - margin, upper: mean + margin };
  return Number.isFinite(interval.lower) && Number.isFinite(interval.upper) ? interval : undefined;
};

/**
 * The interval of a difference of pass rates over n testcases, from how many passed only before and how many only
 * after: Bonett and Price's (2012). Unlike Wald's, it does not shrink to a point where nothing changed. Undefined for
 * n = 0.
 */
export const ofRateDifference = (
  onlyBefore: number,
  onlyAfter: number,
  n: number,
): Interval | undefined => {
  if (n === 0) return undefined;
  const lost = (onlyBefore + 1) / (n + 2);
  const won = (onlyAfter + 1) / (n + 2);
  const difference = won - lost;
  const margin = z * Math.sqrt((won + lost - difference ** 2) / (n + 2));
  return { lower: Math.max(-1, difference - margin), upper: Math.min(1, difference + margin) };
};

/** The 0.975 quantile of the normal distribution. */
const z = 1.959963984540054;

// The quantiles for 1 to 4 degrees of freedom, where the series is off by more than one in a thousand.
const tabledQuantiles = [
  12.706204736432095, 4.302652729911275, 3.182446305284263, 2.7764451051977987,
] as const;

/**
 * The 0.975 quantile of Student's t distribution for a whole number of degrees of freedom, 1 or above: a series around
 * the normal quantile (Abramowitz and Stegun 26.7.5), correct to three decimals.
 */
export const tQuantile = (degrees: number): number =>
  tabledQuantiles[degrees - 1] ??
  z +
    (z ** 3 + z) / 4 / degrees +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96 / degrees ** 2 +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384 / degrees ** 3 +
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92160 / degrees ** 4;
