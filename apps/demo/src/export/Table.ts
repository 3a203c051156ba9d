/**
 * The rows of a table on their way to a file. The first rows are held until they have decided on the columns: by the
 * same rule for every format, so that a run has the same columns of the same types in each.
 */
import type { RecordWithScores } from "@scorecard-effect/contract";
import * as Series from "../analysis/Series.ts";
import type { MetricKnowledge } from "../analysis/MetricKnowledge.ts";
import { choose } from "./ColumnChoice.ts";
import { type Column, columnsOf } from "./Columns.ts";
import * as ExtraColumns from "./ExtraColumns.ts";
import * as Losses from "./Losses.ts";
import * as Row from "./Row.ts";

/** What a table needs to resume: each chunk of a file notes what is new. */
export interface Note {
  readonly columns?: Losses.FixedColumns;
  readonly losses: ReadonlyArray<Losses.Loss>;
}

/** Rows are held until a page brings them to this many, or to this many characters. */
const maxHeldRows = 2000;
const maxHeldCharacters = 16_000_000;

/** Whether so many rows, of so many characters, are enough to be written together. */
export const isEnough = (rows: number, characters: number): boolean =>
  rows >= maxHeldRows || characters >= maxHeldCharacters;

/** Rows to write, and their columns. */
interface Taken {
  readonly rows: ReadonlyArray<Row.Row>;
  readonly columns: ReadonlyArray<Column>;
  readonly losses: Losses.Losses;
  /** The number of the first row in the table, from 1. */
  readonly firstNumber: number;
}

export interface Table {
  readonly add: (records: ReadonlyArray<RecordWithScores>) => void;
  /** Whether rows are held. */
  readonly holdsRows: () => boolean;
  /** Whether the held rows are enough to be written together. */
  readonly isFull: () => boolean;
  /** Whether the columns are fixed. */
  readonly isFixed: () => boolean;
  /** Takes the held rows out. The first call fixes the columns. */
  readonly take: () => Taken;
  /** What is new since the last note; undefined where nothing is. */
  readonly note: () => Note | undefined;
  /** What the columns have no place for, in sentences. */
  readonly remarks: (isForExcel: boolean) => ReadonlyArray<string>;
}

/** Starts a table, or resumes one of so many rows from its notes. */
export const make = (
  rowsBefore: number,
  notes: ReadonlyArray<Note>,
  extras: ExtraColumns.Extras,
  knowledge: MetricKnowledge,
): Table => {
  const series = Series.make(knowledge);
  const extraCellsOf = ExtraColumns.make(extras);
  let written = rowsBefore;
  // One array for all pages. V8 allocates the arrays of a place in its old space once some of them have lived for long,
  // as the first rows do. There, an array keeps its rows until the next full garbage collection.
  const held: Array<Row.Row> = [];
  let size = 0;
  let newColumns: Losses.FixedColumns | undefined;
  const open = (fixed: Losses.FixedColumns, known: ReadonlyArray<Losses.Loss>) => ({
    fixed,
    columns: columnsOf(fixed, series, extras),
    losses: Losses.make(fixed, series, known),
  });
  const before = notes.find(({ columns }) => columns !== undefined)?.columns;
  let opened =
    before === undefined
      ? undefined
      : open(before, Losses.latest(notes.flatMap(({ losses }) => losses)));

  return {
    add: (records) => {
      for (const record of records) {
        const row = Row.make(record, series, extraCellsOf(record));
        held.push(row);
        size += row.size;
      }
    },
    holdsRows: () => held.length > 0,
    isFull: () => isEnough(held.length, size),
    isFixed: () => opened !== undefined,
    take: () => {
      if (opened === undefined) {
        newColumns = { ...choose(held, series, extras), chosenFrom: written + held.length };
        opened = open(newColumns, []);
      }
      const { columns, losses } = opened;
      const rows = held.splice(0);
      const firstNumber = written + 1;
      for (const [index, row] of rows.entries()) losses.addRow(row, firstNumber + index);
      size = 0;
      written += rows.length;
      return { rows, columns, losses, firstNumber };
    },
    note: () => {
      const losses = opened?.losses.changed() ?? [];
      const columns = newColumns;
      newColumns = undefined;
      if (columns === undefined && losses.length === 0) return undefined;
      return { ...(columns === undefined ? {} : { columns }), losses };
    },
    remarks: (isForExcel) =>
      opened === undefined
        ? []
        : [
            ...Losses.report(opened.losses.all(), opened.fixed, isForExcel),
            // An earlier process may have seen what this one has not.
            ...Losses.columnRemarks(opened.fixed, rowsBefore === 0 ? opened.losses.unseen() : []),
            ...(isForExcel ? Losses.beyondExcel(written) : []),
          ],
  };
};
