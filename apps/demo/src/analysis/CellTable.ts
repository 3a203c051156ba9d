/**
 * The cells of a run in columns: 9 bytes for each record and series, 4 bytes for each record, 2 for each of its slices,
 * and the ids of its testcases. All figures are computed from these columns, so they do not depend on the order of the records, on how
 * the run was split into pages, or on whether a command or the page's worker asks.
 */
import { type Cell, isFlaw } from "./Cell.ts";
import type { SeriesIndex } from "./Series.ts";
import type { Slicing } from "./Slicing.ts";

/** What a cell holds. Booleans are stored as the share that passed, categories as their numbers. */
export const code = {
  missing: 0,
  boolean: 1,
  number: 2,
  category: 3,
  invalid: 4,
  unrecognised: 5,
} as const;

/** What one series says of some consecutive records. */
export interface CellColumn {
  readonly series: number;
  /** A {@link code} for each record. */
  readonly codes: Uint8Array;
  /** The value, where there is one. */
  readonly values: Float64Array;
  /** The cells with several booleans that disagree, by the place of their records. */
  readonly shares: ReadonlyArray<readonly [record: number, cell: Cell]>;
}

/** The ids of the testcases of a run, numbered in order of first appearance. */
export interface TestcaseNumbers<Id> {
  /** Numbers a record's testcase. A record without one gets a number of its own. */
  readonly numberOf: (id: Id | null) => number;
  /** How many testcases there are. */
  readonly testcases: () => number;
  readonly idOf: (testcase: number) => Id | null;
  readonly find: (id: Id) => number | undefined;
}

/** The cells of some records, and which testcases and slices they belong to. */
export interface Cells {
  readonly series: SeriesIndex;
  readonly slicings: ReadonlyArray<Slicing>;
  /** How many records there are. */
  readonly records: () => number;
  /** How many testcases there are. A record without a testcase counts as one of its own. */
  readonly testcases: () => number;
  /** The number of a record's testcase. */
  readonly testcaseOf: (record: number) => number;
  /** The number of a record's slice. */
  readonly sliceOf: (slicing: number, record: number) => number;
  /** What a series says of a record: a {@link code}. Falls back on the flaw of the metric's whole score. */
  readonly codeOf: (series: number, record: number) => number;
  /** The value, where there is one. */
  readonly valueOf: (series: number, record: number) => number;
  /** The cell as it was added. */
  readonly cellOf: (series: number, record: number) => Cell;
}

/** The records of a run, in columns. */
export interface CellTable<Id = string> extends Cells {
  /** Adds a record, with the numbers of its slices, one for each slicing. Returns the record's number. */
  readonly add: (
    testcaseId: Id | null,
    cells: ReadonlyArray<Cell>,
    slices?: ReadonlyArray<number>,
  ) => number;
  /** Adds records by columns, whose series and categories have the numbers that they have here. */
  readonly addColumns: (
    testcaseIds: ReadonlyArray<Id | null>,
    columns: ReadonlyArray<CellColumn>,
  ) => void;
  /** Adds the records of another table with the same slicings. Series and slices may be numbered differently there. */
  readonly merge: (other: CellTable<Id>) => void;
  /** A testcase's id; null for that of a record without one. */
  readonly idOf: (testcase: number) => Id | null;
  /** The number of the testcase with an id. */
  readonly find: (testcaseId: Id) => number | undefined;
}

interface Column {
  codes: Uint8Array;
  values: Float64Array;
  /** The passes and scores behind the shares of booleans, which are rare. */
  shares: Map<number, Cell> | undefined;
}

/** Numbers testcases whose ids are texts. */
const byText = (): TestcaseNumbers<string> => {
  const ids: Array<string | null> = [];
  const numbers = new Map<string, number>();
  return {
    numberOf: (id) => {
      const known = id === null ? undefined : numbers.get(id);
      if (known !== undefined) return known;
      if (id !== null) numbers.set(id, ids.length);
      return ids.push(id) - 1;
    },
    testcases: () => ids.length,
    idOf: (testcase) => ids[testcase] ?? null,
    find: (id) => numbers.get(id),
  };
};

/** Numbers testcases whose ids are small whole numbers: eight bytes for each. */
export const byNumber = (): TestcaseNumbers<number> => {
  /** One more than the number here of each id; 0 where it has none yet. */
  let numbers = new Int32Array(64);
  let ids = new Int32Array(64);
  let count = 0;
  return {
    numberOf: (id) => {
      if (id !== null) {
        if (id >= numbers.length) numbers = grown(numbers, new Int32Array(2 * id));
        const known = numbers[id] ?? 0;
        if (known > 0) return known - 1;
        numbers[id] = count + 1;
      }
      if (count === ids.length) ids = grown(ids, new Int32Array(2 * count));
      ids[count] = id ?? -1;
      count += 1;
      return count - 1;
    },
    testcases: () => count,
    idOf: (testcase) => {
      const id = ids[testcase] ?? -1;
      return id < 0 || testcase >= count ? null : id;
    },
    find: (id) => {
      const known = numbers[id] ?? 0;
      return known > 0 ? known - 1 : undefined;
    },
  };
};

/** Starts without records. Two tables that are compared have one index of series, and the same slicings. */
export const make = (series: SeriesIndex, slicings: ReadonlyArray<Slicing> = []): CellTable =>
  makeWith(series, byText(), slicings);

/** Starts without records, with another way to number testcases. */
export const makeWith = <Id>(
  series: SeriesIndex,
  ids: TestcaseNumbers<Id>,
  slicings: ReadonlyArray<Slicing> = [],
): CellTable<Id> => {
  const columns: Array<Column | undefined> = [];
  let testcaseOfRecord = new Int32Array(64);
  // maxSlices fits in 16 bits.
  const slicesOfRecord = slicings.map(() => new Uint16Array(64));
  let records = 0;

  const columnOf = (number: number): Column => {
    const column = (columns[number] ??= {
      codes: new Uint8Array(testcaseOfRecord.length),
      values: new Float64Array(testcaseOfRecord.length),
      shares: undefined,
    });
    if (column.codes.length < testcaseOfRecord.length) {
      column.codes = grown(column.codes, new Uint8Array(testcaseOfRecord.length));
      column.values = grown(column.values, new Float64Array(testcaseOfRecord.length));
    }
    return column;
  };
  const put = (number: number, record: number, cell: Exclude<Cell, null>): void => {
    const column = columnOf(number);
    const set = (kind: number, value: number): void => {
      column.codes[record] = kind;
      column.values[record] = value;
    };
    if (typeof cell === "boolean") set(code.boolean, Number(cell));
    else if (typeof cell === "number") set(code.number, cell);
    else if (typeof cell === "string") {
      set(code.category, series.all[number]?.categories.numberOf(cell) ?? 0);
    } else if (isFlaw(cell)) set(code[cell.flaw], 0);
    else {
      set(code.boolean, cell.passes / cell.of);
      (column.shares ??= new Map()).set(record, cell);
    }
  };
  const reserve = (total: number): void => {
    if (total <= testcaseOfRecord.length) return;
    const size = Math.max(total, 2 * testcaseOfRecord.length);
    testcaseOfRecord = grown(testcaseOfRecord, new Int32Array(size));
    for (const [slicing, column] of slicesOfRecord.entries()) {
      slicesOfRecord[slicing] = grown(column, new Uint16Array(size));
    }
  };
  const add: CellTable<Id>["add"] = (testcaseId, cells, slices) => {
    const record = records;
    reserve(record + 1);
    testcaseOfRecord[record] = ids.numberOf(testcaseId);
    if (slices !== undefined) {
      for (let slicing = 0; slicing < slicesOfRecord.length; slicing++) {
        const column = slicesOfRecord[slicing];
        if (column !== undefined) column[record] = slices[slicing] ?? 0;
      }
    }
    records += 1;
    for (let number = 0; number < cells.length; number++) {
      const cell = cells[number];
      if (cell !== undefined && cell !== null) put(number, record, cell);
    }
    return record;
  };
  const codeIn = (number: number, record: number): number => columns[number]?.codes[record] ?? 0;
  const valueOf = (number: number, record: number): number => columns[number]?.values[record] ?? 0;
  const cellOf = (number: number, record: number): Cell => {
    const value = valueOf(number, record);
    switch (codeIn(number, record)) {
      case code.boolean:
        return columns[number]?.shares?.get(record) ?? value === 1;
      case code.number:
        return value;
      case code.category:
        return series.all[number]?.categories.nameOf(value) ?? null;
      case code.invalid:
        return { flaw: "invalid" };
      case code.unrecognised:
        return { flaw: "unrecognised" };
      default:
        return null;
    }
  };
  const codeOf = (number: number, record: number): number => {
    const own = codeIn(number, record);
    if (own !== code.missing) return own;
    const whole = series.all[number]?.whole ?? number;
    return whole === number ? own : codeIn(whole, record);
  };

  return {
    series,
    slicings,
    records: () => records,
    testcases: ids.testcases,
    add,
    addColumns: (testcaseIds, added) => {
      const start = records;
      reserve(start + testcaseIds.length);
      records += testcaseIds.length;
      for (const [offset, id] of testcaseIds.entries()) {
        testcaseOfRecord[start + offset] = ids.numberOf(id);
      }
      for (const { series: number, codes, values, shares } of added) {
        const column = columnOf(number);
        column.codes.set(codes, start);
        column.values.set(values, start);
        for (const [offset, cell] of shares)
          (column.shares ??= new Map()).set(start + offset, cell);
      }
    },
    merge: (other) => {
      const places = other.series.all.map((own) => series.of(own.metricId, own.member, own));
      const slicesHereOf = other.slicings.map((slicing, index) => slicings[index]?.merge(slicing));
      for (let record = 0; record < other.records(); record++) {
        const cells: Array<Cell> = [];
        for (const [from, { index }] of places.entries()) {
          while (cells.length <= index) cells.push(null);
          cells[index] = other.cellOf(from, record);
        }
        const slices = slicesHereOf.map((slicesHere, slicing) => {
          return slicesHere?.[other.sliceOf(slicing, record)] ?? 0;
        });
        add(other.idOf(other.testcaseOf(record)), cells, slices);
      }
    },
    testcaseOf: (record) => testcaseOfRecord[record] ?? 0,
    sliceOf: (slicing, record) => slicesOfRecord[slicing]?.[record] ?? 0,
    idOf: ids.idOf,
    find: ids.find,
    codeOf,
    valueOf,
    cellOf,
  };
};

const grown = <A extends Uint8Array | Uint16Array | Int32Array | Float64Array>(
  from: A,
  to: A,
): A => {
  to.set(from);
  return to;
};
