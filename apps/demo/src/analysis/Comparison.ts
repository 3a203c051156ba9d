/**
 * Compares two runs: joins their records by testcase, from both runs in any order, and compares each testcase's value
 * in one run with its value in the other. It keeps the cells of both runs in columns, the ids of records and testcases,
 * and reasoning up to a limit.
 */
import { RecordId, type RecordWithScores, TestcaseId } from "@scorecard-effect/contract";
import { type Cell, cellsOf } from "./Cell.ts";
import * as CellTable from "./CellTable.ts";
import { type ChangeVerdict, countTested } from "./ChangeVerdict.ts";
import {
  type ComparedSeries,
  compareSeries,
  judgeAll,
  judgedAlone,
  type JudgedSeries,
  type ShownSeries,
} from "./ComparedSeries.ts";
import type { Frequency } from "./Frequency.ts";
import type { MetricKind } from "./MetricKind.ts";
import type { MetricKnowledge } from "./MetricKnowledge.ts";
import { type CategoryChange, changeOf, type Pairs, pairsOf } from "./PairFigures.ts";
import { compareIds, make as makeRanking } from "./Ranking.ts";
import { reasoningOf, type Value } from "./ScoreReading.ts";
import * as Series from "./Series.ts";
import { defined } from "./SeriesFigures.ts";
import type { Reduction } from "./Reduction.ts";
import { type SlicedComparison, slicedComparison, type SlicePair } from "./SlicedComparison.ts";
import type { SlicePath } from "./SlicePath.ts";
import * as Slicing from "./Slicing.ts";
import type { Interval } from "./statistics/Interval.ts";
import { shownSeries } from "./Summary.ts";
import { codeOf, group, type Grouping, kindOfSeries, type ReducedSeries } from "./Trials.ts";

/** One of the two runs: the candidate is judged against the baseline. */
export type Side = "baseline" | "candidate";

/** What one run contributes to the comparison. */
export interface Part {
  readonly pages: number;
  readonly records: number;
  readonly testcases: number;
  /** The most records that share a testcase. */
  readonly maxTrials: number;
  /** Records without a testcase. They have no counterpart and are left out. */
  readonly withoutTestcase: number;
  /** Testcases that only this run has, as far as the runs have been read. */
  readonly alone: number;
  /** The first few of them. */
  readonly aloneIds: ReadonlyArray<TestcaseId>;
}

/** How one series changed in two runs, or in a slice of them, over the testcases that it scored in both: the pairs. */
export interface MetricChange {
  /** In lower case. */
  readonly metricConfigId: string;
  /** The member of the scores that the figures are about; null where no score is valid and recognised. */
  readonly member: string | null;
  /** What the metrics file calls it, and the unit of its numbers. */
  readonly name?: string;
  readonly unit?: string;
  /** The kind of most values in both runs. */
  readonly kind: MetricKind;
  /** Whether lower values are better. */
  readonly isLowerBetter: boolean;
  /** How many pairs the figures rest on. Invalid and missing pairs do not count. */
  readonly n: number;
  /** The pass rate or the mean in the baseline, over those pairs. */
  readonly baseline?: number;
  /** The pass rate or the mean in the candidate, over those pairs. */
  readonly candidate?: number;
  /** Candidate minus baseline. */
  readonly difference?: number;
  /**
   * The 95% interval of `difference`: Bonett and Price's for rates, Student's t on the pairs' differences for means.
   */
  readonly interval?: Interval;
  /** The p-value of `difference`, and the same adjusted for how many metrics were looked at. */
  readonly p?: number;
  readonly adjustedP?: number;
  readonly verdict: ChangeVerdict;
  /** How many pairs got worse, and how many better. The others are unchanged, or have no order. */
  readonly regressions: number;
  readonly improvements: number;
  /** Pairs whose value changed. */
  readonly changed: number;
  /** Pairs with more trials in one run than in the other. With `any` or `all`, they make the verdict unclear. */
  readonly unequalTrials: number;
  /** For categories: how many testcases have each, and what became of what. */
  readonly categories: {
    readonly baseline: ReadonlyArray<Frequency>;
    readonly candidate: ReadonlyArray<Frequency>;
  };
  readonly categoryChanges: ReadonlyArray<CategoryChange>;
  /** Pairs without a valid, recognised score of the series' kind in at least one run, though each has a score. */
  readonly invalid: number;
  /** Testcases in both runs that this series did not score in at least one of them. */
  readonly missing: number;
}

/** How one series changed, with the testcases that changed the most. */
export interface MetricComparison extends MetricChange {
  /** The pairs that got worse by the most, worst first; of categories, pairs that changed. */
  readonly worst: ReadonlyArray<Change>;
  /** The pairs that got better by the most, best first. */
  readonly best: ReadonlyArray<Change>;
}

/** A testcase whose value changed. */
export interface Change {
  readonly testcaseId: TestcaseId;
  readonly baseline: ScoredTestcase;
  readonly candidate: ScoredTestcase;
}

/** The value of a testcase in one run, with a record that shows it: of several trials, the one that changed the most. */
export interface ScoredTestcase {
  readonly recordId: RecordId;
  /** The testcase's value: for a boolean series with several trials, the share that passes. */
  readonly value: Value;
  /** How many trials the value rests on. */
  readonly trials: number;
  readonly reasoning?: string;
}

/** The figures of two runs. */
export interface Comparison {
  readonly baseline: Part;
  readonly candidate: Part;
  /** Testcases in both runs. */
  readonly paired: number;
  readonly reduction: Reduction;
  /** For how many metrics the p-values of the verdicts are adjusted. */
  readonly tested: number;
  /** In order of first appearance. */
  readonly metrics: ReadonlyArray<MetricComparison>;
  /** How the metrics changed slice by slice, for each path that was asked for. */
  readonly slicedBy: ReadonlyArray<SlicedComparison<MetricChange>>;
  /** For how many changes of metrics in slices the p-values of the verdicts in slices are adjusted. */
  readonly testedInSlices: number;
}

/** A comparison in progress. */
export interface Joining {
  /** Adds a page of one of the runs. */
  readonly add: (side: Side, page: { readonly records: ReadonlyArray<RecordWithScores> }) => void;
  /** The figures of the pages so far. */
  readonly comparison: () => Comparison;
}

/** What a comparison lists, and how it counts. */
export interface Options {
  /** Regressions and improvements for each metric. Default 5 of each. */
  readonly changes?: number | undefined;
  /** Testcases that only one run has. Default 20 a run. */
  readonly alone?: number | undefined;
  /** How the trials of a testcase become one value. Default `mean`. */
  readonly reduction?: Reduction | undefined;
  /** The paths whose values slice the runs. Default none. */
  readonly by?: ReadonlyArray<SlicePath> | undefined;
  /** What is known of the metrics. Default nothing. */
  readonly knowledge?: MetricKnowledge | undefined;
}

/** One run of the comparison. */
interface RunTable {
  pages: number;
  withoutTestcase: number;
  readonly table: CellTable.CellTable;
  /** The last record of each testcase. */
  readonly lastRecords: Array<number>;
  readonly recordIds: Array<RecordId>;
  /** The reasoning of each record, by the series of its metric as a whole. */
  readonly reasoning: Array<Map<number, string> | undefined>;
}

/** Reasoning is kept in full up to this many characters. Then that of pairs without a change is no longer kept. */
const maxReasoningCharacters = 16_000_000;

/** Starts a comparison. */
export const join = ({
  changes = 5,
  alone = 20,
  reduction = "mean",
  by = [],
  knowledge,
}: Options = {}): Joining => {
  const series = Series.make(knowledge);
  const slicings = by.map(Slicing.make);
  const runs = { baseline: emptyRun(series, slicings), candidate: emptyRun(series, slicings) };
  let characters = 0;

  const addRecord = (side: Side, record: RecordWithScores): void => {
    const run = runs[side];
    const { testcaseId } = record;
    if (testcaseId === undefined) run.withoutTestcase += 1;
    const cells = cellsOf(record, series);
    const number = run.table.add(
      testcaseId ?? null,
      cells,
      slicings.map((slicing) => slicing.numberIn(record)),
    );
    run.recordIds[number] = record.id;
    run.lastRecords[run.table.testcaseOf(number)] = number;
    if (testcaseId === undefined || changes === 0) return;
    if (characters > maxReasoningCharacters) {
      const other = runs[side === "baseline" ? "candidate" : "baseline"];
      const counterpart = other.lastRecords[other.table.find(testcaseId) ?? -1];
      if (counterpart !== undefined && holdsCells(other.table, counterpart, cells)) {
        other.reasoning[counterpart] = undefined;
        return;
      }
    }
    for (const score of record.scores) {
      const text = reasoningOf(score);
      if (text === undefined) continue;
      const texts = (run.reasoning[number] ??= new Map());
      const { index } = series.of(score.metricConfigId, null);
      if (texts.has(index)) continue;
      texts.set(index, text);
      characters += text.length;
    }
  };

  return {
    add: (side, { records }) => {
      runs[side].pages += 1;
      for (const record of records) addRecord(side, record);
    },
    comparison: () => {
      const pairs = pairsOf(runs.baseline.table, runs.candidate.table);
      const groupings = {
        baseline: group(runs.baseline.table),
        candidate: group(runs.candidate.table),
      };
      const tables = { baseline: runs.baseline.table, candidate: runs.candidate.table };
      const shown = shownSeries(tables.baseline).map((own): ShownSeries => {
        const kind = kindOfSeries([tables.baseline, tables.candidate], own.index);
        return { series: own, kind, isLower: own.isLowerBetter };
      });
      const compare = (slice: SlicePair) =>
        shown.map((own) => compareSeries({ ...own, ...slice, tables, reduction }));
      const compared = compare({ groupings, pairs });
      const slicedBy = slicings.map((_, slicing) =>
        slicedComparison(tables, pairs, slicing, (slice) => compare(slice).map(judgedAlone)),
      );
      const verdicts = judgeAll(compared);
      const inSlices = slicedBy.flatMap(({ slices }) => slices.flatMap(({ metrics }) => metrics));
      const verdictsInSlices = judgeAll(inSlices);
      return {
        baseline: partOf(runs.baseline, runs.candidate, groupings.baseline, alone),
        candidate: partOf(runs.candidate, runs.baseline, groupings.candidate, alone),
        paired: pairs.baseline.length,
        reduction,
        tested: countTested(compared.map(({ judged }) => judged)),
        testedInSlices: countTested(inSlices.map(({ judged }) => judged)),
        metrics: compared
          // A series of records without a testcase, or of testcases of one run alone, has no pair that says anything.
          .filter(({ isInPairs }) => isInPairs)
          .map((own): MetricComparison => {
            return {
              ...changeIn(own, verdicts),
              ...listedChanges(own, runs, pairs, groupings, changes),
            };
          }),
        slicedBy: slicedBy.map((sliced) => ({
          ...sliced,
          slices: sliced.slices.map((slice) => ({
            ...slice,
            metrics: slice.metrics
              .filter(({ isInPairs }) => isInPairs)
              .map((own) => changeIn(own, verdictsInSlices)),
          })),
        })),
      };
    },
  };
};

const changeIn = (own: JudgedSeries, verdicts: ReturnType<typeof judgeAll>): MetricChange => {
  const { figures, isLower } = own;
  const { lower, higher, ...shown } = figures;
  return {
    metricConfigId: own.series.metricId,
    member: own.series.member,
    ...defined("name", own.series.name),
    ...defined("unit", own.series.unit),
    kind: own.kind,
    isLowerBetter: isLower,
    ...shown,
    ...(verdicts.get(own.judged) ?? { verdict: "unclear" }),
    regressions: isLower ? higher : lower,
    improvements: isLower ? lower : higher,
  };
};

const emptyRun = (
  series: Series.SeriesIndex,
  slicings: ReadonlyArray<Slicing.Slicing>,
): RunTable => ({
  pages: 0,
  withoutTestcase: 0,
  table: CellTable.make(series, slicings),
  lastRecords: [],
  recordIds: [],
  reasoning: [],
});

/** Whether a record has these cells. */
const holdsCells = (
  table: CellTable.CellTable,
  record: number,
  cells: ReadonlyArray<Cell>,
): boolean => cells.every((cell, index) => table.cellOf(index, record) === cell);

const partOf = (run: RunTable, other: RunTable, grouping: Grouping, alone: number): Part => {
  const { table, pages, withoutTestcase } = run;
  const ids: Array<TestcaseId> = [];
  let maxTrials = 0;
  for (let testcase = 0; testcase < table.testcases(); testcase++) {
    const trials = (grouping.starts[testcase + 1] ?? 0) - (grouping.starts[testcase] ?? 0);
    maxTrials = Math.max(maxTrials, trials);
    const id = table.idOf(testcase);
    if (id !== null && other.table.find(id) === undefined) ids.push(TestcaseId.make(id));
  }
  ids.sort(compareIds);
  return {
    pages,
    records: table.records(),
    testcases: table.testcases() - withoutTestcase,
    maxTrials,
    withoutTestcase,
    alone: ids.length,
    aloneIds: ids.slice(0, alone),
  };
};

type Runs = Readonly<Record<Side, RunTable>>;
type Groupings = Readonly<Record<Side, Grouping>>;

const listedChanges = (
  compared: ComparedSeries,
  runs: Runs,
  pairs: Pairs,
  groupings: Groupings,
  places: number,
): Pick<MetricComparison, "worst" | "best"> => {
  const { before, after, isLower } = compared;
  if (places === 0) return { worst: [], best: [] };
  const worst = makeRanking<Change>(places);
  const best = makeRanking<Change>(places);
  for (let pair = 0; pair < pairs.baseline.length; pair++) {
    const baseline = pairs.baseline[pair] ?? 0;
    const candidate = pairs.candidate[pair] ?? 0;
    const id = runs.baseline.table.idOf(baseline);
    const found = changeOf(before, after, baseline, candidate);
    if (id === null || found === 0 || typeof found === "string") continue;
    if (typeof found === "object" && found.from === found.to) continue;
    const gain = typeof found === "object" ? 0 : isLower ? -found : found;
    const rise = typeof found === "object" ? 0 : found;
    (gain > 0 ? best : worst).offer(-withoutNoise(Math.abs(gain)), id, () => ({
      testcaseId: TestcaseId.make(id),
      baseline: scoredTestcase(compared, before, runs.baseline, groupings.baseline, baseline, rise),
      candidate: scoredTestcase(
        compared,
        after,
        runs.candidate,
        groupings.candidate,
        candidate,
        -rise,
      ),
    }));
  }
  return { worst: worst.entries(), best: best.entries() };
};

/** A number without the digits that rounding makes up: equal changes rank by their testcases. */
const withoutNoise = (value: number): number => Number(value.toPrecision(12));

/** A testcase's value, and the trial that shows best why: the lowest (`order` above zero), or the highest. */
const scoredTestcase = (
  { series, kind }: ComparedSeries,
  { values, trials, categories }: ReducedSeries,
  { table, recordIds, reasoning }: RunTable,
  { starts, records }: Grouping,
  testcase: number,
  order: number,
): ScoredTestcase => {
  const value = values[testcase] ?? 0;
  const count = trials[testcase] ?? 0;
  const candidates = Array.from(
    records.subarray(starts[testcase] ?? 0, starts[testcase + 1] ?? 0),
  ).filter((record) => table.codeOf(series.index, record) === codeOf(kind));
  const valueOf = (record: number): number =>
    kind === "category"
      ? Number(table.cellOf(series.index, record) !== categories[value])
      : Math.sign(order) * table.valueOf(series.index, record);
  candidates.sort(
    (a, b) => valueOf(a) - valueOf(b) || compareIds(recordIds[a] ?? "", recordIds[b] ?? ""),
  );
  const record = candidates[0] ?? -1;
  return {
    recordId: recordIds[record] ?? RecordId.make(""),
    value:
      kind === "category"
        ? (categories[value] ?? "")
        : kind === "boolean" && (value === 0 || value === 1)
          ? value === 1
          : value,
    trials: count,
    ...defined("reasoning", reasoning[record]?.get(series.whole)),
  };
};
