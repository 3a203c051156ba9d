/**
 * Trials: the records of one run that share a testcase. Each testcase gets one value from its trials, and figures are
 * computed over testcases, so that a testcase with many trials weighs no more than one with a single trial.
 */
import { code, type Cells } from "./CellTable.ts";
import { type Cell, sideBySide } from "./Cell.ts";
import { countNames } from "./Frequency.ts";
import { kindOf, type MetricKind } from "./MetricKind.ts";
import type { Reduction } from "./Reduction.ts";
import { momentsOf } from "./statistics/Moments.ts";
import { percentile } from "./statistics/Percentile.ts";

/** The records of a table by testcase: those of testcase t are `records` from `starts[t]` to before `starts[t + 1]`. */
export interface Grouping {
  readonly starts: Int32Array;
  readonly records: Int32Array;
}

/** Groups the records of a table, or only the wanted ones. */
export const group = (
  table: Cells,
  isWanted: (record: number) => boolean = () => true,
): Grouping => {
  const testcases = table.testcases();
  const starts = new Int32Array(testcases + 1);
  const increase = (place: number, by: number): void => {
    starts[place] = (starts[place] ?? 0) + by;
  };
  const total = table.records();
  for (let record = 0; record < total; record++) {
    if (isWanted(record)) increase(table.testcaseOf(record) + 1, 1);
  }
  for (let place = 1; place <= testcases; place++) increase(place, starts[place - 1] ?? 0);
  const next = starts.slice();
  const records = new Int32Array(starts[testcases] ?? 0);
  for (let record = 0; record < total; record++) {
    if (!isWanted(record)) continue;
    const testcase = table.testcaseOf(record);
    const place = next[testcase] ?? 0;
    records[place] = record;
    next[testcase] = place + 1;
  }
  return { starts, records };
};

/** The kind of a series: that of most of its values in some tables. Categories that are too many are none. */
export const kindOfSeries = (tables: ReadonlyArray<Cells>, series: number): MetricKind => {
  const counts = { booleans: 0, numbers: 0, categories: 0 };
  for (const table of tables) {
    const total = table.records();
    for (let record = 0; record < total; record++) {
      const found = table.codeOf(series, record);
      if (found === code.boolean) counts.booleans += 1;
      else if (found === code.number) counts.numbers += 1;
      else if (found === code.category) counts.categories += 1;
    }
  }
  const areTexts = tables[0]?.series.all[series]?.categories.areTooMany() ?? false;
  return kindOf(areTexts ? { ...counts, categories: 0 } : counts);
};

const codeOfKind = {
  boolean: code.boolean,
  number: code.number,
  category: code.category,
  other: -1,
} as const;

/** The code of a cell that holds a value of a kind. */
export const codeOf = (kind: MetricKind): number => codeOfKind[kind];

/** Whether a testcase has a value, and why not. */
export const state = { missing: 0, scored: 1, invalid: 2 } as const;

/** One series, with one value for each testcase. */
export interface ReducedSeries {
  readonly kind: MetricKind;
  /** A {@link state} for each testcase. */
  readonly states: Uint8Array;
  /** The value: the share of trials that pass (0 to 1), a number, or the number of a category in `categories`. */
  readonly values: Float64Array;
  /** How many trials the value rests on. */
  readonly trials: Int32Array;
  /** How many of them pass: for booleans. A trial whose scores disagree does not. */
  readonly passes: Int32Array;
  /** The squared distances of the trials to their testcase's mean: for booleans and numbers. */
  readonly squares: Float64Array;
  readonly categories: ReadonlyArray<string>;
  /** 1 where all trials have the same category. */
  readonly agrees: Uint8Array;
  /** The size of the largest value. */
  readonly scale: number;
  /** Records of the grouping whose score is invalid, not recognised, or of another kind. */
  readonly invalid: number;
  /** How many of these records have a value of another kind. */
  readonly otherKind: number;
  /** Records of the grouping without a score. */
  readonly missing: number;
}

/** What {@link reduce} reduces. */
export interface ReductionInput {
  readonly table: Cells;
  readonly series: ReducedBy;
  readonly kind: MetricKind;
  readonly grouping: Grouping;
  readonly reduction: Reduction;
}

/** What the reduction needs to know of a series. */
interface ReducedBy {
  readonly index: number;
  /** Whether lower numbers are better: then the best of a testcase's numbers is the lowest. */
  readonly isLowerBetter: boolean;
}

/** How some trials are reduced. */
interface CellReduction extends Pick<ReducedBy, "isLowerBetter"> {
  readonly reduction: Reduction;
}

/** Reduces the trials of each testcase to one value. */
export const reduce = (input: ReductionInput): ReducedSeries => {
  const { table, kind, grouping, reduction } = input;
  const { index: series, isLowerBetter } = input.series;
  const { starts, records } = grouping;
  const testcases = starts.length - 1;
  const wanted = codeOf(kind);
  const reduced = {
    kind,
    states: new Uint8Array(testcases),
    values: new Float64Array(testcases),
    trials: new Int32Array(testcases),
    passes: new Int32Array(testcases),
    squares: new Float64Array(testcases),
    categories: new Array<string>(),
    agrees: new Uint8Array(kind === "category" ? testcases : 0),
    scale: 0,
    invalid: 0,
    otherKind: 0,
    missing: 0,
  };
  const categoryNumbers = new Map<string, number>();
  const nameOf = (number: number): string =>
    table.series.all[series]?.categories.nameOf(number) ?? "";
  const categoryNumber = (name: string): number => {
    const known = categoryNumbers.get(name);
    if (known !== undefined) return known;
    categoryNumbers.set(name, reduced.categories.length);
    return reduced.categories.push(name) - 1;
  };
  const trials: Array<number> = [];
  for (let testcase = 0; testcase < testcases; testcase++) {
    const end = starts[testcase + 1] ?? 0;
    const start = starts[testcase] ?? 0;
    const only = records[start] ?? 0;
    if (end - start === 1 && kind !== "category" && table.codeOf(series, only) === wanted) {
      // The usual case: the value of a single trial is that of its testcase.
      const value = table.valueOf(series, only);
      reduced.states[testcase] = state.scored;
      reduced.trials[testcase] = 1;
      reduced.values[testcase] =
        reduction === "mean"
          ? // The mean of -0 is 0.
            value + 0
          : kind === "boolean"
            ? rateOf(value, [value], reduction)
            : value;
      if (kind === "boolean") reduced.passes[testcase] = Number(value === 1);
      else if (Math.abs(value) > reduced.scale) reduced.scale = Math.abs(value);
      continue;
    }
    trials.length = 0;
    let flaws = 0;
    for (let place = start; place < end; place++) {
      const record = records[place] ?? 0;
      const found = table.codeOf(series, record);
      if (found === wanted) trials.push(table.valueOf(series, record));
      else if (found === code.missing) reduced.missing += 1;
      else {
        flaws += 1;
        if (found !== code.invalid && found !== code.unrecognised) reduced.otherKind += 1;
      }
    }
    reduced.invalid += flaws;
    reduced.trials[testcase] = trials.length;
    if (trials.length === 0) {
      reduced.states[testcase] = flaws > 0 ? state.invalid : state.missing;
      continue;
    }
    reduced.states[testcase] = state.scored;
    if (kind === "category") {
      const name = categoryOf(trials.map(nameOf), reduction);
      reduced.values[testcase] = categoryNumber(name);
      reduced.agrees[testcase] = Number(trials.every((trial) => trial === trials[0]));
      continue;
    }
    // Sorted, so that the order of trials does not change the last digit.
    sortFew(trials);
    const { mean, squares } = momentsOf(trials);
    reduced.squares[testcase] = squares;
    if (kind === "boolean") {
      let sum = 0;
      for (const trial of trials) {
        sum += trial;
        if (trial === 1) reduced.passes[testcase] = (reduced.passes[testcase] ?? 0) + 1;
      }
      reduced.values[testcase] = rateOf(sum, trials, reduction);
    } else {
      const value = numberOf(mean, trials, { reduction, isLowerBetter });
      reduced.values[testcase] = value;
      reduced.scale = Math.max(reduced.scale, Math.abs(value));
    }
  }
  return reduced;
};

/** Sorts numbers in place. Most testcases have few trials, for which a comparator costs more than the sorting. */
const sortFew = (numbers: Array<number>): void => {
  if (numbers.length > maxInsertedNumbers) {
    numbers.sort((a, b) => a - b);
    return;
  }
  for (let end = 1; end < numbers.length; end++) {
    const inserted = numbers[end] ?? 0;
    let place = end;
    for (; place > 0 && (numbers[place - 1] ?? 0) > inserted; place--) {
      numbers[place] = numbers[place - 1] ?? 0;
    }
    numbers[place] = inserted;
  }
};

const maxInsertedNumbers = 16;

const rateOf = (sum: number, { length }: { readonly length: number }, by: Reduction): number => {
  switch (by) {
    case "mean":
      return sum / length;
    case "any":
      return Number(sum > 0);
    case "all":
      return Number(sum === length);
    default:
      return Number(sum > length / 2);
  }
};

const numberOf = (
  mean: number,
  ascending: ReadonlyArray<number>,
  { reduction, isLowerBetter }: CellReduction,
): number => {
  switch (reduction) {
    case "mean":
      return mean;
    case "majority":
      return percentile(ascending, 0.5);
    default: {
      const isHighest = (reduction === "any") !== isLowerBetter;
      return ascending.at(isHighest ? -1 : 0) ?? mean;
    }
  }
};

const categoryOf = (names: ReadonlyArray<string>, by: Reduction): string => {
  if (names.length === 1 || by === "all") return sideBySide(names);
  const counts = countNames(names);
  const most = Math.max(...counts.values());
  return sideBySide(Array.from(counts.keys()).filter((name) => counts.get(name) === most));
};

/** The trials of a testcase as one cell: to show what figures count. By default by the reduction `mean`. */
export const cellOfTrials = (
  cells: ReadonlyArray<Cell>,
  kind: MetricKind,
  by: CellReduction = {
    reduction: "mean",
    isLowerBetter: false,
  },
): Cell => {
  const [first = null] = cells;
  if (cells.length < 2) return first;
  if (kind === "boolean") {
    let passes = 0;
    let of = 0;
    for (const cell of cells) {
      if (typeof cell === "boolean") passes += Number(cell);
      else if (typeof cell === "object" && cell !== null && "passes" in cell) {
        passes += cell.passes / cell.of;
      } else continue;
      of += 1;
    }
    if (of > 0 && by.reduction !== "mean") {
      return rateOf(passes, { length: of }, by.reduction) === 1;
    }
    if (of > 0) return passes === 0 || passes === of ? passes > 0 : { passes, of };
  } else if (kind === "number") {
    const numbers = cells.filter((cell) => typeof cell === "number");
    const ascending = numbers.toSorted((a, b) => a - b);
    if (ascending.length > 0) return numberOf(momentsOf(ascending).mean, ascending, by);
  } else if (kind === "category") {
    const names = cells.filter((cell) => typeof cell === "string");
    if (names.length > 0) return categoryOf(names, by.reduction);
  }
  return cells.find((cell) => cell !== null) ?? null;
};
