/**
 * 95% confidence intervals: how far a run's figure may be from the system's true one, given how many testcases were
 * scored. All of them assume that testcases (or pairs of testcases) are independent. Trials of one testcase need not be.
 */
import { tQuantile, z } from "./Distribution.ts";

/** Two bounds, both included. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/**
 * The interval of a pass rate: Wilson's score interval (1927). It stays within 0 and 1, and does not shrink to a point
 * where all or none pass. `n` is a number of testcases, or an effective one (see {@link effectiveSize}). Undefined for
 * n = 0.
 */
export const ofRate = (rate: number, n: number): Interval | undefined => {
  if (!(n > 0)) return undefined;
  const shrink = 1 + z ** 2 / n;
  const centre = (rate + z ** 2 / (2 * n)) / shrink;
  const margin = (z / shrink) * Math.sqrt((rate * (1 - rate)) / n + z ** 2 / (4 * n ** 2));
  // Rounding errors of the formula must not move a bound of 0 or 1 by 1e-17.
  return {
    lower: rate === 0 ? 0 : Math.max(0, centre - margin),
    upper: rate === 1 ? 1 : Math.min(1, centre + margin),
  };
};

/** The pass rate of several testcases, each with one or more trials. */
export interface ClusteredRate {
  /** The mean of the testcases' own rates. */
  readonly rate: number;
  /** The sum of the squared distances of their rates to it. */
  readonly squares: number;
  readonly testcases: number;
  /** Trials of all testcases. */
  readonly trials: number;
}

/**
 * How many independent trials tell as much about a pass rate as some testcases with several trials each: the number
 * that gives the variance that was found between testcases. It lies between the number of testcases, where the trials
 * of a testcase always agree, and the number of trials, where they agree by chance only. With one trial a testcase, it
 * is the number of testcases.
 */
export const effectiveSize = ({ rate, squares, testcases, trials }: ClusteredRate): number => {
  if (rate === 0 || rate === 1) return testcases;
  const effective = (testcases ** 2 * rate * (1 - rate)) / squares;
  return Math.min(trials, Math.max(testcases, effective));
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

/** The changes of pass rates over pairs of testcases: each is between -1 and 1. */
export interface RateChanges {
  readonly sum: number;
  /** The sum of their squares. */
  readonly squares: number;
  readonly n: number;
}

/** The centre and the standard error of {@link ofRateDifference}. */
export const rateDifference = ({ sum, squares, n }: RateChanges) => {
  const centre = sum / (n + 2);
  return { centre, error: Math.sqrt(((squares + 2) / (n + 2) - centre ** 2) / (n + 2)) };
};

/**
 * The interval of a difference of pass rates: Bonett and Price's (2012), which adds one pair that got worse and one
 * that got better. Unlike Wald's, it does not shrink to a point where nothing changed. Where testcases have several
 * trials, a pair's change is that of its pass rate, and the same two pairs are added. Undefined for n = 0.
 */
export const ofRateDifference = (changes: RateChanges): Interval | undefined => {
  if (changes.n === 0) return undefined;
  const { centre, error } = rateDifference(changes);
  return { lower: Math.max(-1, centre - z * error), upper: Math.min(1, centre + z * error) };
};
