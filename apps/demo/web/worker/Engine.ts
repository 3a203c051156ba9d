/** Computes views of the rows: which of them match a query, in what order, and their figures. */
import * as Histogram from "../../src/analysis/Histogram.ts";
import * as Interval from "../../src/analysis/Interval.ts";
import { kindOf, type MetricKind } from "../../src/analysis/MetricKind.ts";
import * as Moments from "../../src/analysis/Moments.ts";
import type { Cell, RowBatch } from "../../src/explore/ExploreProtocol.ts";
import type { Condition, Query } from "../query/Query.ts";

/** One bar of a metric's chart, or one count beside it. */
export interface Bar {
  readonly condition: Condition;
  /** How many records meet it. */
  readonly all: number;
  /** How many of these also match the search and the filters of the other metrics. */
  readonly shown: number;
  /** How many records of the baseline do, where two runs are compared. */
  readonly baseline: number;
}

/**
 * The figures of a metric in one run, over the records that match the filters of the other metrics. In a comparison,
 * over the testcases that the metric scored in both runs.
 */
export interface Figures {
  readonly n: number;
  /** The pass rate, 0 to 1, or the mean. */
  readonly value: number | null;
  readonly interval: Interval.Interval | null;
}

/** A metric in a view. */
export interface MetricView {
  readonly id: string;
  readonly kind: MetricKind;
  readonly bars: ReadonlyArray<Bar>;
  /**
   * Invalid scores, including those of another kind than the metric's, and missing scores: never among the bars. In a
   * comparison: testcases in both runs with such a score in at least one of them.
   */
  readonly asides: ReadonlyArray<Bar>;
  readonly figures: Figures;
  readonly baseline: Figures;
  /** In a comparison: what changed, over the testcases that the metric scored in both runs. */
  readonly change: { readonly difference: Figures; readonly bars: ReadonlyArray<Bar> } | null;
}

/** What the page shows. An item is a record, or in a comparison a testcase. */
export interface View {
  /** The query that it answers. */
  readonly query: Query;
  /** For each item, in order: the index of its record in the (candidate) run; -1 where it has none. */
  readonly records: Int32Array<ArrayBuffer>;
  /** The same in the baseline; empty for a single run. */
  readonly baselines: Int32Array<ArrayBuffer>;
  /** How many items there are in all. */
  readonly items: number;
  /** How many testcases are in both runs, and in one only; zeros for a single run. */
  readonly parts: { readonly both: number; readonly baseline: number; readonly candidate: number };
  readonly metrics: ReadonlyArray<MetricView>;
}

interface Metric {
  readonly id: string;
  booleans: number;
  numbers: number;
  others: number;
  min: number;
  max: number;
  readonly histogram: Histogram.Histogram;
}

interface Item {
  /** The index of the record in the (candidate) run; -1 where it has none. */
  record: number;
  /** The index of the record in the baseline; -1 where it has none. */
  baseline: number;
}

export interface Engine {
  /** Adds a batch, with the texts to search in lower case. */
  readonly add: (batch: RowBatch, texts: ReadonlyArray<string>) => void;
  readonly view: (query: Query) => View;
}

/** Starts without rows. `runs` is 1, or 2 to compare the second run with the first. */
export const make = (runs: number): Engine => {
  const isComparison = runs > 1;
  const own = isComparison ? 1 : 0;
  const cells: ReadonlyArray<Array<ReadonlyArray<Cell>>> = [[], []];
  const searchable: ReadonlyArray<Array<string>> = [[], []];
  const metrics: Array<Metric> = [];
  const items: Array<Item> = [];
  // The first record of a testcase waits for its counterpart. Records that repeat it stay alone.
  const testcases: ReadonlyArray<Map<string, Item>> = [new Map(), new Map()];

  const holds = (run: number, index: number, word: string): boolean =>
    index >= 0 && (searchable[run]?.[index]?.includes(word) ?? false);

  const place = (run: number, index: number, testcaseId: string | null): void => {
    const side = run === own ? "record" : "baseline";
    if (isComparison && testcaseId !== null && !testcases[run]?.has(testcaseId)) {
      const waiting = testcases[1 - run]?.get(testcaseId);
      const item = waiting ?? { record: -1, baseline: -1 };
      item[side] = index;
      testcases[run]?.set(testcaseId, item);
      if (waiting === undefined) items.push(item);
    } else {
      items.push({ record: -1, baseline: -1, [side]: index });
    }
  };

  const add: Engine["add"] = (batch, texts) => {
    metrics.push(...batch.metrics.map(emptyMetric));
    for (const [offset, row] of batch.rows.entries()) {
      cells[batch.run]?.push(row.cells);
      searchable[batch.run]?.push(texts[offset] ?? "");
      for (const [index, metric] of metrics.entries()) count(metric, row.cells[index]);
      place(batch.run, batch.start + offset, row.testcaseId);
    }
  };

  const view: Engine["view"] = (query) => {
    const kinds = metrics.map(kindOf);
    const cellOf = (item: Item, metric: number): Cell | undefined =>
      item.record < 0 ? undefined : (cells[own]?.[item.record]?.[metric] ?? null);
    const baselineOf = (item: Item, metric: number): Cell | undefined =>
      !isComparison || item.baseline < 0
        ? undefined
        : (cells[0]?.[item.baseline]?.[metric] ?? null);
    const changeOf = (item: Item, metric: number): number | undefined =>
      isComparison
        ? difference(baselineOf(item, metric), cellOf(item, metric), kinds[metric])
        : undefined;

    const words = query.text.toLowerCase().split(/\s+/).filter(Boolean);
    const isWanted = (item: Item): boolean =>
      (!isComparison || query.only === null || query.only === partOf(item)) &&
      words.every((word) => holds(own, item.record, word) || holds(0, item.baseline, word));

    const conditions = metrics.map(({ id }) =>
      query.filters.flatMap(({ metric, condition }) => (metric === id ? [condition] : [])),
    );
    // A filter on an unknown metric matches nothing: the link belongs to another run.
    const isAnswerable = query.filters.every(({ metric }) =>
      metrics.some(({ id }) => id === metric),
    );
    /** The metric whose filters an item does not meet; {@link noMetric} or {@link severalMetrics}. */
    const unmetMetric = (item: Item): number => {
      if (!isAnswerable || !isWanted(item)) return severalMetrics;
      let found = noMetric;
      for (const [metric, anyOf] of conditions.entries()) {
        if (anyOf.length === 0) continue;
        const cell = cellOf(item, metric);
        const change = changeOf(item, metric);
        const kind = kinds[metric] ?? "other";
        const flaw = flawOf(isComparison ? baselineOf(item, metric) : cell, cell, kind);
        if (anyOf.some((condition) => meets(condition, cell, change, flaw, kind))) continue;
        if (found !== noMetric) return severalMetrics;
        found = metric;
      }
      return found;
    };

    const tables = metrics.map((metric, index) =>
      makeTable(metric, kinds[index] ?? "other", isComparison),
    );
    const parts = { both: 0, baseline: 0, candidate: 0 };
    const matches: Array<Item> = [];
    for (const item of items) {
      if (isComparison) parts[partOf(item)] += 1;
      const unmet = unmetMetric(item);
      if (unmet === noMetric) matches.push(item);
      for (const [metric, table] of tables.entries()) {
        table.count(
          cellOf(item, metric),
          baselineOf(item, metric),
          changeOf(item, metric),
          // A chart also shows what only its own filters hide, so that the user can widen them.
          unmet === noMetric || unmet === metric,
        );
      }
    }
    const sorted = sort(matches, query, { metrics, kinds, isComparison, cellOf, changeOf });
    return {
      query,
      records: Int32Array.from(sorted, ({ record }) => record),
      baselines: isComparison
        ? Int32Array.from(sorted, ({ baseline }) => baseline)
        : new Int32Array(0),
      items: items.length,
      parts,
      metrics: tables.map((table) => table.view()),
    };
  };

  return { add, view };
};

const noMetric = -1;
const severalMetrics = -2;

const emptyMetric = (id: string): Metric => ({
  id,
  booleans: 0,
  numbers: 0,
  others: 0,
  min: Number.POSITIVE_INFINITY,
  max: Number.NEGATIVE_INFINITY,
  histogram: Histogram.make(),
});

const count = (metric: Metric, cell: Cell | undefined): void => {
  if (typeof cell === "boolean") metric.booleans += 1;
  else if (cell === "other") metric.others += 1;
  else if (typeof cell === "number") {
    metric.numbers += 1;
    metric.min = Math.min(metric.min, cell);
    metric.max = Math.max(metric.max, cell);
    metric.histogram.add(cell);
  }
};

const partOf = ({ record, baseline }: Item): "both" | "baseline" | "candidate" =>
  record < 0 ? "baseline" : baseline < 0 ? "candidate" : "both";

const difference = (
  before: Cell | undefined,
  after: Cell | undefined,
  kind: MetricKind | undefined,
): number | undefined =>
  typeof before === kind && typeof after === kind ? Number(after) - Number(before) : undefined;

// Whether a score exists but is no value of the metric's kind.
const isInvalid = (cell: Cell | undefined, kind: MetricKind): boolean =>
  cell !== undefined &&
  cell !== null &&
  typeof cell !== kind &&
  !(kind === "other" && cell === kind);

type Flaw = "invalid" | "missing" | undefined;

// Why the figures leave out a pair, or a single record, which is passed as a pair with itself.
const flawOf = (before: Cell | undefined, after: Cell | undefined, kind: MetricKind): Flaw => {
  if (before === undefined || after === undefined) return undefined;
  if (before === null || after === null) return "missing";
  return isInvalid(before, kind) || isInvalid(after, kind) ? "invalid" : undefined;
};

const meets = (
  condition: Condition,
  cell: Cell | undefined,
  change: number | undefined,
  flaw: Flaw,
  kind: MetricKind,
): boolean => {
  switch (condition.is) {
    case "pass":
      return cell === true && kind === "boolean";
    case "fail":
      return cell === false && kind === "boolean";
    case "range":
      return (
        typeof cell === "number" &&
        kind === "number" &&
        Histogram.contains({ ...condition, count: 0 }, cell)
      );
    case "other":
      return cell === "other" && kind === "other";
    case "invalid":
    case "missing":
      return flaw === condition.is;
    case "worse":
      return change !== undefined && change < 0;
    case "better":
      return change !== undefined && change > 0;
    default:
      return change === 0;
  }
};

interface Count {
  all: number;
  shown: number;
  baseline: number;
}

const zero = (): Count => ({ all: 0, shown: 0, baseline: 0 });

const increase = (counter: Count | undefined, isShown: boolean): void => {
  if (counter === undefined) return;
  counter.all += 1;
  if (isShown) counter.shown += 1;
};

interface Table {
  readonly count: (
    cell: Cell | undefined,
    before: Cell | undefined,
    change: number | undefined,
    isShown: boolean,
  ) => void;
  readonly view: () => MetricView;
}

/** Counts the cells of one metric. */
const makeTable = (metric: Metric, kind: MetricKind, isComparison: boolean): Table => {
  const conditions: ReadonlyArray<Condition> =
    kind === "boolean"
      ? [{ is: "fail" }, { is: "pass" }]
      : kind === "number"
        ? metric.histogram
            .bins()
            .map(({ lower, upper, isClosed }) => ({ is: "range", lower, upper, isClosed }))
        : [{ is: "other" }];
  const bars = conditions.map(zero);
  const lowers = conditions.map((condition) => (condition.is === "range" ? condition.lower : 0));
  const aside = { invalid: zero(), missing: zero() };
  const changes = { worse: zero(), same: zero(), better: zero() };
  const moments = { own: Moments.empty(), baseline: Moments.empty(), change: Moments.empty() };

  const counterOf = (cell: Cell): Count | undefined => {
    if (cell === null || isInvalid(cell, kind)) return undefined;
    if (typeof cell === "boolean") return bars[Number(cell)];
    return bars[typeof cell === "number" ? lastAtMost(lowers, cell) : 0];
  };
  return {
    count: (cell, before, change, isShown) => {
      const flaw = flawOf(isComparison ? before : cell, cell, kind);
      if (flaw !== undefined) increase(aside[flaw], isShown);
      if (cell !== undefined) increase(counterOf(cell), isShown);
      if (before !== undefined && isShown) {
        const counter = counterOf(before);
        if (counter !== undefined) counter.baseline += 1;
      }
      const isInFigures = isComparison ? change !== undefined : typeof cell === kind;
      if (isShown && isInFigures) {
        Moments.add(moments.own, Number(cell));
        if (isComparison) Moments.add(moments.baseline, Number(before));
      }
      if (change !== undefined) {
        increase(changes[change < 0 ? "worse" : change > 0 ? "better" : "same"], isShown);
        if (isShown) Moments.add(moments.change, change);
      }
    },
    view: () => {
      const { worse, same, better } = changes;
      const change = figures(moments.change, "number");
      const rates = Interval.ofRateDifference(worse.shown, better.shown, change.n) ?? null;
      return {
        id: metric.id,
        kind,
        bars: conditions.map((condition, index) => ({ condition, ...(bars[index] ?? zero()) })),
        asides: [
          { condition: { is: "invalid" }, ...aside.invalid },
          { condition: { is: "missing" }, ...aside.missing },
        ],
        figures: figures(moments.own, kind),
        baseline: figures(moments.baseline, kind),
        change: isComparison
          ? {
              difference: kind === "boolean" ? { ...change, interval: rates } : change,
              bars: [
                { condition: { is: "worse" }, ...worse },
                { condition: { is: "same" }, ...same },
                { condition: { is: "better" }, ...better },
              ],
            }
          : null,
      };
    },
  };
};

const figures = ({ n, mean, squares }: Moments.Moments, kind: MetricKind): Figures => {
  if (n === 0 || !Number.isFinite(mean)) return { n, value: null, interval: null };
  const interval =
    kind === "boolean"
      ? Interval.ofRate(Math.round(mean * n), n)
      : Interval.ofMean(mean, squares, n);
  return { n, value: mean, interval: interval ?? null };
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
  readonly kinds: ReadonlyArray<MetricKind>;
  readonly isComparison: boolean;
  readonly cellOf: (item: Item, metric: number) => Cell | undefined;
  readonly changeOf: (item: Item, metric: number) => number | undefined;
}

/** The number that an item is sorted by, ascending. NaN sorts last in either direction. */
type SortKey = (item: Item) => number;

// Items with equal keys stay in listing order.
const sort = (items: ReadonlyArray<Item>, query: Query, columns: Columns): ReadonlyArray<Item> => {
  const keyOf = sortKey(query.sort, columns);
  if (keyOf === undefined) return query.isDescending ? items.toReversed() : items;
  const keys = Float64Array.from(items, keyOf);
  const sign = query.isDescending ? -1 : 1;
  const order = Uint32Array.from(items, (_, index) => index).toSorted((a, b) => {
    const left = keys[a] ?? Number.NaN;
    const right = keys[b] ?? Number.NaN;
    if (Number.isNaN(left) || Number.isNaN(right)) {
      return Number(Number.isNaN(left)) - Number(Number.isNaN(right)) || a - b;
    }
    return sign * (left - right) || a - b;
  });
  return Array.from(order, (index) => items[index]).filter((item) => item !== undefined);
};

/** Undefined is the order of the listing. */
const sortKey = (by: string, columns: Columns): SortKey | undefined => {
  if (by === "listed") return undefined;
  const metric = columns.metrics.findIndex(({ id }) => id === by);
  if (metric < 0) return columns.isComparison ? regressionsFirst(columns) : failingFirst(columns);
  return columns.isComparison
    ? (item) => columns.changeOf(item, metric) ?? Number.NaN
    : (item) => {
        const cell = columns.cellOf(item, metric);
        return typeof cell === columns.kinds[metric] ? Number(cell) : Number.NaN;
      };
};

/** The more metrics a record fails, the earlier it comes; then, the lower its scores are in their metrics' ranges. */
const failingFirst = ({ metrics, kinds, cellOf }: Columns): SortKey =>
  byFailures(metrics, (item, index, { min, max }) => {
    const cell = cellOf(item, index);
    if (typeof cell !== kinds[index]) return undefined;
    if (typeof cell === "boolean") return { isFailure: !cell, share: Number(cell) };
    return { isFailure: false, share: max > min ? (Number(cell) - min) / (max - min) : 0 };
  });

/** The more metrics a testcase fails now and passed before, the earlier it comes; then, the more its scores fell. */
const regressionsFirst = ({ metrics, kinds, changeOf }: Columns): SortKey =>
  byFailures(metrics, (item, index, { min, max }) => {
    const change = changeOf(item, index);
    if (change === undefined) return undefined;
    if (kinds[index] === "boolean") return { isFailure: change < 0, share: change };
    return { isFailure: false, share: max > min ? change / (max - min) : 0 };
  });

/** What one metric contributes to the place of an item. */
interface Contribution {
  readonly isFailure: boolean;
  /** From -1 to 1: the lower, the earlier. */
  readonly share: number;
}

const byFailures =
  (
    metrics: ReadonlyArray<Metric>,
    contributionOf: (item: Item, index: number, metric: Metric) => Contribution | undefined,
  ): SortKey =>
  (item) => {
    let failures = 0;
    let sum = 0;
    let n = 0;
    for (const [index, metric] of metrics.entries()) {
      const contribution = contributionOf(item, index, metric);
      if (contribution === undefined) continue;
      n += 1;
      sum += contribution.share;
      if (contribution.isFailure) failures += 1;
    }
    // The mean share lies between -1 and 1: one more failure always outweighs it.
    return n === 0 ? Number.NaN : sum / n - 3 * failures;
  };
