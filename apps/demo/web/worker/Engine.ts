/**
 * Computes views of the rows: which of them match a query, in what order, and their figures. The figures are those of
 * the analysis that the commands use; this file only chooses which records and testcases they are about.
 */
import { isFair } from "../../src/analysis/ComparedSeries.ts";
import { type ChangeVerdict, judge } from "../../src/analysis/ChangeVerdict.ts";
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
import { codeOf, group, reduce, type ReducedSeries, state } from "../../src/analysis/Trials.ts";
import type { CellBatch } from "../../src/explore/CellBatch.ts";
import { shortLabels } from "../../src/figures/MetricLabels.ts";
import type { Catalogue, KnownMetric } from "../query/Catalogue.ts";
import type { Condition } from "../query/Condition.ts";
import { compile, type MetricValue } from "../query/Filter.ts";
import { pointerOf } from "../query/Catalogue.ts";
import type { Query } from "../query/Query.ts";
import type { Slices } from "../query/Slices.ts";
import * as FieldColumns from "./FieldColumns.ts";
import * as FieldSlicing from "./FieldSlicing.ts";
import type { FoundRecords } from "./FoundRecords.ts";
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
  /** In a comparison. */
  readonly change: ChangeView | null;
}

/**
 * What the page shows. An item is a record; in a comparison, or where the query folds trials, a testcase with its trials
 * in each run.
 */
export interface View {
  /** The query that it answers. */
  readonly query: Query;
  /** For each item, in order: the index of its first record in the (candidate) run; -1 where it has none. */
  readonly records: Int32Array<ArrayBuffer>;
  /** The same in the baseline; empty for a single run. */
  readonly baselines: Int32Array<ArrayBuffer>;
  /** How many items there are in all. */
  readonly items: number;
  /** How many testcases are in both runs, and in one only; zeros for a single run. */
  readonly parts: { readonly both: number; readonly baseline: number; readonly candidate: number };
  readonly metrics: ReadonlyArray<MetricView>;
  /** The fields that a filter can be about, as JSON Pointers. */
  readonly fields: ReadonlyArray<string>;
  /** How many of the fields have several values, but not many: these come first. */
  readonly fewValued: number;
  /** The slices that the query asks for. */
  readonly slices: Slices | null;
  /** Whether a testcase has several records in one run. */
  readonly hasTrials: boolean;
  /** How many testcases of the (candidate) run have trials that disagree. */
  readonly flaky: number;
  /** Why fields that the query asks about have no values; null where they have. */
  readonly fieldProblem: string | null;
  /** Why the search has no answer, for the user; null where it has one. */
  readonly searchProblem: string | null;
}

/** The numbers that a series has had. */
interface NumberRange {
  min: number;
  max: number;
  readonly histogram: Histogram.Histogram;
}

/** A record; in a comparison, or where the query folds trials, a testcase, with the indexes of its first record in each run. */
interface Item {
  /** In the (candidate) run; -1 where it has none. */
  readonly record: number;
  /** In the baseline; -1 where it has none. */
  readonly baseline: number;
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
 * Starts without records. `runs` is 1, or 2 to compare the second run with the first. `reduction` is how the trials of a
 * testcase become one value.
 */
export const make = (
  runs: number,
  fields: FieldColumns.FieldColumns = FieldColumns.none,
  reduction: Reduction = "mean",
): Engine => {
  const isComparison = runs > 1;
  const own = isComparison ? 1 : 0;
  const index = Series.make();
  const tables = [
    CellTable.makeWith(index, CellTable.byNumber()),
    CellTable.makeWith(index, CellTable.byNumber()),
  ] as const;
  const tableOf = (run: number): CellTable.CellTable<number> => tables[run === 0 ? 0 : 1];
  const ranges: Array<NumberRange | undefined> = [];
  /** How many values of each kind each series has, in all runs. */
  const kindCounts: Array<Record<keyof KindCounts, number>> = [];
  const itemList = makeItems(isComparison, tables);
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
      itemList.place(batch.run === own, start + offset);
    }
  };

  const trials: Engine["trials"] = (run, record) => {
    const table = tableOf(run);
    const { starts, records } = groupings(version)[run === 0 ? 0 : 1] ?? group(table);
    const testcase = table.testcaseOf(record);
    const first = starts[testcase] ?? 0;
    return Array.from(
      records.subarray(first, Math.min(starts[testcase + 1] ?? 0, first + maxListedTrials)),
    );
  };

  /** The same as `kindOfSeries`, without a look at each record. */
  const kindIn = ({ index: number, categories }: Series.Series): MetricKind => {
    const counts = kindCounts[number] ?? { booleans: 0, numbers: 0, categories: 0 };
    return kindOf(categories.areTooMany() ? { ...counts, categories: 0 } : counts);
  };
  const hasTrials = (): boolean => tables.some((table) => table.records() > table.testcases());

  const metrics = cached(() => {
    const inOrder = shownSeries(tables[own]);
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
      const reduced = (isComparison ? tables : [tables[0]]).map((table, run) =>
        reduce({
          table,
          series: series.index,
          kind,
          grouping: groupings(version)[run] ?? group(table),
          reduction,
          isLowerBetter: isLower,
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
  const pairs = cached(() => pairsOf(...tables));
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
    const [{ starts, records } = group(tables[0])] = groupings(version);
    const firsts = new Int32Array(starts.length - 1);
    for (let testcase = 0; testcase < firsts.length; testcase++) {
      firsts[testcase] = records[starts[testcase] ?? 0] ?? -1;
    }
    return {
      length: firsts.length,
      records: firsts,
      baselines: new Int32Array(firsts.length).fill(-1),
    };
  });
  /** 1 for each testcase of the (candidate) run whose trials disagree. */
  const flaky = cached(() => {
    const found = new Uint8Array(tables[own].testcases());
    if (!hasTrials()) return found;
    for (const { reduced, kind, isMeasure: isMeasured } of metrics(version)) {
      const testcases = reduced[own];
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
  });

  /** The figures of each metric over all testcases. */
  const wholeFiguresCache = cached(() => new Array<SeriesFigures | undefined>());
  const columnCache = cached(() => new Map<string, ItemColumns>());
  /** The bars, flaws and changes of all items in a metric. */
  const columnsOf = (metric: Metric, number: number, input: ColumnInput): ItemColumns => {
    const key = `${number} ${input.areTestcases}`;
    const known = columnCache(version).get(key) ?? makeColumns(metric, input, tables);
    columnCache(version).set(key, known);
    return known;
  };
  const orderCache = cached(() => new Map<string, Uint32Array | null>());
  /** All items in the order of a query; null for the order of the listing. */
  const orderOf = (query: Query, items: ItemList, columns: Columns): Uint32Array | null => {
    const key = JSON.stringify([query.sort, query.isDescending, query.isFolded]);
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
    const areTestcases = isComparison || query.isFolded;
    const items = query.isFolded && !isComparison ? folded(version) : itemList.all();
    const all = metrics(version);
    const valueOf = (item: Item, metric: Metric): ItemValue =>
      areTestcases
        ? reducedValue(metric.reduced[own], tables[own], item.record)
        : recordValue(metric, tables[0], item.record);
    const pairChange = (item: Item, { reduced: [before, after] }: Metric): PairChange | undefined =>
      before === undefined || after === undefined || item.record < 0 || item.baseline < 0
        ? undefined
        : changeOf(
            before,
            after,
            tables[0].testcaseOf(item.baseline),
            tables[1].testcaseOf(item.record),
          );

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
    const isWanted = (item: Item): boolean =>
      (!isComparison || query.only === null || query.only === partOf(item)) &&
      (searched === null || isFound(own, item.record) || isFound(0, item.baseline));

    const textIn = (run: number, pointer: string, record: number): string => {
      const column = fields.column(run, pointer);
      const value = column?.values[column.codes[record] ?? 0];
      return typeof value === "string" ? value : "";
    };
    const flawIn = (value: ItemValue, change: PairChange | undefined): Flaw =>
      flawOf(isComparison ? change : value);
    /** The record of an item in a run: without one, in the (candidate) run, else in the baseline. -1 for none. */
    const placeIn = (
      position: number,
      run: number | undefined,
    ): readonly [run: number, record: number] => {
      const { record, baseline } = itemAt(items, position);
      if (run === undefined) return record >= 0 ? [own, record] : [0, baseline];
      return [run, run === own ? record : baseline];
    };
    const catalogue: Catalogue = {
      metrics: all.map(knownMetric),
      fields: fields.pointers(),
      runs,
    };
    const filter = compile(query.filter, catalogue, {
      metric: (number, run) => {
        const metric = all[number];
        let item: Item = { record: -1, baseline: -1 };
        const itemValue = (): ItemValue => {
          if (metric === undefined) return undefined;
          return run === undefined || !isComparison
            ? valueOf(item, metric)
            : reducedValue(metric.reduced[run], tableOf(run), recordIn(run));
        };
        const recordIn = (of: number): number => (of === own ? item.record : item.baseline);
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
              : directionOf(pairChange(item, metric), metric.isLower);
          },
        };
        return (position) => {
          item = itemAt(items, position);
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
          const [of, record] = placeIn(position, run);
          return record < 0 ? isMissingWanted : (isWantedIn[of]?.(record) ?? false);
        };
      },
      fieldValue: (pointer, run) => {
        const columns = tables.map((_, of) => fields.column(of, pointer));
        return (position) => {
          const [of, record] = placeIn(position, run);
          const column = columns[of];
          return column?.values[column.codes[record] ?? 0];
        };
      },
      property: (name, of) => (position) => {
        const item = itemAt(items, position);
        const [run, record] = placeIn(position, of);
        if (record < 0) return undefined;
        switch (name) {
          case "id":
            return textIn(run, "/id", record);
          case "testcase":
            return textIn(run, "/testcaseId", record);
          case "trials":
            return trialsOf(version)[run]?.[tableOf(run).testcaseOf(record)] ?? 1;
          case "flaky":
            return run === own && flaky(version)[tableOf(run).testcaseOf(record)] === 1
              ? "yes"
              : "no";
          case "only":
            return partOf(item);
          default:
            return new Set(
              all.flatMap((metric) =>
                metric.isMeasure
                  ? []
                  : (directionOf(pairChange(item, metric), metric.isLower) ?? []),
              ),
            );
        }
      },
    });
    /** What the parts of the filter are about, after the metrics. */
    const subjects = all.map((_, number) => `metric:${number}`);
    const partSubjects = filter.parts.map(({ about }) => {
      if (about === undefined) return severalSubjects;
      const known = subjects.indexOf(about);
      return known >= 0 ? known : subjects.push(about) - 1;
    });
    /** The only subject whose parts of the filter an item does not meet; {@link noSubject} or {@link severalSubjects}. */
    const unmetSubject = (item: Item, position: number): number => {
      if (!isWanted(item)) return severalSubjects;
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
    const parts = { both: 0, baseline: 0, candidate: 0 };
    let matching = 0;
    for (let position = 0; position < items.length; position++) {
      const item = itemAt(items, position);
      if (isComparison) parts[partOf(item)] += 1;
      const subject = unmetSubject(item, position);
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
    const changed: Array<PairFigures | null> = [];
    const wholeFigures = wholeFiguresCache(version);
    const views = all.map((metric, number) => {
      // A chart also shows what only its own filters hide, so that the user can widen them.
      const isShown = (position: number): boolean =>
        unmet[position] === noSubject || unmet[position] === number;
      const columns = columnsOf(metric, number, { items, areTestcases, isComparison });
      // Most metrics are not what the filter is about.
      const shown = subjectsInFilter.has(number)
        ? placesWhere(unmet, (subject) => subject === noSubject || subject === number)
        : matches;
      const table = makeTable(metric, columns, shown);
      const [before, after] = metric.reduced;
      if (!isComparison || before === undefined || after === undefined) {
        changed.push(null);
        // Each item is a record, or a testcase.
        const [whole] = metric.reduced;
        if (whole !== undefined && (areTestcases || !hasTrials())) {
          // Then items have the numbers of their testcases.
          return table.view(
            shown.length < items.length
              ? figuresOf(whole, shown)
              : (wholeFigures[number] ??= figuresOf(whole)),
            null,
          );
        }
        const reduced = reduce({
          table: tables[0],
          series: metric.series.index,
          kind: metric.kind,
          grouping: group(tables[0], isShown),
          reduction,
          isLowerBetter: metric.isLower,
        });
        return table.view(figuresOf(reduced), null);
      }
      const shownTestcases = new Set<number>();
      for (const position of shown) {
        const { baseline } = itemAt(items, position);
        if (baseline >= 0) shownTestcases.add(tables[0].testcaseOf(baseline));
      }
      const both = pairs(version);
      const figures = pairFiguresOf(before, after, both, (pair) =>
        shownTestcases.has(both.baseline[pair] ?? -1),
      );
      changed.push(figures);
      return table.view(null, figures);
    });
    const changes = changed.map((figures, number) => {
      const { kind = "other", isLower = false } = all[number] ?? {};
      const { n = 0, changed: count = 0, difference, unequalTrials = 0 } = figures ?? {};
      const gain = difference === undefined ? undefined : isLower ? -difference : difference;
      const isComparable = isFair(reduction, unequalTrials);
      const p = isComparable ? figures?.p : undefined;
      return { kind, n, changed: count, gain, p, isFair: isComparable };
    });
    // Scores and measures apart: the commands judge scores alone.
    const verdicts = new Map(
      [false, true].flatMap((isMeasured) => {
        const places = Array.from(all.keys()).filter(
          (number) => all[number]?.isMeasure === isMeasured,
        );
        const judgements = judge(places.flatMap((number) => changes[number] ?? []));
        return places.map((number, place) => [number, judgements[place]?.verdict] as const);
      }),
    );
    const scored = all.filter(({ isMeasure: isMeasured }) => !isMeasured);
    const order = orderOf(query, items, {
      metrics: all,
      scored,
      isComparison,
      valueOf,
      pairChange,
    });
    const records = new Int32Array(matching);
    const baselines = new Int32Array(isComparison ? matching : 0);
    const inOrder = order === null ? matches : placesAmong(order, unmet, matching);
    for (let place = 0; place < matching; place++) {
      const position = inOrder[place] ?? 0;
      records[place] = items.records[position] ?? -1;
      if (isComparison) baselines[place] = items.baselines[position] ?? -1;
    }
    const slices = (pointer: string): Slices => {
      const subject = subjects.indexOf(`field:${pointer}`);
      const shownTestcases = tables.map((table) => new Uint8Array(table.testcases()));
      const shownRecords = new Uint8Array(areTestcases ? 0 : items.length);
      for (let position = 0; position < items.length; position++) {
        const item = itemAt(items, position);
        const unmetHere = unmet[position];
        if (unmetHere !== noSubject && (subject < 0 || unmetHere !== subject)) continue;
        if (!areTestcases) shownRecords[item.record] = 1;
        for (const [run, record] of [item.baseline, item.record].entries()) {
          const table = isComparison ? run : 0;
          const marks = shownTestcases[table];
          if (record >= 0 && marks !== undefined) marks[tableOf(table).testcaseOf(record)] = 1;
        }
      }
      return slicesOf({
        tables: isComparison ? tables : [tables[0]],
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
        pointer,
        field: FieldSlicing.make(fields, pointer, isComparison ? [0, 1] : [0]),
        isShown: (run, record) =>
          areTestcases
            ? shownTestcases[run]?.[tableOf(run).testcaseOf(record)] === 1
            : shownRecords[record] === 1,
      });
    };
    const by = query.by === null ? undefined : pointerOf(query.by);
    return {
      query,
      records,
      baselines,
      items: items.length,
      parts,
      fields: catalogue.fields,
      fewValued: fields.few(),
      fieldProblem: fields.problem(),
      slices: by === undefined ? null : slices(by),
      hasTrials: hasTrials(),
      flaky: hasTrials() ? flaky(version).reduce((sum, one) => sum + one, 0) : 0,
      searchProblem: null,
      metrics: views.map((metric, number) => ({
        ...metric,
        change:
          metric.change === null
            ? null
            : { ...metric.change, verdict: verdicts.get(number) ?? "unclear" },
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

/** Items in columns, in order of first appearance. */
interface ItemList {
  readonly length: number;
  readonly records: Int32Array;
  readonly baselines: Int32Array;
}

const itemAt = ({ records, baselines }: ItemList, position: number): Item => ({
  record: records[position] ?? -1,
  baseline: baselines[position] ?? -1,
});

/** The items of the records so far. */
interface Items {
  /** Makes or completes the item of a record that was added to its table. */
  readonly place: (isOwn: boolean, record: number) => void;
  readonly all: () => ItemList;
}

const makeItems = (
  isComparison: boolean,
  tables: readonly [CellTable.CellTable<number>, CellTable.CellTable<number>],
): Items => {
  let records = new Int32Array(64);
  let baselines = new Int32Array(64);
  let length = 0;
  /** The place of the item of each testcase, by run. */
  const placesOf: ReadonlyArray<Array<number>> = [[], []];
  const push = (): number => {
    if (length === records.length) {
      records = doubled(records);
      baselines = doubled(baselines);
    }
    records[length] = -1;
    baselines[length] = -1;
    length += 1;
    return length - 1;
  };
  return {
    place: (isOwn, record) => {
      if (!isComparison) {
        // Before `records` is read: it may grow.
        const place = push();
        records[place] = record;
        return;
      }
      const run = isOwn ? 1 : 0;
      const table = tables[run];
      const testcase = table.testcaseOf(record);
      // A later trial of a testcase that has an item.
      if (placesOf[run]?.[testcase] !== undefined) return;
      const id = table.idOf(testcase);
      const counterpart = id === null ? undefined : tables[run === 0 ? 1 : 0].find(id);
      const waiting = counterpart === undefined ? undefined : placesOf[1 - run]?.[counterpart];
      const place = waiting ?? push();
      (isOwn ? records : baselines)[place] = record;
      if (placesOf[run] !== undefined) placesOf[run][testcase] = place;
    },
    all: () => ({ length, records, baselines }),
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
  table: CellTable.Cells,
  record: number,
): ItemValue => {
  if (record < 0) return undefined;
  const found = table.codeOf(series.index, record);
  if (found === CellTable.code.missing) return "missing";
  if (found !== codeOf(kind)) return "invalid";
  const value = table.valueOf(series.index, record);
  return kind === "category" ? categoryMark + series.categories.nameOf(value) : value;
};

const reducedValue = (
  reduced: ReducedSeries | undefined,
  table: CellTable.Cells,
  record: number,
): ItemValue => {
  if (record < 0 || reduced === undefined) return undefined;
  const testcase = table.testcaseOf(record);
  const found = reduced.states[testcase];
  if (found !== state.scored) return found === state.missing ? "missing" : "invalid";
  const value = reduced.values[testcase] ?? 0;
  return reduced.kind === "category" ? categoryMark + (reduced.categories[value] ?? "") : value;
};

const partOf = ({ record, baseline }: Item): "both" | "baseline" | "candidate" =>
  record < 0 ? "baseline" : baseline < 0 ? "candidate" : "both";

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
  readonly isComparison: boolean;
}

const makeColumns = (
  metric: Metric,
  { items, areTestcases, isComparison }: ColumnInput,
  tables: readonly [CellTable.Cells, CellTable.Cells],
): ItemColumns => {
  const { kind, isLower } = metric;
  const own = isComparison ? 1 : 0;
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
  const [before, after] = metric.reduced;
  for (let position = 0; position < items.length; position++) {
    const { record, baseline } = itemAt(items, position);
    const value = areTestcases
      ? reducedValue(metric.reduced[own], tables[own], record)
      : recordValue(metric, tables[0], record);
    bars[position] = barOf(value);
    let flaw: unknown = value;
    if (baselineBars !== null && directions !== null) {
      baselineBars[position] = barOf(reducedValue(before, tables[0], baseline));
      const change =
        before === undefined || after === undefined || record < 0 || baseline < 0
          ? undefined
          : changeOf(before, after, tables[0].testcaseOf(baseline), tables[1].testcaseOf(record));
      flaw = change;
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
  readonly view: (figures: SeriesFigures | null, change: PairFigures | null) => MetricView;
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
): Table => {
  const { kind, isLower, series } = metric;
  const shownBars = countShown(bars, shown);
  const shownBaselines = baselineBars === null ? null : countShown(baselineBars, shown);
  const shownFlaws = countShown(flaws, shown);
  const shownDirections = directions === null ? null : countShown(directions, shown);
  return {
    view: (figures, change) => {
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
        percentiles: figures?.percentiles ?? null,
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

/** The bars of a metric's chart. */
const conditionsOf = (
  metric: Metric,
  areTestcases: boolean,
  tables: readonly [CellTable.Cells, CellTable.Cells],
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
        for (let record = 0; record < table.records(); record++) {
          if (table.codeOf(series.index, record) === CellTable.code.category) {
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
  [table]: readonly [CellTable.Cells, CellTable.Cells],
): boolean => {
  if (areTestcases) {
    return reduced.some(({ values }) => values.some((value) => value > 0 && value < 1));
  }
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
  readonly valueOf: (item: Item, metric: Metric) => ItemValue;
  readonly pairChange: (item: Item, metric: Metric) => PairChange | undefined;
}

/** The number that an item is sorted by, ascending. NaN sorts last in either direction. */
type SortKey = (item: Item) => number;

/** All items in the order of a query; null for the order of the listing. Equal keys stay in that order. */
const sort = (items: ItemList, query: Query, columns: Columns): Uint32Array | null => {
  const keyOf = sortKey(query.sort, columns);
  if (keyOf === undefined) {
    return query.isDescending
      ? Uint32Array.from(
          items.records.subarray(0, items.length),
          (_, position) => items.length - 1 - position,
        )
      : null;
  }
  const keys = new Float64Array(items.length);
  const sign = query.isDescending ? -1 : 1;
  for (let position = 0; position < items.length; position++) {
    keys[position] = sign * keyOf(itemAt(items, position));
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
    return (item) => {
      const change = pairChange(item, metric);
      if (typeof change === "object") return Number(change.from === change.to);
      return typeof change === "number" ? change : Number.NaN;
    };
  }
  const names = categoryOrder(metric);
  return (item) => {
    const value = valueOf(item, metric);
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
  byFailures(scored, (item, metric) => {
    const value = valueOf(item, metric);
    if (typeof value !== "number") return undefined;
    if (metric.kind === "boolean") return { isFailure: value < 1, share: value };
    const share = shareOf(metric, value - (metric.range?.min ?? 0));
    return { isFailure: false, share: metric.isLower ? 1 - share : share };
  });

/** The more metrics a testcase does worse in than before, the earlier it comes; then, the more its scores fell. */
const regressionsFirst = ({ scored, pairChange }: Columns): SortKey =>
  byFailures(scored, (item, metric) => {
    const change = pairChange(item, metric);
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
    contributionOf: (item: Item, metric: Metric) => Contribution | undefined,
  ): SortKey =>
  (item) => {
    let failures = 0;
    let sum = 0;
    let n = 0;
    for (const metric of metrics) {
      const contribution = contributionOf(item, metric);
      if (contribution === undefined) continue;
      n += 1;
      sum += contribution.share;
      if (contribution.isFailure) failures += 1;
    }
    // The mean share lies between -1 and 1: one more failure always outweighs it.
    return n === 0 ? Number.NaN : sum / n - 3 * failures;
  };
