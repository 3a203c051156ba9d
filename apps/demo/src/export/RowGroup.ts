/**
 * The rows of a row group on their way to a Parquet file, by columns. Their JSON waits as bytes: outside of the heap,
 * where it takes no time of the garbage collector.
 */
import type { Column } from "./Columns.ts";
import type { Row } from "./Row.ts";
import * as Table from "./Table.ts";
import * as TextBytes from "./TextBytes.ts";

/** A value of a column as the file has it. */
type Value = string | boolean | number | Uint8Array | null;

export interface RowGroup {
  readonly add: (rows: ReadonlyArray<Row>, columns: ReadonlyArray<Column>) => void;
  /** How many rows there are. */
  readonly rows: () => number;
  /** Whether there are as many as are written together. */
  readonly isFull: () => boolean;
  /** Takes the values of each column out. They are valid until rows are added again. */
  readonly take: () => ReadonlyArray<Array<Value>>;
}

/** Starts without rows. */
export const make = (redact: (text: string) => string): RowGroup => {
  const cells: Array<ColumnCells> = [];
  let rows = 0;
  let characters = 0;
  return {
    add: (added, columns) => {
      for (const [index, { kind, cell }] of columns.entries()) {
        const own = (cells[index] ??= kind === "json" ? bytesOfTexts() : values());
        for (const row of added) {
          const value = cell(row);
          own.add(typeof value === "string" ? redact(value) : (value ?? null));
        }
      }
      rows += added.length;
      for (const { size } of added) characters += size;
    },
    rows: () => rows,
    isFull: () => Table.isEnough(rows, characters),
    take: () => {
      rows = 0;
      characters = 0;
      return cells.map((own) => own.take());
    },
  };
};

/** The cells of a column. */
interface ColumnCells {
  readonly add: (value: string | boolean | number | null) => void;
  readonly take: () => Array<Value>;
}

const values = (): ColumnCells => {
  const added: Array<Value> = [];
  return { add: (value) => added.push(value), take: () => added.splice(0) };
};

const bytesOfTexts = (): ColumnCells => {
  const bytes = TextBytes.make();
  /** Where each text ends; -1 for none. */
  const ends: Array<number> = [];
  return {
    add: (value) => {
      if (value !== null) bytes.add(String(value));
      ends.push(value === null ? -1 : bytes.length());
    },
    take: () => {
      const all = bytes.take();
      let start = 0;
      return ends.splice(0).map((end) => {
        if (end === -1) return null;
        const text = all.subarray(start, end);
        start = end;
        return text;
      });
    },
  };
};
