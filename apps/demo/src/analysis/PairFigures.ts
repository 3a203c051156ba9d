/** How one series changed from one run to another, over the testcases of both: the pairs. */
import type { CellTable } from "./CellTable.ts";
import { byFrequency, countNames, type Frequency } from "./Frequency.ts";
import { change } from "@scorecard-effect/contract/metrics/FloatNoise";
import * as Interval from "./statistics/Interval.ts";
import { momentsOf } from "./statistics/Moments.ts";
import * as Significance from "./statistics/Significance.ts";
import { defined, rateOf } from "./SeriesFigures.ts";
import { type ReducedSeries, state } from "./Trials.ts";

/** The testcases of both runs: `baseline[i]` and `candidate[i]` are their numbers in the two runs. */
export interface Pairs {
  readonly baseline: Int32Array;
  readonly candidate: Int32Array;
}

/** The testcases of both runs. */
export const pairsOf = <Id>(before: CellTable<Id>, after: CellTable<Id>): Pairs => {
  const baseline: Array<number> = [];
  const candidate: Array<number> = [];
  for (let testcase = 0; testcase < before.testcases(); testcase++) {
    const id = before.idOf(testcase);
    const counterpart = id === null ? undefined : after.find(id);
    if (counterpart === undefined) continue;
    baseline.push(testcase);
    candidate.push(counterpart);
  }
  return { baseline: Int32Array.from(baseline), candidate: Int32Array.from(candidate) };
};

/** A change of category. */
export interface CategoryChange {
  readonly from: string;
  readonly to: string;
  readonly count: number;
}

/** The figures. */
export interface PairFigures {
  /** How many pairs they rest on: testcases with a value in both runs. */
  readonly n: number;
  /** The pass rate or the mean over those pairs; undefined for categories, for n = 0, and where it overflows. */
  readonly baseline?: number;
  readonly candidate?: number;
  /** Candidate minus baseline. Changes within the rounding of floating-point arithmetic count as zero. */
  readonly difference?: number;
  /** The 95% interval of `difference`. */
  readonly interval?: Interval.Interval;
  /** The p-value of `difference`. */
  readonly p?: number;
  /** Pairs whose value fell, and rose. */
  readonly lower: number;
  readonly higher: number;
  /** Pairs whose value changed. */
  readonly changed: number;
  /** For categories: what became of what, the most frequent first. */
  readonly categoryChanges: ReadonlyArray<CategoryChange>;
  readonly categories: {
    readonly baseline: ReadonlyArray<Frequency>;
    readonly candidate: ReadonlyArray<Frequency>;
  };
  /** Pairs with more trials in one run than in the other. */
  readonly unequalTrials: number;
  /** Pairs without a score in at least one run. */
  readonly missing: number;
  /** Other pairs with no valid, recognised score of the series' kind in at least one run. */
  readonly invalid: number;
}

/** What became of one pair. */
export type PairChange =
  /** How much a value rose; 0 where it is the same. */
  | number
  /** The categories of the two runs. */
  | { readonly from: string; readonly to: string }
  | "missing"
  | "invalid";

/** The change of one pair. */
export const changeOf = (
  before: ReducedSeries,
  after: ReducedSeries,
  baseline: number,
  candidate: number,
): PairChange => {
  // Without lists: the page asks for each pair and series.
  const was = before.states[baseline];
  const is = after.states[candidate];
  if (was === state.missing || is === state.missing) return "missing";
  if (was === state.invalid || is === state.invalid) return "invalid";
  const from = before.values[baseline] ?? 0;
  const to = after.values[candidate] ?? 0;
  return before.kind === "category"
    ? { from: before.categories[from] ?? "", to: after.categories[to] ?? "" }
    : change(from, to, scaleOf(before, after));
};

/** The size of the largest value in both runs: changes are held against it. */
const scaleOf = (before: ReducedSeries, after: ReducedSeries): number =>
  Math.max(before.scale, after.scale);

/** Computes how a series changed, over all pairs or the wanted ones. */
export const pairFiguresOf = (
  before: ReducedSeries,
  after: ReducedSeries,
  pairs: Pairs,
  isWanted: (pair: number) => boolean = () => true,
): PairFigures => {
  const differences: Array<number> = [];
  const befores: Array<number> = [];
  const afters: Array<number> = [];
  const names: Array<readonly [from: string, to: string]> = [];
  const counts = { lower: 0, higher: 0, changed: 0, unequalTrials: 0, missing: 0, invalid: 0 };
  for (let pair = 0; pair < pairs.baseline.length; pair++) {
    if (!isWanted(pair)) continue;
    const baseline = pairs.baseline[pair] ?? 0;
    const candidate = pairs.candidate[pair] ?? 0;
    const found = changeOf(before, after, baseline, candidate);
    if (typeof found !== "string" && before.trials[baseline] !== after.trials[candidate]) {
      counts.unequalTrials += 1;
    }
    if (typeof found === "string") {
      counts[found] += 1;
    } else if (typeof found === "object") {
      names.push([found.from, found.to]);
      if (found.from !== found.to) counts.changed += 1;
    } else {
      differences.push(found);
      befores.push(before.values[baseline] ?? 0);
      afters.push(after.values[candidate] ?? 0);
      if (found < 0) counts.lower += 1;
      if (found > 0) counts.higher += 1;
      if (found !== 0) counts.changed += 1;
    }
  }
  const none = { categoryChanges: [], categories: { baseline: [], candidate: [] } };
  if (before.kind === "category") {
    return { n: names.length, ...counts, ...categoryFigures(names) };
  }
  const n = differences.length;
  if (n === 0) return { n, ...counts, ...none };
  const figures =
    before.kind === "boolean"
      ? rateFigures(sorted(befores), sorted(afters), sorted(differences))
      : meanFigures(sorted(befores), sorted(afters), sorted(differences));
  return { n, ...counts, ...none, ...figures };
};

// Sums of sorted numbers do not depend on the order in which the records arrived.
const sorted = (values: ReadonlyArray<number>): Float64Array =>
  Float64Array.from(values).toSorted();

type Figures = Pick<PairFigures, "baseline" | "candidate" | "difference" | "interval" | "p">;

const rateFigures = (before: Float64Array, after: Float64Array, changes: Float64Array): Figures => {
  let sum = 0;
  let squares = 0;
  for (const own of changes) {
    sum += own;
    squares += own ** 2;
  }
  const n = changes.length;
  return {
    baseline: rateOf(before),
    candidate: rateOf(after),
    difference: sum / n,
    ...defined("interval", Interval.ofRateDifference({ sum, squares, n })),
    ...defined("p", Significance.ofRateChange({ sum, squares, n })),
  };
};

const meanFigures = (before: Float64Array, after: Float64Array, changes: Float64Array): Figures => {
  const { n, mean, squares } = momentsOf(changes);
  const means = [momentsOf(before).mean, momentsOf(after).mean, mean] as const;
  return {
    ...(means.every(Number.isFinite)
      ? { baseline: means[0], candidate: means[1], difference: means[2] }
      : {}),
    ...defined("interval", Interval.ofMean(mean, squares, n)),
    ...defined("p", Significance.ofMeanChange(mean, squares, n)),
  };
};

const categoryFigures = (
  names: ReadonlyArray<readonly [from: string, to: string]>,
): Pick<PairFigures, "categoryChanges" | "categories"> => {
  const changes = new Map<string, CategoryChange>();
  for (const [from, to] of names) {
    if (from === to) continue;
    const key = JSON.stringify([from, to]);
    changes.set(key, { from, to, count: (changes.get(key)?.count ?? 0) + 1 });
  }
  return {
    categoryChanges: Array.from(changes.entries())
      .toSorted(([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1))
      .map(([, own]) => own),
    categories: {
      baseline: byFrequency(countNames(names.map(([from]) => from))),
      candidate: byFrequency(countNames(names.map(([, to]) => to))),
    },
  };
};
