/** What the page shows of the slices of a run: of the records with the same value of a field. */
import type { ChangeVerdict } from "../../src/analysis/ChangeVerdict.ts";
import type { Frequency } from "../../src/analysis/Frequency.ts";
import type { Interval } from "../../src/analysis/statistics/Interval.ts";
import type { Wanted } from "./Expression.ts";

/** The figures of a metric in a slice: over testcases, or in a comparison over pairs. */
export interface SliceFigures {
  readonly n: number;
  /** The pass rate or the mean; in a comparison that of the candidate. */
  readonly value: number | null;
  /** The same of the baseline; null for a single run. */
  readonly baseline: number | null;
  /** In a comparison. */
  readonly difference: number | null;
  /** The 95% interval of `value`, or in a comparison of `difference`. */
  readonly interval: Interval | null;
  /** In a comparison: adjusted for how many metrics, slices and later runs were looked at. */
  readonly verdict: ChangeVerdict | null;
  /** In a comparison: the p-value of `difference`. */
  readonly p: number | null;
  /** For categories, the most frequent first; in a comparison those of the candidate. */
  readonly categories: ReadonlyArray<Frequency>;
  /** For numbers of one run: how many testcases are in each bar of the metric's chart. */
  readonly counts: ReadonlyArray<number>;
}

/** What became of a slice in a later run. */
export interface SliceChange {
  /** The index of the run. */
  readonly run: number;
  /** How many testcases are in this slice in the first run and in this one. */
  readonly testcases: number;
  /** One for each metric of the view. */
  readonly metrics: ReadonlyArray<SliceFigures>;
}

/** A slice. */
export interface Slice {
  /** What reports call it too. */
  readonly name: string;
  /** What a filter wants of the field, to match the slice; undefined where it has no words for it. */
  readonly wanted: Wanted | undefined;
  readonly records: number;
  /** In a comparison: those in this slice in the first run and in the one in focus. */
  readonly testcases: number;
  /** One for each metric of the view; in a comparison, of the run in focus. */
  readonly metrics: ReadonlyArray<SliceFigures>;
  /** In a comparison: each later run against the first. */
  readonly changes: ReadonlyArray<SliceChange>;
}

export interface Slices {
  /** The field, as a JSON Pointer. */
  readonly pointer: string;
  /** `too many` values are no slices. A field `without values` is in no record. */
  readonly status: "loading" | "ready" | "too many" | "without values";
  readonly slices: ReadonlyArray<Slice>;
  /** In a comparison: for how many comparisons, slices times metrics times later runs, the verdicts on scores are adjusted. */
  readonly tested: number;
  /** Testcases with trials in several slices of one run: they count in each. */
  readonly inSeveral: number;
  /** In a comparison: testcases in other slices in one run than in the other. They count in neither. */
  readonly moved: number;
}
