/** The figures of one run, metric by metric: a fold over its records, in any order and in parts that can be merged. */
import type { RecordId, RecordWithScores, TestcaseId } from "@scorecard-effect/contract";
import { type Cell, cellsOf, isFlaw, scoreOf } from "./Cell.ts";
import * as CellTable from "./CellTable.ts";
import type { Frequency } from "./Frequency.ts";
import * as Histogram from "./Histogram.ts";
import type { MetricKind } from "./MetricKind.ts";
import type { MetricKnowledge } from "./MetricKnowledge.ts";
import * as Ranking from "./Ranking.ts";
import * as ReadingCounts from "./ReadingCounts.ts";
import { inputText } from "./RecordText.ts";
import type { Reduction } from "./Reduction.ts";
import { reasoningOf } from "./ScoreReading.ts";
import * as Series from "./Series.ts";
import { type SlicedRun, slicedRun } from "./SlicedRun.ts";
import type { SlicePath } from "./SlicePath.ts";
import * as Slicing from "./Slicing.ts";
import { defined, figuresOf, type Percentiles, type TrialCounts } from "./SeriesFigures.ts";
import type { Interval } from "./statistics/Interval.ts";
import { group, type Grouping, kindOfSeries, reduce, type ReductionInput } from "./Trials.ts";

/** The figures of one series, in a run or in a slice of it: of one member of a metric's scores. */
export interface MetricFigures {
  /** In lower case. */
  readonly metricConfigId: string;
  /** The member of the scores that the figures are about; null where no score is valid and recognised. */
  readonly member: string | null;
  /** What the metrics file calls it, and the unit of its numbers. */
  readonly name?: string;
  readonly unit?: string;
  readonly kind: MetricKind;
  /** Whether lower values are better. */
  readonly isLowerBetter: boolean;
  /** How many testcases the figures rest on. A record without a testcase counts as one of its own. */
  readonly n: number;
  readonly trials: TrialCounts;
  /** The mean over testcases of the share of trials that pass, 0 to 1: for a boolean series. */
  readonly passRate?: number;
  /** The mean over testcases: for a number series, unless it overflows. */
  readonly mean?: number;
  /** The standard deviation (n - 1) of the testcases' values: for n > 1, unless it overflows. */
  readonly standardDeviation?: number;
  /** The 95% interval of `passRate` (Wilson's) or of `mean` (Student's t, for n > 1). */
  readonly interval?: Interval;
  /** Of a number series: `p50` is the median. */
  readonly percentiles?: Percentiles;
  /** How many testcases have each category, the most frequent first; empty for the other kinds. */
  readonly categories: ReadonlyArray<Frequency>;
  /**
   * Records that the figures leave out: the score is marked with `validationErrors`, was not recognised, or has
   * another kind than the series.
   */
  readonly invalid: number;
  /** How many of these records have a value of another kind than the series. */
  readonly otherKind: number;
  /** Records without a score. They do not count as zeros. */
  readonly missing: number;
}

/** The figures of one series in a run. */
export interface MetricSummary extends MetricFigures {
  /** The distribution of a number series; empty for the other kinds. */
  readonly histogram: ReadonlyArray<Histogram.Bin>;
  /** The records with the lowest scores, lowest first; the highest where lower is better. */
  readonly worst: ReadonlyArray<LowScore>;
}

/** A record with a low score. */
interface LowScore {
  readonly recordId: RecordId;
  readonly testcaseId?: TestcaseId;
  /** The share that passed where a boolean metric scored the record several times. */
  readonly value: boolean | number;
  /** The record's input, as one text. */
  readonly asked: string;
  readonly reasoning?: string;
}

/** How much was read. */
export interface ReadCounts {
  readonly pages: number;
  readonly records: number;
  readonly scores: number;
}

/** The figures of a run. */
export interface Summary extends ReadCounts {
  /** How many testcases the run has. A record without a testcase counts as one of its own. */
  readonly testcases: number;
  /** The most records that share a testcase. */
  readonly maxTrials: number;
  readonly reduction: Reduction;
  /** In order of first appearance. */
  readonly metrics: ReadonlyArray<MetricSummary>;
  /** The same metrics slice by slice, for each path that was asked for. */
  readonly slicedBy: ReadonlyArray<SlicedRun<MetricFigures>>;
  /** How the scores of each metric were read. */
  readonly readings: ReadonlyArray<ReadingCounts.MetricReadings>;
}

/** A fold in progress. */
export interface Tally {
  readonly add: (page: { readonly records: ReadonlyArray<RecordWithScores> }) => void;
  /** Adds what another tally has read. Its options must be the same. */
  readonly merge: (other: Tally) => void;
  /** How much has been read so far, without the figures: cheap. */
  readonly counts: () => ReadCounts;
  /** The figures of the pages so far. */
  readonly summary: () => Summary;
  /** What {@link merge} reads. */
  readonly state: TallyState;
}

interface TallyState {
  readonly table: CellTable.CellTable;
  readonly low: Map<string, LowScores>;
  readonly readings: ReadingCounts.ReadingCounts;
}

/** The lowest scores of one series, by kind: the kind of the series is known at the end. */
interface LowScores {
  readonly booleans: Ranking.Ranking<LowScore>;
  readonly numbers: Ranking.Ranking<LowScore>;
}

/** What a tally counts. */
export interface Options {
  /** How many records with low scores it keeps for each series. Default 5. */
  readonly worst?: number | undefined;
  /** How the trials of a testcase become one value. Default `mean`. */
  readonly reduction?: Reduction | undefined;
  /** The paths whose values slice the run. Default none. */
  readonly by?: ReadonlyArray<SlicePath> | undefined;
  /** What is known of the metrics. Default nothing. */
  readonly knowledge?: MetricKnowledge | undefined;
}

/** Starts a fold. */
export const tally = ({
  worst = 5,
  reduction = "mean",
  by = [],
  knowledge,
}: Options = {}): Tally => {
  const total = { pages: 0, records: 0, scores: 0 };
  const slicings = by.map(Slicing.make);
  const table = CellTable.make(Series.make(knowledge), slicings);
  const low = new Map<string, LowScores>();
  const readings = ReadingCounts.make();

  const lowOf = (key: Series.SeriesKey): LowScores => {
    const text = Series.keyText(key);
    const known = low.get(text);
    if (known !== undefined) return known;
    const made: LowScores = { booleans: Ranking.make(worst), numbers: Ranking.make(worst) };
    low.set(text, made);
    return made;
  };
  const rankings: Array<LowScores | undefined> = [];
  const offerLow = (record: RecordWithScores, cells: ReadonlyArray<Cell>): void => {
    for (let index = 0; index < cells.length; index++) {
      const cell = cells[index];
      const series = table.series.all[index];
      if (cell === undefined || cell === null || series === undefined) continue;
      // The best value of a boolean series is never among its lowest.
      if (cell === !series.isLowerBetter || typeof cell === "string" || isFlaw(cell)) continue;
      const { booleans, numbers } = (rankings[index] ??= lowOf(series));
      const sign = series.isLowerBetter ? -1 : 1;
      if (typeof cell === "number") {
        numbers.offer(sign * cell, record.id, () => lowScore(record, table.series, series, cell));
      } else {
        const share = typeof cell === "boolean" ? Number(cell) : cell.passes / cell.of;
        const value = typeof cell === "boolean" ? cell : share;
        booleans.offer(sign * share, record.id, () =>
          lowScore(record, table.series, series, value),
        );
      }
    }
  };

  return {
    add: ({ records }) => {
      total.pages += 1;
      for (const record of records) {
        total.records += 1;
        total.scores += record.scores.length;
        const cells = cellsOf(record, table.series, readings.add);
        table.add(
          record.testcaseId ?? null,
          cells,
          slicings.map((slicing) => slicing.numberIn(record)),
        );
        if (worst > 0) offerLow(record, cells);
      }
    },
    merge: ({ counts, state }) => {
      const { pages, records, scores } = counts();
      total.pages += pages;
      total.records += records;
      total.scores += scores;
      table.merge(state.table);
      readings.merge(state.readings);
      for (const series of state.table.series.all) {
        const other = state.low.get(Series.keyText(series));
        if (other === undefined) continue;
        const own = lowOf(series);
        for (const kind of ["booleans", "numbers"] as const) {
          for (const { key, id, element } of other[kind].ranked()) {
            own[kind].offer(key, id, () => element);
          }
        }
      }
    },
    counts: () => ({ ...total }),
    summary: () => {
      const grouping = group(table);
      const shown = shownSeries(table).map((series): ShownSeries => {
        return { series, kind: kindOfSeries([table], series.index) };
      });
      return {
        ...total,
        testcases: table.testcases(),
        maxTrials: maxTrialsOf(grouping),
        reduction,
        metrics: shown.map((own) =>
          summarize({ ...own, table, grouping, reduction }, low.get(Series.keyText(own.series))),
        ),
        slicedBy: slicings.map((_, slicing) =>
          slicedRun(table, slicing, (slice) =>
            shown.map((own) => figuresIn({ ...own, table, grouping: slice, reduction }).figures),
          ),
        ),
        readings: readings.metrics(),
      };
    },
    state: { table, low, readings },
  };
};

/** The series to show, metric by metric; a metric as a whole only where none of its scores was read. */
export const shownSeries = ({ series }: CellTable.Cells): ReadonlyArray<Series.Series> => {
  const read = new Set(series.all.flatMap(({ member, whole }) => (member === null ? [] : [whole])));
  return series.all
    .filter(({ member, whole }) => member !== null || !read.has(whole))
    .toSorted((a, b) => a.whole - b.whole || a.index - b.index);
};

const maxTrialsOf = ({ starts }: Grouping): number => {
  let max = 0;
  for (let testcase = 1; testcase < starts.length; testcase++) {
    max = Math.max(max, (starts[testcase] ?? 0) - (starts[testcase - 1] ?? 0));
  }
  return max;
};

const lowScore = (
  record: RecordWithScores,
  index: Series.SeriesIndex,
  series: Series.Series,
  value: boolean | number,
): LowScore => {
  const score = scoreOf(
    record,
    series,
    index,
    (own) => typeof value !== "boolean" || own === value,
  );
  return {
    recordId: record.id,
    ...defined("testcaseId", record.testcaseId),
    value,
    asked: inputText(record),
    ...defined("reasoning", score === undefined ? undefined : reasoningOf(score)),
  };
};

/** A series to show, and the kind of its values in the whole run. */
interface ShownSeries {
  readonly series: Series.Series;
  readonly kind: MetricKind;
}

interface FiguresInput extends ShownSeries, ReductionInput {
  readonly series: Series.Series;
}

/** The figures of a series in a run or in a slice, and the values that they rest on. */
const figuresIn = (
  input: FiguresInput,
): { readonly figures: MetricFigures; readonly ascending: Float64Array } => {
  const { series, kind } = input;
  const reduced = reduce(input);
  const { value, ascending, ...figures } = figuresOf(reduced);
  return {
    ascending,
    figures: {
      metricConfigId: series.metricId,
      member: series.member,
      ...defined("name", series.name),
      ...defined("unit", series.unit),
      kind,
      isLowerBetter: series.isLowerBetter,
      ...figures,
      ...defined(kind === "boolean" ? "passRate" : "mean", value),
      invalid: reduced.invalid,
      otherKind: reduced.otherKind,
      missing: reduced.missing,
    },
  };
};

const summarize = (input: FiguresInput, low: LowScores | undefined): MetricSummary => {
  const { kind } = input;
  const { figures, ascending } = figuresIn(input);
  const histogram = Histogram.make();
  for (const own of ascending) histogram.add(own);
  return {
    ...figures,
    histogram: histogram.bins(),
    worst:
      kind === "boolean"
        ? (low?.booleans.entries() ?? [])
        : kind === "number"
          ? (low?.numbers.entries() ?? [])
          : [],
  };
};
