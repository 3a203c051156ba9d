/**
 * Computes views of the rows: which of them match a query, in what order, and their figures. The figures are those of
 * the analysis that the commands use; this file only chooses which records and testcases they are about.
 */
import type { Cell } from "../../src/analysis/Cell.ts";
import * as CellTable from "../../src/analysis/CellTable.ts";
import { countTested, judge } from "../../src/analysis/ChangeVerdict.ts";
import { changeToJudge, isFair } from "../../src/analysis/ComparedSeries.ts";
import { isMeasure } from "../../src/analysis/Measures.ts";
import { type KindCounts, kindOf, type MetricKind } from "../../src/analysis/MetricKind.ts";
import { type PairFigures, pairFiguresOf, pairsOf } from "../../src/analysis/PairFigures.ts";
import type { Reduction } from "../../src/analysis/Reduction.ts";
import * as Series from "../../src/analysis/Series.ts";
import { figuresOf, type SeriesFigures } from "../../src/analysis/SeriesFigures.ts";
import { shownSeries } from "../../src/analysis/Summary.ts";
import { group, type Grouping, reduce } from "../../src/analysis/Trials.ts";
import type { CellBatch } from "../../src/explore/CellBatch.ts";
import { shortLabels } from "../../src/figures/MetricLabels.ts";
import { type Catalogue, pointerOf } from "../query/Catalogue.ts";
import { compile } from "../query/Filter.ts";
import { focusOf, type Query } from "../query/Query.ts";
import type { Slices } from "../query/Slices.ts";
import * as FieldColumns from "./FieldColumns.ts";
import * as FieldSlicing from "./FieldSlicing.ts";
import * as FilterValues from "./FilterValues.ts";
import * as QueriedItems from "./QueriedItems.ts";
import type { FoundRecords } from "./FoundRecords.ts";
import { type ItemColumns, type ColumnInput, makeColumns, conditionsOf } from "./ItemColumns.ts";
import { type ItemList, makeItems } from "./Items.ts";
import { type NumberRange, emptyRange, widen, type Metric, nameOf, knownMetric } from "./Metric.ts";
import { makeTable } from "./MetricTable.ts";
import * as NotedRecords from "./NotedRecords.ts";
import { type Columns, sort } from "./Order.ts";
import { slicesOf } from "./SliceFigures.ts";
import type { RunChange, View } from "./View.ts";

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
  const tables: QueriedItems.Tables = [
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
    const areTestcases = isComparison || query.isFolded;
    const asked = QueriedItems.make({
      items: query.isFolded && !isComparison ? folded(version) : itemList.all(),
      areTestcases,
      tables,
      own: focusOf(query, runs),
    });
    const { items, own, ownRecords, firstRecords, valueOf, pairChange, partOf } = asked;
    const all = metrics(version);

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

    const catalogue: Catalogue = {
      metrics: all.map(knownMetric),
      fields: fields.pointers(),
      runs,
      hasNotes: noted.areKept,
    };
    const filter = compile(
      query.filter,
      catalogue,
      FilterValues.make(asked, {
        metrics: all,
        fields,
        noted,
        trialsIn: (run) => trialsOf(version)[run],
        flakyIn: flaky,
      }),
    );
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
          const { unequalTrials = 0 } = changed[number]?.[place] ?? {};
          return { ...change, verdict, adjustedP, isFair: isFair(reduction, unequalTrials) };
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
