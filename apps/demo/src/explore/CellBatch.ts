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

/** What {@link make} puts into a batch. */
export interface Input {
  readonly run: number;
  readonly start: number;
  readonly index: SeriesIndex;
  /** How many series, and how many categories of each, earlier batches had. {@link make} brings it up to date. */
  readonly known: Known;
  /** The testcase's number and the cells of each record. */
  readonly records: ReadonlyArray<{
    readonly testcase: number;
    readonly cells: ReadonlyArray<Cell>;
  }>;
}

/** What the receiver of earlier batches knows. */
export interface Known {
  series: number;
  readonly categories: Array<number>;
}

/** Makes a batch. */
export const make = ({ run, start, index, known, records }: Input): CellBatch => {
  const columns = new Map<
    number,
    { codes: Uint8Array; values: Float64Array; shares: Array<readonly [number, Cell]> }
  >();
  const put = (series: number, record: number, own: number, value: number): void => {
    let column = columns.get(series);
    if (column === undefined) {
      column = {
        codes: new Uint8Array(records.length),
        values: new Float64Array(records.length),
        shares: [],
      };
      columns.set(series, column);
    }
    column.codes[record] = own;
    column.values[record] = value;
  };
  for (let record = 0; record < records.length; record++) {
    const cells = records[record]?.cells ?? [];
    for (let series = 0; series < cells.length; series++) {
      const cell = cells[series];
      if (cell === null || cell === undefined) continue;
      if (typeof cell === "boolean") put(series, record, code.boolean, Number(cell));
      else if (typeof cell === "number") put(series, record, code.number, cell);
      else if (typeof cell === "string") {
        const number = index.all[series]?.categories.numberOf(cell);
        put(series, record, code.category, number ?? 0);
      } else if (isFlaw(cell)) put(series, record, code[cell.flaw], 0);
      else {
        put(series, record, code.boolean, cell.passes / cell.of);
        columns.get(series)?.shares.push([record, cell]);
      }
    }
  }
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
  const categories = index.all.flatMap(({ categories: own }, number) => {
    const before = known.categories[number] ?? 0;
    const names = own.namesFrom(before);
    known.categories[number] = before + names.length;
    return names.length === 0 ? [] : [[number, names] as const];
  });
  return {
    run,
    start,
    records: records.length,
    series,
    categories,
    testcases: Int32Array.from(records, ({ testcase }) => testcase),
    columns: Array.from(columns, ([number, column]) => ({ series: number, ...column })),
  };
};

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
  const small = columns.map(({ values }) => values.every(isByte));
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
const isByte = (value: number): boolean =>
  Number.isInteger(value) && value >= 0 && value < 256 && !Object.is(value, -0);

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
