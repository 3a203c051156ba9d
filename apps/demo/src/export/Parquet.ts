/**
 * Parquet, in row groups of whole pages. A group is written when the table is full: only one group is in memory, and
 * the same pages make the same file wherever an export was interrupted.
 */
import { Schema } from "effect";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { Column } from "./Columns.ts";
import type { Format } from "./Encoder.ts";
import * as RowGroup from "./RowGroup.ts";
import * as Table from "./Table.ts";
import { TableNote } from "./TableNote.ts";

export const format: Format = {
  name: "Parquet",
  hasColumns: true,
  encoder: ({ redact, records: rowsBefore, notes, bytes, extras, knowledge }) => {
    const writer = new ByteWriter();
    const known = notes.map((note) => Schema.decodeUnknownSync(Note)(note));
    const table = Table.make(
      rowsBefore,
      known.map((note) => note.table),
      extras,
      knowledge,
    );
    const group = RowGroup.make(redact);
    let columns: ReadonlyArray<Column> | undefined;
    let parquet: ParquetWriter | undefined;

    const drain = (): Uint8Array => {
      const drained = writer.getBytes().slice();
      writer.index = 0;
      return drained;
    };
    /** Takes the rows out of the table, which fixes the columns, and returns the writer of the file. */
    const collect = (): ParquetWriter => {
      const taken = table.take();
      // A path of --by is in the name of its column.
      columns ??= taken.columns.map((column) => ({ ...column, name: redact(column.name) }));
      group.add(taken.rows, columns);
      parquet ??=
        known.length === 0 ? open(writer, columns) : reopen(writer, columns, bytes, known);
      return parquet;
    };
    const writeGroup = (into: ParquetWriter): void => {
      const rowGroupSize = group.rows();
      if (rowGroupSize === 0) return;
      const values = group.take();
      // Writing to memory completes at once.
      void into.write({
        rowGroupSize,
        columnData: (columns ?? []).map(({ name, kind }, index) => ({
          name,
          offsetIndex: false,
          // Hardly two records have the same JSON: it is not worth the search for equal ones.
          ...(kind === "json" ? { encoding: "PLAIN" as const } : {}),
          data: values[index] ?? [],
        })),
      });
      // The library keeps the data of indexes, which this file does not have.
      into.pendingIndexes = [];
    };

    return {
      add: (records) => {
        table.add(records);
        const file = table.isFixed() || table.isFull() ? collect() : undefined;
        if (file === undefined || !group.isFull()) {
          return { bytes: new Uint8Array(), isWhole: !table.holdsRows() && group.rows() === 0 };
        }
        writeGroup(file);
        const note = noteOf(table.note() ?? { losses: [] }, file.row_groups.at(-1));
        return { bytes: drain(), isWhole: true, note };
      },
      end: () => {
        const file = collect();
        writeGroup(file);
        void file.finish();
        return drain();
      },
      remarks: () => table.remarks(false),
    };
  },
};

const open = (writer: ByteWriter, columns: ReadonlyArray<Column>): ParquetWriter =>
  new ParquetWriter({
    writer,
    statistics: false,
    createdBy: "scorecard-effect",
    schema: [{ name: "root", num_children: columns.length }, ...columns.map(elementOf)],
  });

const elementOf = ({ name, kind }: Column): SchemaElement => ({
  name,
  repetition_type: "OPTIONAL",
  ...types[kind],
});

// JSON is declared as text, so that readers do not parse it.
const text = { type: "BYTE_ARRAY", converted_type: "UTF8" } as const;
const types = {
  boolean: { type: "BOOLEAN" },
  number: { type: "DOUBLE" },
  id: text,
  text,
  json: text,
} as const;

type SchemaElement = ParquetWriter["schema"][number];

/** Continues a file from the row groups in its notes. */
const reopen = (
  writer: ByteWriter,
  columns: ReadonlyArray<Column>,
  bytes: number,
  notes: ReadonlyArray<typeof Note.Type>,
): ParquetWriter => {
  const parquet = open(writer, columns);
  parquet.row_groups = notes.map(({ group }) => group);
  parquet.num_rows = notes.reduce((sum, { group }) => sum + group.num_rows, 0n);
  // The start of the file is already written.
  writer.index = 0;
  writer.offset = bytes;
  return parquet;
};

// The metadata of a row group. The end of the file holds that of all groups, so each checkpoint notes its own.
const Group = Schema.Struct({
  columns: Schema.mutable(
    Schema.Array(
      Schema.Struct({
        file_offset: Schema.BigIntFromString,
        meta_data: Schema.Struct({
          type: Schema.Literals(["BOOLEAN", "DOUBLE", "BYTE_ARRAY"]),
          encodings: Schema.mutable(
            Schema.Array(Schema.Literals(["PLAIN", "RLE", "RLE_DICTIONARY"])),
          ),
          path_in_schema: Schema.mutable(Schema.Array(Schema.String)),
          codec: Schema.Literal("SNAPPY"),
          num_values: Schema.BigIntFromString,
          total_uncompressed_size: Schema.BigIntFromString,
          total_compressed_size: Schema.BigIntFromString,
          data_page_offset: Schema.BigIntFromString,
          dictionary_page_offset: Schema.optionalKey(Schema.BigIntFromString),
        }),
      }),
    ),
  ),
  total_byte_size: Schema.BigIntFromString,
  num_rows: Schema.BigIntFromString,
  total_compressed_size: Schema.BigIntFromString,
});

const Note = Schema.Struct({ table: TableNote, group: Group });

const noteOf = (table: Table.Note, group: unknown): unknown =>
  JSON.parse(
    JSON.stringify({ table, group }, (_, value: unknown) =>
      typeof value === "bigint" ? String(value) : value,
    ),
  );
