/**
 * The file with the records that a reader of the page takes away: by the same encoders as `export` writes with. Neither
 * needs Node, so that a saved report can write it too.
 */
import type { RecordWithScores } from "@scorecard-effect/contract";
import * as MetricKnowledge from "../analysis/MetricKnowledge.ts";
import * as CsvEncoder from "../export/CsvEncoder.ts";
import type { ExportFormat } from "../export/ExportFormat.ts";
import type { Note } from "./ExploreProtocol.ts";
import * as JsonLines from "../export/JsonLines.ts";

/** How many records are encoded at a time. */
export const recordsPerChunk = 100;

/** The places of records: the index of the run and the index there, one pair after another. */
export type Places = Int32Array<ArrayBuffer>;

/** Encodes records in chunks. Each chunk is a copy. */
export interface Encoder {
  readonly add: (records: ReadonlyArray<RecordWithScores>) => Uint8Array<ArrayBuffer>;
  readonly end: () => Uint8Array<ArrayBuffer>;
}

/** Starts a file. The records must be without the API key. `knowledge` names the columns of metrics. */
export const make = (
  format: ExportFormat,
  knowledge: MetricKnowledge.MetricKnowledge = MetricKnowledge.nothing,
): Encoder => {
  const start = {
    knowledge,
    redact: (text: string) => text,
    records: 0,
    extras: { by: [], trials: false },
  };
  const encoder =
    format === "csv"
      ? CsvEncoder.make({ ...start, notes: [], isForExcel: false })
      : JsonLines.format.encoder({ ...start, notes: [], bytes: 0 });
  return {
    add: (records) => new Uint8Array(encoder.add(records).bytes),
    end: () => new Uint8Array(encoder.end()),
  };
};

/** Adds to a record what was noted about it: a field `noted`, which CSV has in the column of other fields. */
export const annotator = (
  notes: ReadonlyArray<Note>,
): ((run: number, record: RecordWithScores) => RecordWithScores) => {
  if (notes.length === 0) return (_, record) => record;
  const noted = new Map(
    notes.map(({ run, recordId, thumb, text }) => [`${run}:${recordId}`, { thumb, text }] as const),
  );
  return (run, record) => {
    const note = noted.get(`${run}:${record.id}`);
    return note === undefined ? record : { ...record, noted: note };
  };
};
