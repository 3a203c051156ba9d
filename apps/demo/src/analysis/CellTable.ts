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

/** The records of a run, in columns. */
export interface CellTable {
  readonly series: SeriesIndex;
  readonly slicings: ReadonlyArray<Slicing>;
  /** How many records there are. */
  readonly records: () => number;
  /** How many testcases there are. A record without a testcase counts as one of its own. */
  readonly testcases: () => number;
  /** Adds a record, with the numbers of its slices, one for each slicing. Returns the record's number. */
  readonly add: (
    testcaseId: string | null,
    cells: ReadonlyArray<Cell>,
    slices?: ReadonlyArray<number>,
  ) => number;
  /** Adds the records of another table with the same slicings. Series and slices may be numbered differently there. */
  readonly merge: (other: CellTable) => void;
  /** The number of a record's testcase. */
  readonly testcaseOf: (record: number) => number;
  /** The number of a record's slice. */
  readonly sliceOf: (slicing: number, record: number) => number;
  /** A testcase's id; null for that of a record without one. */
  readonly idOf: (testcase: number) => string | null;
  /** The number of the testcase with an id. */
  readonly find: (testcaseId: string) => number | undefined;
  /** What a series says of a record: a {@link code}. Falls back on the flaw of the metric's whole score. */
  readonly codeOf: (series: number, record: number) => number;
  /** The value, where there is one. */
  readonly valueOf: (series: number, record: number) => number;
  /** The cell as it was added. */
  readonly cellOf: (series: number, record: number) => Cell;
}

interface Column {
  codes: Uint8Array;
  values: Float64Array;
  /** The passes and scores behind the shares of booleans, which are rare. */
  shares: Map<number, Cell> | undefined;
}

/** Starts without records. Two tables that are compared have one index of series, and the same slicings. */
export const make = (series: SeriesIndex, slicings: ReadonlyArray<Slicing> = []): CellTable => {
  const columns: Array<Column | undefined> = [];
  const ids: Array<string | null> = [];
  const numbers = new Map<string, number>();
  let testcaseOfRecord = new Int32Array(64);
  // maxSlices fits in 16 bits.
  const slicesOfRecord = slicings.map(() => new Uint16Array(64));
  let records = 0;

  const testcaseNumber = (id: string | null): number => {
    const known = id === null ? undefined : numbers.get(id);
    if (known !== undefined) return known;
    if (id !== null) numbers.set(id, ids.length);
    return ids.push(id) - 1;
  };
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
  const add: CellTable["add"] = (testcaseId, cells, slices) => {
    const record = records;
    if (record === testcaseOfRecord.length) {
      testcaseOfRecord = grown(testcaseOfRecord, new Int32Array(2 * record));
      for (const [slicing, column] of slicesOfRecord.entries()) {
        slicesOfRecord[slicing] = grown(column, new Uint16Array(2 * record));
      }
    }
    testcaseOfRecord[record] = testcaseNumber(testcaseId);
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
    testcases: () => ids.length,
    add,
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
    idOf: (testcase) => ids[testcase] ?? null,
    find: (testcaseId) => numbers.get(testcaseId),
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
