/** How one series changed between two runs, or between two slices of them, and whether that is worse or better. */
import type { Cells } from "./CellTable.ts";
import { type Change as JudgedChange, judge, type Judgement } from "./ChangeVerdict.ts";
import type { MetricKind } from "./MetricKind.ts";
import { type PairFigures, pairFiguresOf } from "./PairFigures.ts";
import type { Reduction } from "./Reduction.ts";
import type * as Series from "./Series.ts";
import type { SlicePair } from "./SlicedComparison.ts";
import { reduce, type ReducedSeries, state } from "./Trials.ts";

/** A series to compare. */
export interface ShownSeries {
  readonly series: Series.Series;
  /** The kind of most values in both runs: also in their slices. */
  readonly kind: MetricKind;
  readonly isLower: boolean;
}

interface SeriesInput extends ShownSeries, SlicePair {
  readonly tables: { readonly baseline: Cells; readonly candidate: Cells };
  readonly reduction: Reduction;
}

/** How a series changed, to be judged together with others. */
export interface JudgedSeries extends ShownSeries {
  readonly figures: PairFigures;
  readonly judged: JudgedChange;
  /** Whether it scored a testcase of both runs in at least one of them. */
  readonly isInPairs: boolean;
}

/** One series in both runs. */
export interface ComparedSeries extends JudgedSeries {
  readonly before: ReducedSeries;
  readonly after: ReducedSeries;
}

/** Without the values of its testcases: of many slices, they would take much memory. */
export const judgedAlone = ({
  series,
  kind,
  isLower,
  figures,
  judged,
  isInPairs,
}: ComparedSeries): JudgedSeries => ({ series, kind, isLower, figures, judged, isInPairs });

/**
 * Whether two runs can be compared though some pairs have more trials in one of them: more trials make it easier that
 * any passes, and harder that all do.
 */
export const isFair = (reduction: Reduction, unequalTrials: number): boolean =>
  unequalTrials === 0 || reduction === "mean" || reduction === "majority";

/** What the verdict of a series rests on. */
export const changeToJudge = (
  { kind, isLower }: Pick<ShownSeries, "kind" | "isLower">,
  { n, changed, difference, unequalTrials, p }: PairFigures,
  reduction: Reduction,
): JudgedChange => {
  const isComparable = isFair(reduction, unequalTrials);
  return {
    kind,
    n,
    changed,
    gain: difference === undefined ? undefined : isLower ? -difference : difference,
    p: isComparable ? p : undefined,
    isFair: isComparable,
  };
};

/** Compares a series. */
export const compareSeries = ({
  tables,
  series,
  kind,
  isLower,
  groupings,
  pairs,
  reduction,
}: SeriesInput): ComparedSeries => {
  const reduced = (side: "baseline" | "candidate"): ReducedSeries =>
    reduce({ table: tables[side], series, kind, grouping: groupings[side], reduction });
  const before = reduced("baseline");
  const after = reduced("candidate");
  const figures = pairFiguresOf(before, after, pairs);
  return {
    series,
    kind,
    isLower,
    before,
    after,
    figures,
    judged: changeToJudge({ kind, isLower }, figures, reduction),
    isInPairs: pairs.baseline.some(
      (testcase, pair) =>
        before.states[testcase] !== state.missing ||
        after.states[pairs.candidate[pair] ?? -1] !== state.missing,
    ),
  };
};

/** Judges the changes of several series, or of slices, together. */
export const judgeAll = (
  compared: ReadonlyArray<JudgedSeries>,
): ReadonlyMap<JudgedSeries["judged"], Judgement> => {
  const judgements = judge(compared.map(({ judged }) => judged));
  return new Map(
    compared.map(({ judged }, index) => [judged, judgements[index] ?? { verdict: "unclear" }]),
  );
};
