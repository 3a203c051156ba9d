/**
 * Parquet, in row groups of whole pages. A group is written when the pages hold enough records: only one group is in
 * memory, and the same pages make the same file wherever an export was interrupted.
 */
import { Schema } from "effect";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { RecordWithScores } from "@scorecard-effect/contract";
import { type Column, columnsOf, Metric, metricsOf } from "./Columns.ts";
import type { Format } from "./Encoder.ts";

/** A row group ends with the first page that brings it to this many records. */
const minGroupSize = 2000;

export const format: Format = {
  name: "Parquet",
  encoder: ({ redact, notes, bytes }) => {
    const writer = new ByteWriter();
    let file = notes.length === 0 ? undefined : reopen(writer, bytes, notes);
    let held: Array<RecordWithScores> = [];

    const drain = (): Uint8Array => {
      const drained = writer.getBytes().slice();
      writer.index = 0;
      return drained;
    };
    const writeGroup = (records: ReadonlyArray<RecordWithScores>): OpenFile => {
      file ??= open(writer, metricsOf(records));
      if (records.length === 0) return file;
      // Writing to memory completes at once.
      void file.parquet.write({
        rowGroupSize: records.length,
        columnData: file.columns.map((column) => ({
          name: column.name,
          offsetIndex: false,
          data: records.map((record) => {
            const value = column.cell(record);
            return typeof value === "string" ? redact(value) : (value ?? null);
          }),
        })),
      });
      // The library keeps the data of indexes, which this file does not have.
      file.parquet.pendingIndexes = [];
      return file;
    };

    return {
      add: (records) => {
        for (const record of records) held.push(record);
        if (held.length < minGroupSize) {
          return { bytes: new Uint8Array(), isWhole: held.length === 0 };
        }
        const { parquet, metrics } = writeGroup(held);
        held = [];
        return { bytes: drain(), isWhole: true, note: noteOf(metrics, parquet.row_groups.at(-1)) };
      },
      end: () => {
        void writeGroup(held).parquet.finish();
        held = [];
        return drain();
      },
    };
  },
};

interface OpenFile {
  readonly metrics: ReadonlyArray<Metric>;
  readonly columns: ReadonlyArray<Column>;
  readonly parquet: ParquetWriter;
}

const open = (writer: ByteWriter, metrics: ReadonlyArray<Metric>): OpenFile => {
  const columns = columnsOf(metrics);
  const parquet = new ParquetWriter({
    writer,
    statistics: false,
    createdBy: "scorecard-effect",
    schema: [{ name: "root", num_children: columns.length }, ...columns.map(elementOf)],
  });
  return { metrics, columns, parquet };
};

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
  text,
  json: text,
} as const;

type SchemaElement = ParquetWriter["schema"][number];

/** Continues a file from the row groups in its notes. */
const reopen = (writer: ByteWriter, bytes: number, notes: ReadonlyArray<unknown>): OpenFile => {
  const groups = notes.map((note) => Schema.decodeUnknownSync(Note)(note));
  const file = open(writer, groups[0]?.metrics ?? []);
  file.parquet.row_groups = groups.map(({ group }) => group);
  file.parquet.num_rows = groups.reduce((sum, { group }) => sum + group.num_rows, 0n);
  // The start of the file is already written.
  writer.index = 0;
  writer.offset = bytes;
  return file;
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

const Note = Schema.Struct({ metrics: Schema.Array(Metric), group: Group });

const noteOf = (metrics: ReadonlyArray<Metric>, group: unknown): unknown =>
  JSON.parse(
    JSON.stringify({ metrics, group }, (_, value: unknown) =>
      typeof value === "bigint" ? String(value) : value,
    ),
  );
