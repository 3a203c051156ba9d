/** What the items are in a metric, in columns: which bar each belongs to, its flaw, and how it changed. */
import * as CellTable from "../../src/analysis/CellTable.ts";
import * as Histogram from "../../src/analysis/Histogram.ts";
import { changeOf } from "../../src/analysis/PairFigures.ts";
import { state } from "../../src/analysis/Trials.ts";
import type { Condition } from "../query/Condition.ts";
import {
  type ItemValue,
  categoryMark,
  recordValue,
  reducedValue,
  directionOf,
} from "./ItemValue.ts";
import { type ItemList, recordsIn } from "./Items.ts";
import { type Metric } from "./Metric.ts";

/** What the items are in a metric, in columns. */
export interface ItemColumns {
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
export interface Codes {
  readonly codes: Int16Array;
  readonly counts: Float64Array;
}

export const flawNames = ["invalid", "missing"] as const;

export const directionNames = ["worse", "same", "better", "changed"] as const;

export interface ColumnInput {
  readonly items: ItemList;
  readonly areTestcases: boolean;
  /** The run whose values are counted; where it is not the first, it is compared with the first. */
  readonly own: number;
  /** How many runs there are. Of two, flaws are those of pairs; of more, those of the run itself. */
  readonly runs: number;
}

export const makeColumns = (
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

const counted = (codes: Int16Array, size: number): Codes => {
  const counts = new Float64Array(size);
  for (let position = 0; position < codes.length; position++) {
    const code = codes[position] ?? -1;
    if (code >= 0) counts[code] = (counts[code] ?? 0) + 1;
  }
  return { codes, counts };
};

/** How many of the items at some positions have each place. */
export const countShown = ({ codes, counts }: Codes, shown: Int32Array): Float64Array => {
  if (shown.length === codes.length) return counts;
  const found = new Float64Array(counts.length);
  for (let place = 0; place < shown.length; place++) {
    const code = codes[shown[place] ?? 0] ?? -1;
    if (code >= 0) found[code] = (found[code] ?? 0) + 1;
  }
  return found;
};

/** The bars of a metric's chart. */
export const conditionsOf = (
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
  const last = ascending.length - 1;
  const lowest = ascending[0] ?? 0;
  if (last < 1 || !(value > lowest)) return 0;
  // Bins are equally wide, but for rounding: the first guess is right, or next to it.
  const guess = Math.floor(((value - lowest) / ((ascending[last] ?? 0) - lowest)) * last);
  let index = Math.max(0, Math.min(last, Number.isNaN(guess) ? last : guess));
  while (index > 0 && (ascending[index] ?? 0) > value) index -= 1;
  while (index < last && (ascending[index + 1] ?? 0) <= value) index += 1;
  return index;
};
