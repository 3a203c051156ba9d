/**
 * The figures of one page of a run, in columns, and their form in bytes: what the page of the explorer needs of a record
 * before it shows it.
 */
import { type Cell, isFlaw } from "../analysis/Cell.ts";
import { type CellColumn, code } from "../analysis/CellTable.ts";
import type { SeriesIndex } from "../analysis/Series.ts";
import { defined } from "../analysis/SeriesFigures.ts";
import type { NamedSeries } from "./ExploreProtocol.ts";

/** The records of one page of one run. */
export interface CellBatch {
  /** The index of the run among those of the session. */
  readonly run: number;
  /** How many records of that run precede these. */
  readonly start: number;
  readonly records: number;
  /** The series that appear for the first time. They are numbered across the batches of a session. */
  readonly series: ReadonlyArray<NamedSeries>;
  /** The categories that appear for the first time in a series. They are numbered across batches too. */
  readonly categories: ReadonlyArray<readonly [series: number, names: ReadonlyArray<string>]>;
  /** The number of each record's testcase, the same in all runs; -1 for a record without one. */
  readonly testcases: Int32Array;
  readonly columns: ReadonlyArray<CellColumn>;
}

/** What the receiver of earlier batches knows: how many series, and how many categories of each. */
export interface Known {
  series: number;
  readonly categories: Array<number>;
}

/** A batch that is not complete. */
export interface Builder {
  /** How many records it has. */
  readonly records: () => number;
  /** Adds a record: the number of its testcase, and its cells. */
  readonly add: (testcase: number, cells: ReadonlyArray<Cell>) => void;
  /** Completes the batch, and brings `known` up to date. */
  readonly finish: (known: Known) => CellBatch;
}

interface Column {
  codes: Uint8Array;
  values: Float64Array;
  readonly shares: Array<readonly [number, Cell]>;
}

const initialRecords = 128;

/** Starts a batch. `index` is that of all batches of a session. */
export const build = (run: number, start: number, index: SeriesIndex): Builder => {
  const columns: Array<Column | undefined> = [];
  let testcases = new Int32Array(initialRecords);
  let records = 0;
  const put = (series: number, own: number, value: number): void => {
    const column = (columns[series] ??= {
      codes: new Uint8Array(testcases.length),
      values: new Float64Array(testcases.length),
      shares: [],
    });
    if (column.codes.length < testcases.length) {
      column.codes = grown(column.codes, new Uint8Array(testcases.length));
      column.values = grown(column.values, new Float64Array(testcases.length));
    }
    column.codes[records] = own;
    column.values[records] = value;
  };
  return {
    records: () => records,
    add: (testcase, cells) => {
      if (records === testcases.length) testcases = grown(testcases, new Int32Array(2 * records));
      testcases[records] = testcase;
      for (let series = 0; series < cells.length; series++) {
        const cell = cells[series];
        if (cell === null || cell === undefined) continue;
        if (typeof cell === "boolean") put(series, code.boolean, Number(cell));
        else if (typeof cell === "number") put(series, code.number, cell);
        else if (typeof cell === "string") {
          put(series, code.category, index.all[series]?.categories.numberOf(cell) ?? 0);
        } else if (isFlaw(cell)) put(series, code[cell.flaw], 0);
        else {
          put(series, code.boolean, cell.passes / cell.of);
          columns[series]?.shares.push([records, cell]);
        }
      }
      records += 1;
    },
    finish: (known) => ({
      run,
      start,
      records,
      series: newSeries(index, known),
      categories: newCategories(index, known),
      testcases: testcases.slice(0, records),
      columns: columns.flatMap((column, series) =>
        column === undefined
          ? []
          : [
              {
                series,
                codes: grown(column.codes.subarray(0, records), new Uint8Array(records)),
                values: grown(column.values.subarray(0, records), new Float64Array(records)),
                shares: column.shares,
              },
            ],
      ),
    }),
  };
};

/** Copies the start of a column to a new one. */
const grown = <A extends Uint8Array | Int32Array | Float64Array>(from: A, to: A): A => {
  to.set(from);
  return to;
};

const newSeries = (index: SeriesIndex, known: Known): CellBatch["series"] => {
  const series = index.all
    .slice(known.series)
    .map(({ metricId, member, name, unit, isLowerBetter }) => ({
      metricId,
      member,
      ...defined("name", name),
      ...defined("unit", unit),
      isLowerBetter,
    }));
  known.series = index.all.length;
  return series;
};

const newCategories = (index: SeriesIndex, known: Known): CellBatch["categories"] =>
  index.all.flatMap(({ categories }, number) => {
    const before = known.categories[number] ?? 0;
    const names = categories.namesFrom(before);
    known.categories[number] = before + names.length;
    return names.length === 0 ? [] : [[number, names] as const];
  });

/** What the bytes start with, as JSON. */
interface Head extends Pick<CellBatch, "run" | "start" | "records" | "series" | "categories"> {
  readonly columns: ReadonlyArray<{
    readonly series: number;
    /** Whether the values are bytes: those of booleans, small counts, and no values. */
    readonly isSmall: boolean;
    readonly shares: CellColumn["shares"];
  }>;
}

/** The bytes of a batch: the length of its head, the head, the testcases, then the codes and values of each column. */
export const toBytes = (batch: CellBatch): Uint8Array<ArrayBuffer> => {
  const { testcases, columns, ...rest } = batch;
  const small = columns.map(({ values }) => areBytes(values));
  const head: Head = {
    ...rest,
    columns: columns.map(({ series, shares }, number) => ({
      series,
      isSmall: small[number] ?? false,
      shares,
    })),
  };
  const json = new TextEncoder().encode(JSON.stringify(head));
  const { records } = batch;
  const size = small.reduce(
    (sum, isSmall) => sum + records * (isSmall ? 2 : 9),
    4 + json.length + 4 * records,
  );
  const bytes = new Uint8Array(size);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 4);
  let at = 4 + json.length;
  const put = (own: Uint8Array): void => {
    bytes.set(own, at);
    at += own.length;
  };
  put(bytesOf(testcases));
  for (const [number, { codes, values }] of columns.entries()) {
    put(codes);
    put(small[number] === true ? Uint8Array.from(values) : bytesOf(values));
  }
  return bytes;
};

// -0 is no byte.
const areBytes = (values: Float64Array): boolean => {
  for (let record = 0; record < values.length; record++) {
    const value = values[record] ?? 0;
    if ((value & 255) !== value || Object.is(value, -0)) return false;
  }
  return true;
};

// Every engine that runs this is little-endian.
const bytesOf = ({ buffer, byteOffset, byteLength }: Int32Array | Float64Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Reads what {@link toBytes} wrote. */
export const fromBytes = (bytes: Uint8Array<ArrayBuffer>): CellBatch => {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const { columns, ...rest }: Head = JSON.parse(
    new TextDecoder().decode(bytes.subarray(4, 4 + length)),
  );
  let at = 4 + length;
  const take = (size: number): Uint8Array<ArrayBuffer> => {
    at += size;
    // A copy, because typed arrays must be aligned.
    return bytes.slice(at - size, at);
  };
  const { records } = rest;
  return {
    ...rest,
    testcases: new Int32Array(take(4 * records).buffer),
    columns: columns.map(({ series, isSmall, shares }) => ({
      series,
      codes: take(records),
      values: isSmall
        ? Float64Array.from(take(records))
        : new Float64Array(take(8 * records).buffer),
      shares,
    })),
  };
};
