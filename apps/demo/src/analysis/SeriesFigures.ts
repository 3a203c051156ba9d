/** The figures of one series over testcases. */
import { byFrequency, countNames, type Frequency } from "./Frequency.ts";
import * as Interval from "./statistics/Interval.ts";
import { momentsOf } from "./statistics/Moments.ts";
import { passAtK } from "./statistics/PassAtK.ts";
import { percentile } from "./statistics/Percentile.ts";
import { sortAscending } from "./statistics/SortAscending.ts";
import { type ReducedSeries, state } from "./Trials.ts";

/** The chance that at least one of k trials passes, and that all of them do. */
interface PassAt {
  readonly k: number;
  /** pass@k: at least one. */
  readonly any: number;
  /** pass^k: all. */
  readonly all: number;
  /** How many testcases have at least k trials: the others are left out. */
  readonly n: number;
}

/** The trials that figures rest on. */
export interface TrialCounts {
  readonly total: number;
  /** The fewest and the most of a testcase. */
  readonly min: number;
  readonly max: number;
  /** The standard deviation of the trials of one testcase, pooled; undefined where no testcase has two. */
  readonly deviation?: number;
  /** Of the testcases with several trials, the share in which all have the same category; undefined for other kinds. */
  readonly agreement?: number;
  /** For a boolean series with several trials a testcase. */
  readonly passAt: ReadonlyArray<PassAt>;
}

/** Percentiles, interpolated. */
export interface Percentiles {
  readonly p5: number;
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
  readonly p95: number;
}

/** The figures. */
export interface SeriesFigures {
  /** How many testcases they rest on. A record without a testcase counts as one of its own. */
  readonly n: number;
  readonly trials: TrialCounts;
  /** The pass rate (0 to 1) or the mean; undefined for categories, for n = 0, and where it overflows. */
  readonly value?: number;
  /** The standard deviation of the testcases' values (n - 1); undefined for n < 2, and where it overflows. */
  readonly standardDeviation?: number;
  /** The 95% interval of `value`. */
  readonly interval?: Interval.Interval;
  /** For numbers. */
  readonly percentiles?: Percentiles;
  /** For categories, the most frequent first. */
  readonly categories: ReadonlyArray<Frequency>;
  /** The values of the testcases in ascending order: for numbers. */
  readonly ascending: Float64Array;
}

/** Computes the figures of a series, over all testcases, the wanted ones, or those of an ascending list. */
export const figuresOf = (
  series: ReducedSeries,
  wanted: ((testcase: number) => boolean) | Int32Array = () => true,
): SeriesFigures => {
  const { kind, states, trials } = series;
  const isListed = typeof wanted !== "function";
  const candidates = isListed ? wanted.length : states.length;
  const room = new Int32Array(candidates);
  let n = 0;
  for (let place = 0; place < candidates; place++) {
    const testcase = isListed ? (wanted[place] ?? 0) : place;
    if (states[testcase] === state.scored && (isListed || wanted(testcase))) {
      room[n] = testcase;
      n += 1;
    }
  }
  const testcases = room.subarray(0, n);
  let total = 0;
  let min = n === 0 ? 0 : Number.POSITIVE_INFINITY;
  let max = 0;
  for (let place = 0; place < n; place++) {
    const own = trials[testcases[place] ?? 0] ?? 0;
    total += own;
    if (own < min) min = own;
    if (own > max) max = own;
  }
  const counts: TrialCounts = {
    total,
    min,
    max,
    ...defined(
      "deviation",
      max > 1 && kind !== "category" ? withinDeviation(series, testcases) : undefined,
    ),
    ...defined(
      "agreement",
      max > 1 && kind === "category" ? agreementOf(series, testcases) : undefined,
    ),
    passAt: kind === "boolean" && max > 1 ? passAt(series, testcases, max) : [],
  };
  const base = { n, trials: counts, categories: [], ascending: new Float64Array(0) };
  if (n === 0 || kind === "other") return base;
  if (kind === "category") return { ...base, categories: categoryCounts(series, testcases) };
  const ascending = new Float64Array(n);
  for (let place = 0; place < n; place++) {
    ascending[place] = series.values[testcases[place] ?? 0] ?? 0;
  }
  sortAscending(ascending);
  const moments = momentsOf(ascending);
  const deviation = n > 1 ? Math.sqrt(moments.squares / (n - 1)) : Number.NaN;
  if (kind === "boolean") {
    const rate = rateOf(ascending);
    const size = Interval.effectiveSize({
      rate,
      squares: moments.squares,
      testcases: n,
      trials: isReduced(ascending) ? n : total,
    });
    return {
      ...base,
      value: rate,
      ...defined("standardDeviation", finite(deviation)),
      ...defined("interval", Interval.ofRate(rate, size)),
    };
  }
  return {
    ...base,
    ascending,
    // Scores near the largest double overflow: no figure is better than a wrong one.
    ...defined("value", finite(moments.mean)),
    ...defined("standardDeviation", finite(deviation)),
    ...defined("interval", Interval.ofMean(moments.mean, moments.squares, n)),
    percentiles: {
      p5: percentile(ascending, 0.05),
      p25: percentile(ascending, 0.25),
      p50: percentile(ascending, 0.5),
      p75: percentile(ascending, 0.75),
      p95: percentile(ascending, 0.95),
    },
  };
};

/** The mean of pass rates: exact where each is 0 or 1. */
export const rateOf = (rates: ArrayLike<number>): number => {
  let sum = 0;
  for (let index = 0; index < rates.length; index++) sum += rates[index] ?? 0;
  return Math.min(1, sum / rates.length);
};

// Where each testcase passes or fails as a whole, its trials tell no more than one.
const isReduced = (rates: Float64Array): boolean => rates.every((rate) => rate === 0 || rate === 1);

/** An object with one property, or without it where the value is undefined. */
export const defined = <K extends string, A>(
  name: K,
  value: A | undefined,
): { readonly [P in K]?: A } => {
  const object: { [P in K]?: A } = {};
  if (value !== undefined) object[name] = value;
  return object;
};

const finite = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);

const withinDeviation = (
  { trials, squares }: ReducedSeries,
  testcases: Int32Array,
): number | undefined => {
  let degrees = 0;
  let several = 0;
  const sums = new Float64Array(testcases.length);
  for (let place = 0; place < testcases.length; place++) {
    const testcase = testcases[place] ?? 0;
    const own = trials[testcase] ?? 0;
    if (own < 2) continue;
    degrees += own - 1;
    sums[several] = squares[testcase] ?? 0;
    several += 1;
  }
  let sum = 0;
  for (const own of sums.subarray(0, several).toSorted()) sum += own;
  return finite(Math.sqrt(sum / degrees));
};

const agreementOf = (
  { trials, agrees }: ReducedSeries,
  testcases: Int32Array,
): number | undefined => {
  const several = testcases.filter((testcase) => (trials[testcase] ?? 0) > 1);
  return several.length === 0
    ? undefined
    : several.filter((testcase) => agrees[testcase] === 1).length / several.length;
};

/** The numbers of trials that pass@k is computed for. */
const wantedK = [1, 2, 3, 4, 5, 8, 10, 16, 20, 25, 32, 50, 64, 100];

const passAt = (
  { trials, passes }: ReducedSeries,
  testcases: Int32Array,
  max: number,
): ReadonlyArray<PassAt> => {
  // Few testcases differ in how many of their trials pass: the chances are computed once for those that do not.
  const counts = new Map<number, number>();
  for (const testcase of testcases) {
    const key = (trials[testcase] ?? 0) * (max + 1) + (passes[testcase] ?? 0);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  // In an order that does not depend on that of the records, as sums of chances do.
  const groups = Array.from(counts, ([key, count]) => {
    return { own: Math.floor(key / (max + 1)), passed: key % (max + 1), count };
  }).toSorted((x, y) => x.own - y.own || x.passed - y.passed);
  return wantedK
    .filter((k) => k <= max)
    .map((k) => {
      const sums = { any: 0, all: 0, n: 0 };
      for (const { own, passed, count } of groups) {
        if (own < k) continue;
        sums.n += count;
        sums.any += count * (passAtK(passed, own, k) ?? 0);
        sums.all += count * (1 - (passAtK(own - passed, own, k) ?? 0));
      }
      return {
        k,
        any: Math.min(1, sums.any / sums.n),
        all: Math.min(1, sums.all / sums.n),
        n: sums.n,
      };
    });
};

const categoryCounts = (
  { values, categories }: ReducedSeries,
  testcases: Int32Array,
): ReadonlyArray<Frequency> =>
  byFrequency(
    countNames(Array.from(testcases, (testcase) => categories[values[testcase] ?? 0] ?? "")),
  );
