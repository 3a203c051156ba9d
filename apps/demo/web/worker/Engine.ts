/**
 * Computes views of the rows: which of them match a query, in what order, and their figures. The figures are those of
 * the analysis that the commands use; this file only chooses which records and testcases they are about.
 */
import { changeToJudge } from "../../src/analysis/ComparedSeries.ts";
import { type ChangeVerdict, countTested, judge } from "../../src/analysis/ChangeVerdict.ts";
import type { Cell } from "../../src/analysis/Cell.ts";
import * as CellTable from "../../src/analysis/CellTable.ts";
import * as Histogram from "../../src/analysis/Histogram.ts";
import { isMeasure } from "../../src/analysis/Measures.ts";
import { type KindCounts, kindOf, type MetricKind } from "../../src/analysis/MetricKind.ts";
import {
  changeOf,
  type PairChange,
  type PairFigures,
  pairFiguresOf,
  pairsOf,
} from "../../src/analysis/PairFigures.ts";
import type { Reduction } from "../../src/analysis/Reduction.ts";
import * as Series from "../../src/analysis/Series.ts";
import {
  defined,
  figuresOf,
  type Percentiles,
  type SeriesFigures,
} from "../../src/analysis/SeriesFigures.ts";
import { ascendingPlaces } from "../../src/analysis/statistics/AscendingPlaces.ts";
import { shownSeries } from "../../src/analysis/Summary.ts";
import type { Interval } from "../../src/analysis/statistics/Interval.ts";
import {
  codeOf,
  group,
  type Grouping,
  reduce,
  type ReducedSeries,
  state,
} from "../../src/analysis/Trials.ts";
import type { CellBatch } from "../../src/explore/CellBatch.ts";
import { shortLabels } from "../../src/figures/MetricLabels.ts";
import type { Catalogue, KnownMetric } from "../query/Catalogue.ts";
import type { Condition } from "../query/Condition.ts";
import { compile, type MetricValue } from "../query/Filter.ts";
import { pointerOf } from "../query/Catalogue.ts";
import { focusOf, type Query } from "../query/Query.ts";
import type { Slices } from "../query/Slices.ts";
import * as FieldColumns from "./FieldColumns.ts";
import * as FieldSlicing from "./FieldSlicing.ts";
import type { FoundRecords } from "./FoundRecords.ts";
import * as NotedRecords from "./NotedRecords.ts";
import { slicesOf } from "./SliceFigures.ts";

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
type Part = "both" | "baseline" | "candidate" | "neither";

/** The numbers that a series has had. */
interface NumberRange {
  min: number;
  max: number;
  readonly histogram: Histogram.Histogram;
}

export interface Engine {
  /** The series of the records. */
  readonly series: Series.SeriesIndex;
  /** Adds a batch. */
  readonly add: (batch: CellBatch) => void;
  /** How many records of a run there are. */
  readonly records: (run: number) => number;
  /** Answers a query. `searched` has the records that its search found; without a search, all match. */
  readonly view: (query: Query, searched?: FoundRecords | null) => View;
  /** The indexes of the records that share a testcase with a record, its own among them. */
  readonly trials: (run: number, record: number) => ReadonlyArray<number>;
  /** The cells of a record, by the numbers of their series. */
  readonly cells: (run: number, record: number) => ReadonlyArray<Cell>;
}

/** The most trials of a testcase that are listed: records with the id "" may all share one. */
const maxListedTrials = 1000;

/**
 * Starts without records. `runs` is how many there are: each after the first is compared with the first. `reduction` is
 * how the trials of a testcase become one value.
 */
export const make = (
  runs: number,
  fields: FieldColumns.FieldColumns = FieldColumns.none,
  reduction: Reduction = "mean",
  noted: NotedRecords.NotedRecords = NotedRecords.none,
): Engine => {
  const isComparison = runs > 1;
  /** The indexes of the runs that are compared with the first. */
  const laterRuns = Array.from({ length: runs - 1 }, (_, place) => place + 1);
  const index = Series.make();
  const first = CellTable.makeWith(index, CellTable.byNumber());
  const tables = [
    first,
    ...Array.from({ length: runs - 1 }, () => CellTable.makeWith(index, CellTable.byNumber())),
  ];
  const tableOf = (run: number): CellTable.CellTable<number> => tables[run] ?? first;
  const ranges: Array<NumberRange | undefined> = [];
  /** How many values of each kind each series has, in all runs. */
  const kindCounts: Array<Record<keyof KindCounts, number>> = [];
  const itemList = makeItems(tables);
  let version = 0;

  const add: Engine["add"] = (batch) => {
    version += 1;
    for (const series of batch.series) index.of(series.metricId, series.member, series);
    for (const [series, names] of batch.categories) {
      for (const name of names) index.all[series]?.categories.numberOf(name);
    }
    const table = tableOf(batch.run);
    const start = table.records();
    table.addColumns(
      Array.from(batch.testcases, (testcase) => (testcase < 0 ? null : testcase)),
      batch.columns,
    );
    for (const { series, codes, values } of batch.columns) {
      const counts = (kindCounts[series] ??= { booleans: 0, numbers: 0, categories: 0 });
      for (let record = 0; record < codes.length; record++) {
        switch (codes[record]) {
          case CellTable.code.boolean:
            counts.booleans += 1;
            break;
          case CellTable.code.category:
            counts.categories += 1;
            break;
          case CellTable.code.number:
            counts.numbers += 1;
            widen((ranges[series] ??= emptyRange()), values[record] ?? 0);
            break;
          default:
        }
      }
    }
    for (let offset = 0; offset < batch.records; offset++) {
      itemList.place(batch.run, start + offset);
    }
  };

  const trials: Engine["trials"] = (run, record) => {
    const table = tableOf(run);
    const { starts, records } = groupings(version)[run] ?? group(table);
    const testcase = table.testcaseOf(record);
    const from = starts[testcase] ?? 0;
    return Array.from(
      records.subarray(from, Math.min(starts[testcase + 1] ?? 0, from + maxListedTrials)),
    );
  };

  /** The same as `kindOfSeries`, without a look at each record. */
  const kindIn = ({ index: number, categories }: Series.Series): MetricKind => {
    const counts = kindCounts[number] ?? { booleans: 0, numbers: 0, categories: 0 };
    return kindOf(categories.areTooMany() ? { ...counts, categories: 0 } : counts);
  };
  const hasTrials = (): boolean => tables.some((table) => table.records() > table.testcases());

  const metrics = cached(() => {
    const inOrder = shownSeries(first);
    const shown = [
      ...inOrder.filter((one) => !isMeasure(one)),
      ...inOrder.filter((one) => isMeasure(one)),
    ];
    const labels = shortLabels(
      shown.map((series) => nameOf(series, shown)),
      new Map(
        shown.flatMap((series) =>
          series.name === undefined ? [] : [[nameOf(series, shown), series.name] as const],
        ),
      ),
    );
    return shown.map((series): Metric => {
      const id = nameOf(series, shown);
      const kind = kindIn(series);
      const isLower = series.isLowerBetter;
      const reduced = tables.map((table, run) =>
        reduce({
          table,
          series,
          kind,
          grouping: groupings(version)[run] ?? group(table),
          reduction,
        }),
      );
      return {
        series,
        kind,
        isLower,
        isMeasure: isMeasure(series),
        id,
        label: labels.get(id) ?? id,
        reduced,
        range: ranges[series.index],
      };
    });
  });
  const groupings = cached(() => tables.map((table) => group(table)));
  const pairs = cached(() => laterRuns.map((run) => pairsOf(first, tableOf(run))));
  const trialsOf = cached(() =>
    groupings(version).map(({ starts }) =>
      Int32Array.from(
        { length: starts.length - 1 },
        (_, testcase) => (starts[testcase + 1] ?? 0) - (starts[testcase] ?? 0),
      ),
    ),
  );

  /** The testcases of a single run, by their first records, in order of appearance. */
  const folded = cached((): ItemList => {
    const [{ starts, records } = group(first)] = groupings(version);
    const firsts = new Int32Array(starts.length - 1);
    for (let testcase = 0; testcase < firsts.length; testcase++) {
      firsts[testcase] = records[starts[testcase] ?? 0] ?? -1;
    }
    return { length: firsts.length, records: [firsts] };
  });
  /** By run: 1 for each testcase whose trials disagree. */
  const flakyCache = cached(() => new Array<Uint8Array | undefined>());
  const flaky = (run: number): Uint8Array => (flakyCache(version)[run] ??= flakyIn(run));
  const flakyIn = (run: number): Uint8Array => {
    const found = new Uint8Array(tableOf(run).testcases());
    if (!hasTrials()) return found;
    for (const { reduced, kind, isMeasure: isMeasured } of metrics(version)) {
      const testcases = reduced[run];
      if (testcases === undefined || isMeasured) continue;
      const { trials: scored, passes, agrees } = testcases;
      for (let testcase = 0; testcase < found.length; testcase++) {
        const of = scored[testcase] ?? 0;
        if (of < 2) continue;
        const passed = passes[testcase] ?? 0;
        const disagrees =
          kind === "boolean"
            ? passed > 0 && passed < of
            : kind === "category" && agrees[testcase] === 0;
        if (disagrees) found[testcase] = 1;
      }
    }
    return found;
  };

  /** The figures of each metric over all testcases of the first run, and over all pairs of each later one. */
  const wholeFiguresCache = cached(() => new Array<SeriesFigures | undefined>());
  const wholePairsCache = cached(() => new Map<string, PairFigures>());
  const columnCache = cached(() => new Map<string, ItemColumns>());
  /** The bars, flaws and changes of all items in a metric. */
  const columnsOf = (metric: Metric, number: number, input: ColumnInput): ItemColumns => {
    const key = `${number} ${input.areTestcases} ${input.own}`;
    const known = columnCache(version).get(key) ?? makeColumns(metric, input, tables);
    columnCache(version).set(key, known);
    return known;
  };
  const orderCache = cached(() => new Map<string, Uint32Array | null>());
  /** All items in the order of a query; null for the order of the listing. */
  const orderOf = (
    query: Query,
    items: ItemList,
    columns: ReadonlyArray<Columns>,
  ): Uint32Array | null => {
    const { sort: by, isDescending, isFolded, isByWorst } = query;
    const key = JSON.stringify([by, isDescending, isFolded, isByWorst || focusOf(query, runs)]);
    const orders = orderCache(version);
    let known = orders.get(key);
    if (known === undefined) {
      known = sort(items, query, columns);
      // The most recent ones: each takes 4 bytes for each item.
      if (orders.size >= maxOrders) orders.clear();
      orders.set(key, known);
    }
    return known;
  };

  const view: Engine["view"] = (query, searched = null) => {
    /** The run whose records the filter, the order and the charts are about: the candidate in a comparison. */
    const own = focusOf(query, runs);
    const areTestcases = isComparison || query.isFolded;
    const items = query.isFolded && !isComparison ? folded(version) : itemList.all();
    const ownRecords = recordsIn(items, own);
    const firstRecords = recordsIn(items, 0);
    const ownTable = tableOf(own);
    const all = metrics(version);
    const valueOf = (position: number, metric: Metric): ItemValue =>
      areTestcases
        ? reducedValue(metric.reduced[own], ownTable, ownRecords[position] ?? -1)
        : recordValue(metric, first, ownRecords[position] ?? -1);
    const pairChange = (
      position: number,
      { reduced }: Metric,
      run: number = own,
    ): PairChange | undefined => {
      const [before] = reduced;
      const after = reduced[run];
      const record = run === own ? (ownRecords[position] ?? -1) : recordOf(position, run);
      const baseline = firstRecords[position] ?? -1;
      return !isComparison ||
        before === undefined ||
        after === undefined ||
        record < 0 ||
        baseline < 0
        ? undefined
        : changeOf(
            before,
            after,
            first.testcaseOf(baseline),
            (run === own ? ownTable : tableOf(run)).testcaseOf(record),
          );
    };
    const partOf = (position: number): Part =>
      (ownRecords[position] ?? -1) < 0
        ? (firstRecords[position] ?? -1) < 0
          ? "neither"
          : "baseline"
        : (firstRecords[position] ?? -1) < 0
          ? "candidate"
          : "both";

    /** Whether the search found a record; of a testcase, any trial. */
    const isFoundIn = tables.map((table, run): ((record: number) => boolean) => {
      if (searched === null) return () => true;
      if (!areTestcases) return (record) => searched.has(run, record);
      const found = new Uint8Array(table.testcases());
      for (let record = 0; record < table.records(); record++) {
        if (searched.has(run, record)) found[table.testcaseOf(record)] = 1;
      }
      return (record) => found[table.testcaseOf(record)] === 1;
    });
    const isFound = (run: number, record: number): boolean =>
      record >= 0 && isFoundIn[run]?.(record) === true;
    const isWanted = (position: number): boolean =>
      (!isComparison || query.only === null || query.only === partOf(position)) &&
      (searched === null ||
        items.records.some((records, run) => isFound(run, records[position] ?? -1)));

    const recordOf = (position: number, run: number): number =>
      items.records[run]?.[position] ?? -1;
    /** The run that a question about an item means: without one, the candidate, else the first that has the item. */
    const runOf = (position: number, run: number | undefined): number =>
      run ??
      ((ownRecords[position] ?? -1) >= 0
        ? own
        : items.records.findIndex((records) => (records[position] ?? -1) >= 0));
    const textIn = (run: number, pointer: string, record: number): string => {
      const column = fields.column(run, pointer);
      const value = column?.values[column.codes[record] ?? 0];
      return typeof value === "string" ? value : "";
    };
    const flawIn = (value: ItemValue, change: PairChange | undefined): Flaw =>
      flawOf(isComparison ? change : value);
    const keyIn = (run: number, record: number): number =>
      areTestcases ? tableOf(run).testcaseOf(record) : record;
    /** The notes or the thumbs of an item: of a testcase, those of any trial in any run, or in one. */
    const notedIn = (
      name: "note" | "thumb",
      of: number | undefined,
    ): ((position: number) => ReadonlySet<string>) => {
      const values = tables.map((table, run) => {
        const byKey = new Map<number, Set<string>>();
        if (of !== undefined && of !== run) return byKey;
        for (const [record, { thumb, text }] of noted.in(run)) {
          const value = name === "thumb" ? (thumb ?? "") : text;
          if (value === "" || record >= table.records()) continue;
          const key = keyIn(run, record);
          byKey.set(key, (byKey.get(key) ?? new Set()).add(value));
        }
        return byKey;
      });
      return (position) => {
        const found = values.flatMap((byKey, run) => {
          const record = byKey.size === 0 ? -1 : recordOf(position, run);
          return record < 0 ? [] : (byKey.get(keyIn(run, record)) ?? []);
        });
        return found.length < 2 ? (found[0] ?? nothing) : new Set(found.flatMap((one) => [...one]));
      };
    };
    const catalogue: Catalogue = {
      metrics: all.map(knownMetric),
      fields: fields.pointers(),
      runs,
      hasNotes: noted.areKept,
    };
    const filter = compile(query.filter, catalogue, {
      metric: (number, run) => {
        const metric = all[number];
        let item = -1;
        const itemValue = (): ItemValue => {
          if (metric === undefined) return undefined;
          return run === undefined || !isComparison
            ? valueOf(item, metric)
            : reducedValue(metric.reduced[run], tableOf(run), recordsIn(items, run)[item] ?? -1);
        };
        // One object for all items, which computes what a test asks for.
        const said: MetricValue = {
          get value() {
            const value = itemValue();
            if (typeof value !== "string") return value;
            return value.startsWith(categoryMark) ? value.slice(categoryMark.length) : undefined;
          },
          get flaw() {
            if (metric === undefined) return undefined;
            return run === undefined
              ? flawIn(valueOf(item, metric), pairChange(item, metric))
              : flawOf(itemValue() ?? "missing");
          },
          get direction() {
            return metric === undefined
              ? undefined
              : directionOf(pairChange(item, metric, run), metric.isLower);
          },
        };
        return (position) => {
          item = position;
          return said;
        };
      },
      field: (pointer, isFieldWanted, run) => {
        const isMissingWanted = isFieldWanted(undefined);
        const isWantedIn = tables.map((_, of) => {
          const column = fields.column(of, pointer);
          // Each value once.
          const verdicts = column?.values.map(isFieldWanted) ?? [];
          return (record: number) => verdicts[column?.codes[record] ?? 0] ?? isMissingWanted;
        });
        return (position) => {
          const of = runOf(position, run);
          const record = recordOf(position, of);
          return record < 0 ? isMissingWanted : (isWantedIn[of]?.(record) ?? false);
        };
      },
      fieldValue: (pointer, run) => {
        const columns = tables.map((_, of) => fields.column(of, pointer));
        return (position) => {
          const of = runOf(position, run);
          const column = columns[of];
          return column?.values[column.codes[recordOf(position, of)] ?? 0];
        };
      },
      property: (name, of) => {
        if (name === "note" || name === "thumb") return notedIn(name, of);
        return (position) => {
          const run = runOf(position, of);
          const record = recordOf(position, run);
          if (record < 0) return undefined;
          switch (name) {
            case "id":
              return textIn(run, "/id", record);
            case "testcase":
              return textIn(run, "/testcaseId", record);
            case "trials":
              return trialsOf(version)[run]?.[tableOf(run).testcaseOf(record)] ?? 1;
            case "flaky":
              return (of !== undefined || run === own) &&
                flaky(run)[tableOf(run).testcaseOf(record)] === 1
                ? "yes"
                : "no";
            case "only":
              return partOf(position);
            default:
              return new Set(
                all.flatMap((metric) =>
                  metric.isMeasure
                    ? []
                    : (directionOf(pairChange(position, metric, of), metric.isLower) ?? []),
                ),
              );
          }
        };
      },
    });
    /** What the parts of the filter are about, after the metrics. */
    const subjects = all.map((_, number) => `metric:${number}`);
    const partSubjects = filter.parts.map(({ about }) => {
      if (about === undefined) return severalSubjects;
      // A metric has one chart, whichever run a part is about.
      const [, metric = about] = /^(metric:\d+)@\d+$/.exec(about) ?? [];
      const known = subjects.indexOf(metric);
      return known >= 0 ? known : subjects.push(metric) - 1;
    });
    /** The only subject whose parts of the filter an item does not meet; {@link noSubject} or {@link severalSubjects}. */
    const unmetSubject = (position: number): number => {
      if (!isWanted(position)) return severalSubjects;
      let found = noSubject;
      for (let part = 0; part < filter.parts.length; part++) {
        const subject = partSubjects[part] ?? severalSubjects;
        if (found === subject || filter.parts[part]?.holds(position) === true) continue;
        if (found !== noSubject || subject === severalSubjects) return severalSubjects;
        found = subject;
      }
      return found;
    };

    const unmet = new Int32Array(items.length);
    const parts = { both: 0, baseline: 0, candidate: 0, neither: 0 };
    let matching = 0;
    for (let position = 0; position < items.length; position++) {
      if (isComparison) parts[partOf(position)] += 1;
      const subject = unmetSubject(position);
      unmet[position] = subject;
      if (subject === noSubject) matching += 1;
    }
    const matches = new Int32Array(matching);
    for (let position = 0, place = 0; place < matching; position++) {
      if (unmet[position] !== noSubject) continue;
      matches[place] = position;
      place += 1;
    }
    const subjectsInFilter = new Set(partSubjects);
    /** By metric, the figures of the pairs of each later run. */
    const changed: Array<ReadonlyArray<PairFigures>> = [];
    const wholeFigures = wholeFiguresCache(version);
    const wholePairs = wholePairsCache(version);
    /** The records that match the whole filter, by testcase. */
    let matchingGroups: Grouping | undefined;
    const views = all.map((metric, number) => {
      // A chart also shows what only its own filters hide, so that the user can widen them.
      const isShown = (position: number): boolean =>
        unmet[position] === noSubject || unmet[position] === number;
      const columns = columnsOf(metric, number, { items, areTestcases, own, runs });
      // Most metrics are not what the filter is about.
      const shown = subjectsInFilter.has(number)
        ? placesWhere(unmet, (subject) => subject === noSubject || subject === number)
        : matches;
      const table = makeTable(metric, columns, shown, own);
      const [whole] = metric.reduced;
      if (!isComparison || whole === undefined) {
        changed.push([]);
        if (whole !== undefined && shown.length === items.length) {
          return table.view((wholeFigures[number] ??= figuresOf(whole)), []);
        }
        // Each item is a record, or a testcase, with the number of its testcase.
        if (whole !== undefined && (areTestcases || !hasTrials())) {
          return table.view(figuresOf(whole, shown), []);
        }
        const reduced = reduce({
          table: first,
          series: metric.series,
          kind: metric.kind,
          grouping:
            shown === matches
              ? (matchingGroups ??= withoutEmpty(group(first, isShown)))
              : withoutEmpty(group(first, isShown)),
          reduction,
        });
        return table.view(figuresOf(reduced), []);
      }
      const areAll = shown.length === items.length;
      const isTestcaseShown = areAll ? undefined : testcasesOf(first, firstRecords, shown);
      const figures = laterRuns.flatMap((run) => {
        const after = metric.reduced[run];
        const both = pairs(version)[run - 1];
        if (after === undefined || both === undefined) return [];
        const key = `${number} ${run}`;
        const known = areAll ? wholePairs.get(key) : undefined;
        const found =
          known ??
          pairFiguresOf(whole, after, both, (pair) =>
            isTestcaseShown === undefined ? true : isTestcaseShown[both.baseline[pair] ?? -1] === 1,
          );
        if (areAll) wholePairs.set(key, found);
        return [found];
      });
      changed.push(figures);
      const ofFirst =
        runs < 3
          ? null
          : isTestcaseShown === undefined
            ? (wholeFigures[number] ??= figuresOf(whole))
            : figuresOf(whole, (testcase) => isTestcaseShown[testcase] === 1);
      return table.view(ofFirst, figures);
    });
    // Scores and measures apart: the commands judge scores alone.
    const judged = [false, true].map((isMeasured) => {
      const places: Array<number> = [];
      const changes = all.flatMap((metric, number) => {
        if (metric.isMeasure !== isMeasured) return [];
        places.push(number);
        return (changed[number] ?? []).map((figures) => changeToJudge(metric, figures, reduction));
      });
      return { places, judgements: judge(changes), tested: countTested(changes) };
    });
    /** By metric, the judgements of its later runs. */
    const judgements = new Map(
      judged.flatMap(({ places, judgements: found }) =>
        places.map((number, place) => {
          const from = place * laterRuns.length;
          return [number, found.slice(from, from + laterRuns.length)] as const;
        }),
      ),
    );
    const scored = all.filter(({ isMeasure: isMeasured }) => !isMeasured);
    const isByWorst = query.isByWorst && runs > 2;
    const order = orderOf(
      query,
      items,
      (isByWorst ? laterRuns : [own]).map((run) => ({
        metrics: all,
        scored,
        isComparison,
        valueOf,
        pairChange: (position, metric) => pairChange(position, metric, run),
      })),
    );
    const inOrder = order === null ? matches : placesAmong(order, unmet, matching);
    const records = items.records.map((recordsOfRun) => {
      const shown = new Int32Array(matching);
      for (let place = 0; place < matching; place++) {
        shown[place] = recordsOfRun[inOrder[place] ?? 0] ?? -1;
      }
      return shown;
    });
    const slices = (pointer: string): Slices => {
      const subject = subjects.indexOf(`field:${pointer}`);
      const shownTestcases = tables.map((table) => new Uint8Array(table.testcases()));
      const shownRecords = new Uint8Array(areTestcases ? 0 : items.length);
      for (let position = 0; position < items.length; position++) {
        const unmetHere = unmet[position];
        if (unmetHere !== noSubject && (subject < 0 || unmetHere !== subject)) continue;
        if (!areTestcases) shownRecords[ownRecords[position] ?? -1] = 1;
        for (let run = 0; run < runs; run++) {
          const record = items.records[run]?.[position] ?? -1;
          const marks = shownTestcases[run];
          if (record >= 0 && marks !== undefined) marks[tableOf(run).testcaseOf(record)] = 1;
        }
      }
      return slicesOf({
        tables,
        pairs: pairs(version),
        metrics: all.map((metric) => ({
          ...metric,
          lowers:
            metric.kind === "number"
              ? conditionsOf(metric, areTestcases, tables).map((condition) =>
                  condition.is === "range" ? condition.lower : 0,
                )
              : [],
        })),
        reduction,
        focus: own,
        isByWorst,
        pointer,
        field: FieldSlicing.make(fields, pointer, Array.from(tables.keys())),
        isShown: (run, record) =>
          areTestcases
            ? shownTestcases[run]?.[tableOf(run).testcaseOf(record)] === 1
            : shownRecords[record] === 1,
      });
    };
    const by = query.by === null ? undefined : pointerOf(query.by);
    return {
      query,
      matching,
      records,
      items: items.length,
      parts,
      fields: catalogue.fields,
      fewValued: fields.few(),
      focus: own,
      tested: { scores: judged[0]?.tested ?? 0, measures: judged[1]?.tested ?? 0 },
      fieldProblem: fields.problem(),
      slices: by === undefined ? null : slices(by),
      hasTrials: hasTrials(),
      flaky: hasTrials() ? flaky(own).reduce((sum, one) => sum + one, 0) : 0,
      searchProblem: null,
      metrics: views.map((metric, number) => ({
        ...metric,
        change:
          metric.change === null
            ? null
            : {
                ...metric.change,
                verdict: judgements.get(number)?.[own - 1]?.verdict ?? "unclear",
              },
        changes: metric.changes.map((change, place): RunChange => {
          const { verdict = "unclear", adjustedP = null } = judgements.get(number)?.[place] ?? {};
          return { ...change, verdict, adjustedP };
        }),
      })),
    };
  };

  return {
    series: index,
    add,
    records: (run) => tableOf(run).records(),
    view,
    trials,
    cells: (run, record) => index.all.map((_, series) => tableOf(run).cellOf(series, record)),
  };
};

const nothing: ReadonlySet<string> = new Set();

/** A grouping without the testcases that have no records: figures do not count them. */
const withoutEmpty = ({ starts, records }: Grouping): Grouping => {
  const kept = new Int32Array(starts.length);
  let testcases = 0;
  for (let testcase = 0; testcase + 1 < starts.length; testcase++) {
    const next = starts[testcase + 1] ?? 0;
    if (next === starts[testcase]) continue;
    testcases += 1;
    kept[testcases] = next;
  }
  return { starts: kept.subarray(0, testcases + 1), records };
};

/** Items in columns, in order of first appearance. */
interface ItemList {
  readonly length: number;
  /** By run: the index of the first record of each item; -1 where the run has none. */
  readonly records: ReadonlyArray<Int32Array>;
}

const recordsIn = ({ records }: ItemList, run: number): Int32Array =>
  records[run] ?? new Int32Array(0);

/** The items of the records so far. */
interface Items {
  /** Makes or completes the item of a record that was added to the table of its run. */
  readonly place: (run: number, record: number) => void;
  readonly all: () => ItemList;
}

const makeItems = (tables: ReadonlyArray<CellTable.CellTable<number>>): Items => {
  const isComparison = tables.length > 1;
  const columns = tables.map(() => new Int32Array(64));
  let length = 0;
  /** One more than the place of the item of each testcase, by the id that it has in all runs; 0 for none yet. */
  let places = new Int32Array(64);
  const push = (): number => {
    for (let run = 0; run < columns.length; run++) {
      let column = columns[run] ?? new Int32Array(64);
      if (length === column.length) column = doubled(column);
      column[length] = -1;
      columns[run] = column;
    }
    length += 1;
    return length - 1;
  };
  const placeOf = (id: number | null): number => {
    if (id === null) return push();
    while (id >= places.length) places = doubled(places);
    const known = places[id] ?? 0;
    if (known > 0) return known - 1;
    const place = push();
    places[id] = place + 1;
    return place;
  };
  return {
    place: (run, record) => {
      const table = tables[run];
      const place =
        isComparison && table !== undefined
          ? placeOf(table.idOf(table.testcaseOf(record)))
          : push();
      const column = columns[run];
      // Of a testcase with trials, the first counts.
      if (column !== undefined && (column[place] ?? -1) < 0) column[place] = record;
    },
    all: () => ({ length, records: columns }),
  };
};

const doubled = (from: Int32Array): Int32Array<ArrayBuffer> => {
  const to = new Int32Array(2 * from.length);
  to.set(from);
  return to;
};

/** The most orders that are kept. */
const maxOrders = 6;

/** Computes something anew only where the version has changed. */
const cached = <A>(compute: () => A): ((version: number) => A) => {
  let known: { readonly version: number; readonly value: A } | undefined;
  return (version) => {
    if (known?.version !== version) known = { version, value: compute() };
    return known.value;
  };
};

const noSubject = -1;
const severalSubjects = -2;

/** A series, as the views need it. */
interface Metric {
  readonly series: Series.Series;
  readonly id: string;
  readonly label: string;
  readonly kind: MetricKind;
  readonly isLower: boolean;
  /** Whether it is measured, and not scored: it says nothing of failures, and is judged apart. */
  readonly isMeasure: boolean;
  /** The values of testcases: those of the run; in a comparison those of the baseline and of the candidate. */
  readonly reduced: ReadonlyArray<ReducedSeries>;
  readonly range: NumberRange | undefined;
}

/** The name of a series among all: the metric's id alone where it has one member. */
const nameOf = (series: Series.Series, all: ReadonlyArray<Series.Series>): string =>
  all.filter(({ metricId }) => metricId === series.metricId).length > 1
    ? Series.keyText(series)
    : series.metricId;

/** Whether a filter means a metric. An id without a member means the first: others may have appeared since. */
const isNamed = ({ series }: Metric, name: string, all: ReadonlyArray<Metric>): boolean =>
  Series.keyText(series) === name ||
  (series.metricId === name.toLowerCase() &&
    all.find((other) => other.series.metricId === series.metricId)?.series === series);

const emptyRange = (): NumberRange => ({
  min: Number.POSITIVE_INFINITY,
  max: Number.NEGATIVE_INFINITY,
  histogram: Histogram.make(),
});

const widen = (range: NumberRange, value: number): void => {
  range.min = Math.min(range.min, value);
  range.max = Math.max(range.max, value);
  range.histogram.add(value);
};

/**
 * The value of an item: a share that passes or a number; a category after {@link categoryMark}; why it has none, a
 * {@link Flaw}; undefined where the run does not have it.
 */
type ItemValue = number | string | undefined;
type Flaw = "invalid" | "missing" | undefined;

/** A category is told from a flaw by the mark before its name. */
const categoryMark = "=";

const flawOf = (found: unknown): Flaw =>
  found === "missing" || found === "invalid" ? found : undefined;

const recordValue = (
  { series, kind }: Metric,
  table: CellTable.Cells | undefined,
  record: number,
): ItemValue => {
  if (record < 0 || table === undefined) return undefined;
  const found = table.codeOf(series.index, record);
  if (found === CellTable.code.missing) return "missing";
  if (found !== codeOf(kind)) return "invalid";
  const value = table.valueOf(series.index, record);
  return kind === "category" ? categoryMark + series.categories.nameOf(value) : value;
};

const reducedValue = (
  reduced: ReducedSeries | undefined,
  table: CellTable.Cells | undefined,
  record: number,
): ItemValue => {
  if (record < 0 || reduced === undefined || table === undefined) return undefined;
  const testcase = table.testcaseOf(record);
  const found = reduced.states[testcase];
  if (found !== state.scored) return found === state.missing ? "missing" : "invalid";
  const value = reduced.values[testcase] ?? 0;
  return reduced.kind === "category" ? categoryMark + (reduced.categories[value] ?? "") : value;
};

/** What became of a pair, in a word; undefined where it cannot be said. */
const directionOf = (
  change: PairChange | undefined,
  isLower: boolean,
): "worse" | "better" | "same" | "changed" | undefined => {
  if (change === undefined || typeof change === "string") return undefined;
  if (typeof change === "object") return change.from === change.to ? "same" : "changed";
  return change === 0 ? "same" : change < 0 !== isLower ? "worse" : "better";
};

/** How many items there are, how many of them are shown, and how many of the baseline's are. */
interface Count {
  readonly all: number;
  readonly shown: number;
  readonly baseline: number;
}

/** What the items are in a metric, in columns. */
interface ItemColumns {
  readonly conditions: ReadonlyArray<Condition>;
  /** The places of the conditions that the value of each item meets, and of its baseline. */
  readonly bars: Codes;
  readonly baselineBars: Codes | null;
  /** The places in {@link flawNames}. */
  readonly flaws: Codes;
  /** The places in {@link directionNames}; null for a single run. */
  readonly directions: Codes | null;
}

/** A place for each item, -1 for none, and how many items have each place. */
interface Codes {
  readonly codes: Int16Array;
  readonly counts: Float64Array;
}

const flawNames = ["invalid", "missing"] as const;
const directionNames = ["worse", "same", "better", "changed"] as const;

interface ColumnInput {
  readonly items: ItemList;
  readonly areTestcases: boolean;
  /** The run whose values are counted; where it is not the first, it is compared with the first. */
  readonly own: number;
  /** How many runs there are. Of two, flaws are those of pairs; of more, those of the run itself. */
  readonly runs: number;
}

const makeColumns = (
  metric: Metric,
  { items, areTestcases, own, runs }: ColumnInput,
  tables: ReadonlyArray<CellTable.Cells>,
): ItemColumns => {
  const { kind, isLower } = metric;
  const isComparison = own > 0;
  const conditions = conditionsOf(metric, areTestcases, tables);
  const lowers = conditions.map((condition) => (condition.is === "range" ? condition.lower : 0));
  const places = new Map(
    conditions.map((condition, place) => [
      condition.is === "category" ? categoryMark + condition.name : condition.is,
      place,
    ]),
  );
  const [fail = -1, mixed = -1, pass = -1] = [
    places.get("fail"),
    places.get("mixed"),
    places.get("pass"),
  ];
  const barOf = (value: ItemValue): number =>
    typeof value === "number"
      ? kind === "number"
        ? lastAtMost(lowers, value)
        : value === 0
          ? fail
          : value === 1
            ? pass
            : mixed
      : value === undefined
        ? -1
        : (places.get(value) ?? -1);
  const bars = new Int16Array(items.length);
  const baselineBars = isComparison ? new Int16Array(items.length) : null;
  const flaws = new Int16Array(items.length).fill(-1);
  const directions = isComparison ? new Int16Array(items.length).fill(-1) : null;
  const [before] = metric.reduced;
  const after = metric.reduced[own];
  const [first] = tables;
  const table = tables[own];
  const ownRecords = recordsIn(items, own);
  const firstRecords = recordsIn(items, 0);
  for (let position = 0; position < items.length; position++) {
    const record = ownRecords[position] ?? -1;
    const baseline = firstRecords[position] ?? -1;
    const value = areTestcases
      ? reducedValue(after, table, record)
      : recordValue(metric, first, record);
    bars[position] = barOf(value);
    let flaw: unknown = value;
    if (baselineBars !== null && directions !== null) {
      baselineBars[position] = barOf(reducedValue(before, first, baseline));
      const change =
        before === undefined ||
        after === undefined ||
        first === undefined ||
        table === undefined ||
        record < 0 ||
        baseline < 0
          ? undefined
          : changeOf(before, after, first.testcaseOf(baseline), table.testcaseOf(record));
      flaw = runs > 2 ? (value ?? "missing") : change;
      const direction = directionOf(change, isLower);
      if (direction !== undefined) directions[position] = directionNames.indexOf(direction);
    }
    if (flaw === "invalid") flaws[position] = 0;
    else if (flaw === "missing") flaws[position] = 1;
  }
  return {
    conditions,
    bars: counted(bars, conditions.length),
    baselineBars: baselineBars === null ? null : counted(baselineBars, conditions.length),
    flaws: counted(flaws, flawNames.length),
    directions: directions === null ? null : counted(directions, directionNames.length),
  };
};

interface Table {
  /** `figures` are those of the first run; `changes` those of the pairs of each later run. */
  readonly view: (figures: SeriesFigures | null, changes: ReadonlyArray<PairFigures>) => MetricView;
}

const noFigures: Figures = { n: 0, value: null, interval: null };

const figuresIn = ({ n, value, interval }: SeriesFigures): Figures => ({
  n,
  value: value ?? null,
  interval: interval ?? null,
});

const counted = (codes: Int16Array, size: number): Codes => {
  const counts = new Float64Array(size);
  for (let position = 0; position < codes.length; position++) {
    const code = codes[position] ?? -1;
    if (code >= 0) counts[code] = (counts[code] ?? 0) + 1;
  }
  return { codes, counts };
};

/** How many of the items at some positions have each place. */
const countShown = ({ codes, counts }: Codes, shown: Int32Array): Float64Array => {
  if (shown.length === codes.length) return counts;
  const found = new Float64Array(counts.length);
  for (let place = 0; place < shown.length; place++) {
    const code = codes[shown[place] ?? 0] ?? -1;
    if (code >= 0) found[code] = (found[code] ?? 0) + 1;
  }
  return found;
};

/** The positions whose codes are wanted. */
const placesWhere = (codes: Int32Array, isWanted: (code: number) => boolean): Int32Array => {
  const places = new Int32Array(codes.length);
  let found = 0;
  for (let position = 0; position < codes.length; position++) {
    if (!isWanted(codes[position] ?? 0)) continue;
    places[found] = position;
    found += 1;
  }
  return places.subarray(0, found);
};

/** The positions of an order that have {@link noSubject}. There are `matching` of them. */
const placesAmong = (order: Uint32Array, unmet: Int32Array, matching: number): Uint32Array => {
  if (matching === order.length) return order;
  const places = new Uint32Array(matching);
  let found = 0;
  for (let next = 0; found < matching; next++) {
    const position = order[next] ?? 0;
    if (unmet[position] !== noSubject) continue;
    places[found] = position;
    found += 1;
  }
  return places;
};

const countAt = (all: Codes | null, found: Float64Array | null, place: number): Count => ({
  all: all?.counts[place] ?? 0,
  shown: found?.[place] ?? 0,
  baseline: 0,
});

/** Counts the items of one metric, and those at the positions that are shown. */
const makeTable = (
  metric: Metric,
  { conditions, bars, baselineBars, flaws, directions }: ItemColumns,
  shown: Int32Array,
  own: number,
): Table => {
  const { kind, isLower, series } = metric;
  const shownBars = countShown(bars, shown);
  const shownBaselines = baselineBars === null ? null : countShown(baselineBars, shown);
  const shownFlaws = countShown(flaws, shown);
  const shownDirections = directions === null ? null : countShown(directions, shown);
  return {
    view: (figures, changes) => {
      const change = changes[own - 1] ?? null;
      const names =
        kind === "category"
          ? (["same", "changed"] as const)
          : (["worse", "same", "better"] as const);
      const side = (value: number | undefined): Figures => ({
        n: change?.n ?? 0,
        value: value ?? null,
        interval: null,
      });
      return {
        id: metric.id,
        label: metric.label,
        key: Series.keyText(series),
        metricId: series.metricId,
        ...defined("name", series.name),
        ...defined("unit", series.unit),
        member: series.member,
        categories: categoriesIn(metric),
        column: series.index,
        whole: series.whole,
        kind,
        isLowerBetter: isLower,
        isMeasure: metric.isMeasure,
        scale: Math.max(0, ...metric.reduced.map(({ scale }) => scale)),
        bars: conditions.map((condition, place) => ({
          condition,
          ...countAt(bars, shownBars, place),
          baseline: shownBaselines?.[place] ?? 0,
        })),
        asides: flawNames.map((is, place) => ({
          condition: { is },
          ...countAt(flaws, shownFlaws, place),
        })),
        figures:
          change !== null
            ? side(change.candidate)
            : figures === null
              ? noFigures
              : figuresIn(figures),
        percentiles: change === null ? (figures?.percentiles ?? null) : null,
        first: figures === null ? noFigures : figuresIn(figures),
        changes: changes.map((ofRun, place) => runChange(ofRun, place + 1, isLower)),
        baseline: change === null ? noFigures : side(change.baseline),
        change:
          change === null
            ? null
            : {
                difference: {
                  n: change.n,
                  value: change.difference ?? null,
                  interval: change.interval ?? null,
                },
                verdict: "unclear",
                bars: names.map((is) => ({
                  condition: { is },
                  ...countAt(directions, shownDirections, directionNames.indexOf(is)),
                })),
              },
      };
    },
  };
};

/** 1 for each testcase of the items at some positions. */
const testcasesOf = (
  table: CellTable.Cells,
  records: Int32Array,
  positions: Int32Array,
): Uint8Array => {
  const found = new Uint8Array(table.testcases());
  for (let place = 0; place < positions.length; place++) {
    const record = records[positions[place] ?? 0] ?? -1;
    if (record >= 0) found[table.testcaseOf(record)] = 1;
  }
  return found;
};

const runChange = (figures: PairFigures, run: number, isLower: boolean): RunChange => {
  const { n, baseline, candidate, difference, interval, lower, higher, changed } = figures;
  return {
    run,
    before: { n, value: baseline ?? null, interval: null },
    after: { n, value: candidate ?? null, interval: null },
    difference: { n, value: difference ?? null, interval: interval ?? null },
    verdict: "unclear",
    adjustedP: null,
    worse: isLower ? higher : lower,
    better: isLower ? lower : higher,
    changed,
  };
};

/** The bars of a metric's chart. */
const conditionsOf = (
  metric: Metric,
  areTestcases: boolean,
  tables: ReadonlyArray<CellTable.Cells>,
): ReadonlyArray<Condition> => {
  const { kind, series, reduced, range } = metric;
  switch (kind) {
    case "boolean":
      return hasShares(metric, areTestcases, tables)
        ? [{ is: "fail" }, { is: "mixed" }, { is: "pass" }]
        : [{ is: "fail" }, { is: "pass" }];
    case "number": {
      const hasTrials = areTestcases && tables.some((table) => table.records() > table.testcases());
      const histogram = hasTrials ? Histogram.make() : (range?.histogram ?? Histogram.make());
      if (hasTrials) {
        for (const { states, values } of reduced) {
          for (const [testcase, value] of values.entries()) {
            if (states[testcase] === state.scored) histogram.add(value);
          }
        }
      }
      return histogram
        .bins()
        .map(({ lower, upper, isClosed }) => ({ is: "range", lower, upper, isClosed }));
    }
    case "category": {
      const names = new Set<string>();
      if (areTestcases) {
        for (const { categories } of reduced) for (const name of categories) names.add(name);
      } else {
        const [table] = tables;
        const records = table?.records() ?? 0;
        for (let record = 0; record < records; record++) {
          if (table?.codeOf(series.index, record) === CellTable.code.category) {
            names.add(series.categories.nameOf(table.valueOf(series.index, record)));
          }
        }
      }
      return Array.from(names)
        .toSorted()
        .map((name) => ({ is: "category", name }));
    }
    default:
      return [];
  }
};

/** Whether a boolean metric has items that neither pass nor fail as a whole. */
const hasShares = (
  { series, reduced }: Metric,
  areTestcases: boolean,
  [table]: ReadonlyArray<CellTable.Cells>,
): boolean => {
  if (areTestcases) {
    return reduced.some(({ values }) => values.some((value) => value > 0 && value < 1));
  }
  if (table === undefined) return false;
  for (let record = 0; record < table.records(); record++) {
    const value = table.valueOf(series.index, record);
    const isBoolean = table.codeOf(series.index, record) === CellTable.code.boolean;
    if (isBoolean && value > 0 && value < 1) return true;
  }
  return false;
};

/** The index of the last of some ascending numbers that is at most `value`; 0 where `value` is below all of them. */
const lastAtMost = (ascending: ReadonlyArray<number>, value: number): number => {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((ascending[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
};

interface Columns {
  readonly metrics: ReadonlyArray<Metric>;
  /** Those that are scored: the default order is by them alone. */
  readonly scored: ReadonlyArray<Metric>;
  readonly isComparison: boolean;
  readonly valueOf: (position: number, metric: Metric) => ItemValue;
  readonly pairChange: (position: number, metric: Metric) => PairChange | undefined;
}

/** The number that the item at a position is sorted by, ascending. NaN sorts last in either direction. */
type SortKey = (position: number) => number;

/** All items in the order of a query; null for the order of the listing. Equal keys stay in that order. */
const sort = (
  items: ItemList,
  query: Query,
  columns: ReadonlyArray<Columns>,
): Uint32Array | null => {
  const keysOf = columns.flatMap((own) => sortKey(query.sort, own) ?? []);
  const [only] = keysOf;
  if (only === undefined) {
    return query.isDescending
      ? Uint32Array.from({ length: items.length }, (_, position) => items.length - 1 - position)
      : null;
  }
  const keys = new Float64Array(items.length);
  const sign = query.isDescending ? -1 : 1;
  const keyOf: SortKey =
    keysOf.length === 1
      ? only
      : (position) => {
          let worst = Number.NaN;
          for (const own of keysOf) {
            const key = own(position);
            if (!(sign * key >= sign * worst)) worst = Number.isNaN(key) ? worst : key;
          }
          return worst;
        };
  for (let position = 0; position < items.length; position++) {
    keys[position] = sign * keyOf(position);
  }
  return ascendingPlaces(keys);
};

/** Undefined is the order of the listing. */
const sortKey = (by: string, columns: Columns): SortKey | undefined => {
  if (by === "listed") return undefined;
  const { metrics, isComparison, valueOf, pairChange } = columns;
  const metric = metrics.find((own) => isNamed(own, by, metrics));
  if (metric === undefined) return isComparison ? regressionsFirst(columns) : failingFirst(columns);
  if (isComparison) {
    return (position) => {
      const change = pairChange(position, metric);
      if (typeof change === "object") return Number(change.from === change.to);
      return typeof change === "number" ? change : Number.NaN;
    };
  }
  const names = categoryOrder(metric);
  return (position) => {
    const value = valueOf(position, metric);
    return typeof value === "number" ? value : (names.get(value ?? "") ?? Number.NaN);
  };
};

/** Categories sort by name. */
const categoryOrder = ({ series, kind }: Metric): ReadonlyMap<string, number> =>
  kind === "category"
    ? new Map(
        categoriesOf(series)
          .toSorted()
          .map((name, place) => [categoryMark + name, place]),
      )
    : new Map();

const categoriesOf = ({ categories }: Series.Series): ReadonlyArray<string> => {
  const names: Array<string> = [];
  for (let name = categories.nameOf(0); name !== ""; name = categories.nameOf(names.length)) {
    names.push(name);
  }
  return names;
};

/** A metric as expressions know it. */
const knownMetric = (metric: Metric): KnownMetric => ({
  label: metric.label,
  metricId: metric.series.metricId,
  member: metric.series.member,
  kind: metric.kind,
  categories: categoriesIn(metric),
  scale: Math.max(0, ...metric.reduced.map(({ scale }) => scale)),
});

/** The categories of a metric, with those of trials that disagree: `bad | good`. */
const categoriesIn = ({ kind, series, reduced }: Metric): ReadonlyArray<string> =>
  kind === "category"
    ? Array.from(
        new Set([...categoriesOf(series), ...reduced.flatMap(({ categories }) => categories)]),
      )
    : [];

/** The more metrics a record fails, the earlier it comes; then, the worse its scores are in their metrics' ranges. */
const failingFirst = ({ scored, valueOf }: Columns): SortKey =>
  byFailures(scored, (position, metric) => {
    const value = valueOf(position, metric);
    if (typeof value !== "number") return undefined;
    if (metric.kind === "boolean") return { isFailure: value < 1, share: value };
    const share = shareOf(metric, value - (metric.range?.min ?? 0));
    return { isFailure: false, share: metric.isLower ? 1 - share : share };
  });

/** The more metrics a testcase does worse in than before, the earlier it comes; then, the more its scores fell. */
const regressionsFirst = ({ scored, pairChange }: Columns): SortKey =>
  byFailures(scored, (position, metric) => {
    const change = pairChange(position, metric);
    if (typeof change !== "number") return undefined;
    const gain = metric.isLower ? -change : change;
    if (metric.kind === "boolean") return { isFailure: gain < 0, share: gain };
    return { isFailure: false, share: shareOf(metric, gain) };
  });

/** A part of a metric's range as a share of it. */
const shareOf = ({ range }: Metric, part: number): number =>
  range !== undefined && range.max > range.min ? part / (range.max - range.min) : 0;

/** What one metric contributes to the place of an item. */
interface Contribution {
  readonly isFailure: boolean;
  /** From -1 to 1: the lower, the earlier. */
  readonly share: number;
}

const byFailures =
  (
    metrics: ReadonlyArray<Metric>,
    contributionOf: (position: number, metric: Metric) => Contribution | undefined,
  ): SortKey =>
  (position) => {
    let failures = 0;
    let sum = 0;
    let n = 0;
    for (const metric of metrics) {
      const contribution = contributionOf(position, metric);
      if (contribution === undefined) continue;
      n += 1;
      sum += contribution.share;
      if (contribution.isFailure) failures += 1;
    }
    // The mean share lies between -1 and 1: one more failure always outweighs it.
    return n === 0 ? Number.NaN : sum / n - 3 * failures;
  };
