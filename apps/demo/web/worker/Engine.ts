/**
 * What the page computes of its rows: which match, in what order, and what they amount to. It runs in a worker,
 * so that neither typing nor scrolling waits for it.
 */
import * as Histogram from "../../src/analysis/Histogram.ts";
import * as Interval from "../../src/analysis/Interval.ts";
import * as Moments from "../../src/analysis/Moments.ts";
import type { Cell, RowBatch } from "../../src/explore/ExploreProtocol.ts";
import type { Condition, Query } from "../Query.ts";

/** One bar of a metric's chart, or one count beside it. */
export interface Bar {
  readonly condition: Condition;
  /** How many of all records. */
  readonly all: number;
  /** How many of the records that match the search and the filters of the other metrics. */
  readonly shown: number;
  /** The same of the baseline, where two runs are compared. */
  readonly baseline: number;
}

/**
 * The figures of one run by one metric, over the records that match the filters of the other metrics; where two
 * runs are compared, over the testcases that both scored.
 */
export interface Figures {
  readonly n: number;
  /** The pass rate, 0 to 1, or the mean. */
  readonly value: number | null;
  readonly interval: Interval.Interval | null;
}

type Kind = "boolean" | "number" | "other";

/** A metric of what is shown. */
export interface MetricView {
  readonly id: string;
  readonly kind: Kind;
  readonly bars: ReadonlyArray<Bar>;
  /**
   * Invalid scores, those of another kind than the metric's included; then missing ones. Never among the bars.
   * Where two runs are compared: testcases of both with such a score in either.
   */
  readonly asides: ReadonlyArray<Bar>;
  readonly figures: Figures;
  readonly baseline: Figures;
  /** Where two runs are compared: what changed, over the testcases that both scored. */
  readonly change: { readonly difference: Figures; readonly bars: ReadonlyArray<Bar> } | null;
}

/** What is shown: an item is a record, or a testcase of two runs. */
export interface View {
  /** The question that it answers. */
  readonly query: Query;
  /** By item, in order: the index of its record in the (candidate) run; -1 where it has none there. */
  readonly records: Int32Array<ArrayBuffer>;
  /** The same in the baseline; empty where one run is shown. */
  readonly baselines: Int32Array<ArrayBuffer>;
  /** How many items there are in all. */
  readonly items: number;
  /** Items of both runs, and of one alone; zeros where one run is shown. */
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
  /** Index of the record in the candidate (or only) run; -1 where there is none. */
  record: number;
  /** Index of the record in the baseline; -1 where there is none. */
  baseline: number;
}

/** An engine under way. */
export interface Engine {
  /** Takes a batch in, with the texts to search through, in lower case. */
  readonly add: (batch: RowBatch, texts: ReadonlyArray<string>) => void;
  readonly view: (query: Query) => View;
}

/** Begins with nothing. `runs` is 1, or 2 to compare the second with the first. */
export const make = (runs: number): Engine => {
  const isComparison = runs > 1;
  const own = isComparison ? 1 : 0;
  const cells: ReadonlyArray<Array<ReadonlyArray<Cell>>> = [[], []];
  const searchable: ReadonlyArray<Array<string>> = [[], []];
  const metrics: Array<Metric> = [];
  const items: Array<Item> = [];
  // Of a repeated testcase the first record waits for its counterpart; the others stand alone.
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
    // A filter of a metric that no record has matches nothing: the link is of another run.
    const isAnswerable = query.filters.every(({ metric }) =>
      metrics.some(({ id }) => id === metric),
    );
    /** The metrics whose filters an item does not meet: none, the only one, or `many`. */
    const failed = (item: Item): number => {
      if (!isAnswerable || !isWanted(item)) return many;
      let found = none;
      for (const [metric, anyOf] of conditions.entries()) {
        if (anyOf.length === 0) continue;
        const cell = cellOf(item, metric);
        const change = changeOf(item, metric);
        const kind = kinds[metric] ?? "other";
        const flaw = flawOf(isComparison ? baselineOf(item, metric) : cell, cell, kind);
        if (anyOf.some((condition) => meets(condition, cell, change, flaw, kind))) continue;
        if (found !== none) return many;
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
      const failedBy = failed(item);
      if (failedBy === none) matches.push(item);
      for (const [metric, table] of tables.entries()) {
        table.count(
          cellOf(item, metric),
          baselineOf(item, metric),
          changeOf(item, metric),
          // A chart shows what its own filters leave out too, so that they can be widened.
          failedBy === none || failedBy === metric,
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

const none = -1;
const many = -2;

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

const kindOf = ({ booleans, numbers, others }: Metric): Kind =>
  booleans > 0 && booleans >= numbers && booleans >= others
    ? "boolean"
    : numbers > 0 && numbers >= others
      ? "number"
      : "other";

const partOf = ({ record, baseline }: Item): "both" | "baseline" | "candidate" =>
  record < 0 ? "baseline" : baseline < 0 ? "candidate" : "both";

const difference = (
  before: Cell | undefined,
  after: Cell | undefined,
  kind: Kind | undefined,
): number | undefined =>
  typeof before === kind && typeof after === kind ? Number(after) - Number(before) : undefined;

// What is there, but no value of the metric's kind.
const isInvalid = (cell: Cell | undefined, kind: Kind): boolean =>
  cell !== undefined &&
  cell !== null &&
  typeof cell !== kind &&
  !(kind === "other" && cell === kind);

type Flaw = "invalid" | "missing" | undefined;

// What keeps a pair out of the figures, or a single record, which is a pair with itself.
const flawOf = (before: Cell | undefined, after: Cell | undefined, kind: Kind): Flaw => {
  if (before === undefined || after === undefined) return undefined;
  if (before === null || after === null) return "missing";
  return isInvalid(before, kind) || isInvalid(after, kind) ? "invalid" : undefined;
};

const meets = (
  condition: Condition,
  cell: Cell | undefined,
  change: number | undefined,
  flaw: Flaw,
  kind: Kind,
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
const makeTable = (metric: Metric, kind: Kind, isComparison: boolean): Table => {
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

const figures = ({ n, mean, squares }: Moments.Moments, kind: Kind): Figures => {
  if (n === 0 || !Number.isFinite(mean)) return { n, value: null, interval: null };
  const interval =
    kind === "boolean"
      ? Interval.ofRate(Math.round(mean * n), n)
      : Interval.ofMean(mean, squares, n);
  return { n, value: mean, interval: interval ?? null };
};

/** The index of the last of ascending numbers that is at most `value`; of the first where it is below them all. */
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
  readonly kinds: ReadonlyArray<Kind>;
  readonly isComparison: boolean;
  readonly cellOf: (item: Item, metric: number) => Cell | undefined;
  readonly changeOf: (item: Item, metric: number) => number | undefined;
}

// By a number for each item, ascending; equal ones stay in listing order, and NaN goes last either way.
const sort = (items: ReadonlyArray<Item>, query: Query, columns: Columns): ReadonlyArray<Item> => {
  const keyOf = keyFor(query.sort, columns);
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

const keyFor = (by: string, columns: Columns): ((item: Item) => number) | undefined => {
  const { metrics, kinds, isComparison, cellOf, changeOf } = columns;
  if (by === "listed") return undefined;
  const index = metrics.findIndex(({ id }) => id === by);
  if (index >= 0) {
    return isComparison
      ? (item) => changeOf(item, index) ?? Number.NaN
      : (item) => {
          const cell = cellOf(item, index);
          return typeof cell === kinds[index] ? Number(cell) : Number.NaN;
        };
  }
  // Failing first: the more metrics a record fails the earlier it comes, then by how low its scores are, each
  // as a share of its metric's range. Regressions first: the same of what changed.
  return (item) => {
    let fails = 0;
    let sum = 0;
    let n = 0;
    for (const [metric, kind] of kinds.entries()) {
      const value = isComparison ? changeOf(item, metric) : cellOf(item, metric);
      if (kind === "other" || typeof value !== (isComparison ? "number" : kind)) continue;
      const { min = 0, max = 0 } = metrics[metric] ?? {};
      n += 1;
      if (kind === "boolean") {
        if (isComparison ? Number(value) < 0 : value === false) fails += 1;
        sum += Number(value);
      } else if (max > min) {
        sum += (Number(value) - (isComparison ? 0 : min)) / (max - min);
      }
    }
    // The mean lies between -1 and 1: it never outweighs a failure.
    return n === 0 ? Number.NaN : sum / n - 3 * fails;
  };
};
