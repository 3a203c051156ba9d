/** The formats that records are exported in: each turns pages into the bytes of a file. */
import type { RecordWithScores } from "@scorecard-effect/contract";
import * as Csv from "./Csv.ts";
import * as JsonLines from "./JsonLines.ts";
import * as Parquet from "./Parquet.ts";

/** What a page adds to a file. */
interface Chunk {
  readonly bytes: Uint8Array;
  /** Whether all records taken in so far are in the bytes so far: only then can an export be resumed from here. */
  readonly isWhole: boolean;
  /** What an encoder that goes on from here has to know, as JSON; it is given all notes of the file, in order. */
  readonly note?: unknown;
}

/** Makes one file, page by page. */
interface Encoder {
  readonly add: (records: ReadonlyArray<RecordWithScores>) => Chunk;
  /** What ends the file. */
  readonly end: () => Uint8Array;
}

/** Where an encoder begins. */
interface Start {
  /** Takes the key out of a text. */
  readonly redact: (text: string) => string;
  /** How many bytes the file has already, and the notes that were taken with them; 0 and none for a new file. */
  readonly bytes: number;
  readonly notes: ReadonlyArray<unknown>;
}

/** A kind of file. */
export interface Format {
  readonly name: string;
  /** Fails with what is wrong with the notes. */
  readonly encoder: (start: Start) => Encoder;
}

const formats: { readonly [extension: string]: Format } = {
  ".jsonl": JsonLines.format,
  ".ndjson": JsonLines.format,
  ".csv": Csv.format,
  ".parquet": Parquet.format,
};

/** The extensions that name a format. */
export const extensions: ReadonlyArray<string> = Object.keys(formats);

/** The format that a file's name asks for. */
export const formatOf = (file: string): Format | undefined => {
  const dot = file.lastIndexOf(".");
  return dot === -1 ? undefined : formats[file.slice(dot).toLowerCase()];
};
