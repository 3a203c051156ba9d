/** What the worker answers to a query: the figures of the metrics, and the records that match. */
import type { ChangeVerdict } from "../../src/analysis/ChangeVerdict.ts";
import type { MetricKind } from "../../src/analysis/MetricKind.ts";
import type { Percentiles } from "../../src/analysis/SeriesFigures.ts";
import type { Interval } from "../../src/analysis/statistics/Interval.ts";
import type { Condition } from "../query/Condition.ts";
import type { Query } from "../query/Query.ts";
import type { Slices } from "../query/Slices.ts";

/** One bar of a metric's chart, or one count beside it. */
export interface Bar {
  readonly condition: Condition;
  /** How many items meet it. */
  readonly all: number;
  /** How many of these also match the search, and the filter apart from its parts about this metric alone. */
  readonly shown: number;
  /** How many testcases of the baseline do, where two runs are compared. */
  readonly baseline: number;
}

/**
 * The figures of a metric in one run, over the testcases of the records that match the filters of the other metrics. In
 * a comparison, over the testcases that the metric scored in both runs.
 */
export interface Figures {
  readonly n: number;
  /** The pass rate, 0 to 1, or the mean. */
  readonly value: number | null;
  readonly interval: Interval | null;
}

/** What changed in a metric from the first run to a later one, over the testcases that it scored in both. */
export interface RunChange {
  /** The index of the later run. */
  readonly run: number;
  /** The same figures in the first run and in the later one. */
  readonly before: Figures;
  readonly after: Figures;
  readonly difference: Figures;
  readonly verdict: ChangeVerdict;
  /** The p-value of the difference, adjusted for the comparisons of the view; null where it was not tested. */
  readonly adjustedP: number | null;
  /** Whether it can be judged, though testcases may have more trials in one of the runs. */
  readonly isFair: boolean;
  /** How many testcases got worse, and how many better; of categories, how many changed. */
  readonly worse: number;
  readonly better: number;
  readonly changed: number;
}

/** What changed in a metric, over the testcases that it scored in both runs. */
interface ChangeView {
  readonly difference: Figures;
  readonly verdict: ChangeVerdict;
  readonly bars: ReadonlyArray<Bar>;
}

/** A series in a view: a metric, or one member of its scores. */
export interface MetricView {
  /** What filters and links name it by: the metric's id, with the member where it has several. */
  readonly id: string;
  /** The metric's id and the member: `6f1a5c0e-…/passed`. */
  readonly key: string;
  readonly metricId: string;
  /** What the metrics file calls it, and the unit of its numbers. */
  readonly name?: string;
  readonly unit?: string;
  /** The numbers of its cell in a row, and of the cell of the metric as a whole, which says why the first is empty. */
  readonly column: number;
  readonly whole: number;
  /** What the page calls it. */
  readonly label: string;
  readonly member: string | null;
  readonly kind: MetricKind;
  /** For categories: their names. */
  readonly categories: ReadonlyArray<string>;
  readonly isLowerBetter: boolean;
  /** Whether it is measured, such as a latency, and not scored. */
  readonly isMeasure: boolean;
  /** In a comparison: the size of the largest number, against which changes are held. */
  readonly scale: number;
  readonly bars: ReadonlyArray<Bar>;
  /**
   * Invalid scores, including those of another kind than the metric's, and missing scores: never among the bars. In a
   * comparison: testcases in both runs with such a score in at least one of them.
   */
  readonly asides: ReadonlyArray<Bar>;
  readonly figures: Figures;
  /** Of the numbers of one run. */
  readonly percentiles: Percentiles | null;
  readonly baseline: Figures;
  /** In a comparison: of the run in focus. */
  readonly change: ChangeView | null;
  /** Of more than two runs: the first run alone, over all of its testcases that are shown. */
  readonly first: Figures;
  /** In a comparison: each later run against the first. */
  readonly changes: ReadonlyArray<RunChange>;
}

/**
 * What the page shows. An item is a record; in a comparison, or where the query folds trials, a testcase with its trials
 * in each run.
 */
export interface View {
  /** The query that it answers. */
  readonly query: Query;
  /** How many items match the query. */
  readonly matching: number;
  /** By run, for each of these in order: the index of its first record in the run; -1 where it has none. */
  readonly records: ReadonlyArray<Int32Array<ArrayBuffer>>;
  /** How many items there are in all. */
  readonly items: number;
  /** The index of the run that the filter, the order and the charts are about; in a comparison, against the first. */
  readonly focus: number;
  /**
   * How many testcases are in the first run and in the one in focus, in one of them only, and in neither; zeros for a
   * single run.
   */
  readonly parts: Readonly<Record<Part, number>>;
  /** For how many comparisons, metrics times later runs, the p-values of the verdicts are adjusted. */
  readonly tested: { readonly scores: number; readonly measures: number };
  readonly metrics: ReadonlyArray<MetricView>;
  /** The fields that a filter can be about, as JSON Pointers. */
  readonly fields: ReadonlyArray<string>;
  /** How many of the fields have several values, but not many: these come first. */
  readonly fewValued: number;
  /** The slices that the query asks for. */
  readonly slices: Slices | null;
  /** Whether a testcase has several records in one run. */
  readonly hasTrials: boolean;
  /** How many testcases of the run in focus have trials that disagree. */
  readonly flaky: number;
  /** Why fields that the query asks about have no values; null where they have. */
  readonly fieldProblem: string | null;
  /** Why the search has no answer, for the user; null where it has one. */
  readonly searchProblem: string | null;
}

/** Which of the first run and the one in focus have a testcase. */
export type Part = "both" | "baseline" | "candidate" | "neither";
