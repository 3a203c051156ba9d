/** What every export format provides: an encoder that turns pages of records into the bytes of a file. */
import type { RecordWithScores } from "@scorecard-effect/contract";
import type { MetricKnowledge } from "../analysis/MetricKnowledge.ts";
import type { Extras } from "./ExtraColumns.ts";

/** What a page adds to a file. */
interface Chunk {
  /** Valid until the next page is added. */
  readonly bytes: Uint8Array;
  /** Whether every record that was added is in the bytes so far: only then can an export be resumed from here. */
  readonly isWhole: boolean;
  /** What an encoder needs to resume after this chunk, as JSON. It receives all notes of the file, in order. */
  readonly note?: unknown;
}

/** Makes one file, page by page. */
export interface Encoder {
  readonly add: (records: ReadonlyArray<RecordWithScores>) => Chunk;
  /** The bytes that end the file. */
  readonly end: () => Uint8Array;
  /** What the file has no place for, in sentences: of all records that were added, by an earlier process too. */
  readonly remarks: () => ReadonlyArray<string>;
}

/** Where an encoder starts. */
export interface EncoderStart {
  /** Removes the API key from a text. */
  readonly redact: (text: string) => string;
  /** How many records the file has already; 0 for a new file. */
  readonly records: number;
  /** How many bytes the file has already; 0 for a new file. */
  readonly bytes: number;
  /** The notes of the chunks that make up those bytes. */
  readonly notes: ReadonlyArray<unknown>;
  /** Columns on request. */
  readonly extras: Extras;
  /** What is known of the metrics: it names columns. */
  readonly knowledge: MetricKnowledge;
}

/** A kind of file. */
export interface Format {
  readonly name: string;
  /** Whether it is a table, which can have more columns. */
  readonly hasColumns: boolean;
  /** Makes an encoder. Throws where the notes are invalid. */
  readonly encoder: (start: EncoderStart) => Encoder;
}
