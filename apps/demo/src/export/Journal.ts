/**
 * The journal of an export, in JSON lines: a header that says what is exported, then a checkpoint each time every
 * record that was read is in the file. A checkpoint holds the cursor to resume from, and how many records and bytes
 * precede it. Lines are only appended, so a kill damages the last line at most.
 */
import { Cursor, RunId } from "@scorecard-effect/contract";
import { Result, Schema } from "effect";

/** What is exported, and how. */
export const Header = Schema.Struct({
  version: Schema.Literal(4),
  format: Schema.String,
  runId: RunId,
  source: Schema.String,
  pageSize: Schema.Int,
  /** A hash of what the metrics file says: it names and fixes columns. */
  metrics: Schema.optionalKey(Schema.String),
  /** The columns on request. */
  extraColumns: Schema.optionalKey(Schema.String),
});
export interface Header extends Schema.Schema.Type<typeof Header> {}

const Checkpoint = Schema.Struct({
  cursor: Cursor,
  delivered: Schema.Int,
  bytes: Schema.Int,
  notes: Schema.Array(Schema.Unknown),
});
export interface Checkpoint extends Schema.Schema.Type<typeof Checkpoint> {}

/** Where an export resumes: the last checkpoint, with the notes of all checkpoints. */
export interface Resumption extends Checkpoint {
  /** How much of the journal leads to that checkpoint. */
  readonly journalBytes: number;
}

/** A journal as it was found. */
export interface Journal {
  readonly header: Result.Result<Header, Schema.SchemaError>;
  /** The last checkpoint that a file of `size` bytes can have; undefined where it has none. */
  readonly resumption: (size: number) => Resumption | undefined;
}

const decodeHeader = Schema.decodeResult(Schema.fromJsonString(Header));
const decodeCheckpoint = Schema.decodeResult(Schema.fromJsonString(Checkpoint));

/** Reads a journal; undefined where not even its header is complete. */
export const read = (text: string): Journal | undefined => {
  const [header = "", ...lines] = text.split("\n");
  if (lines.length === 0) return undefined;
  return {
    header: decodeHeader(header),
    // A kill may have cut the last line short, and a crash of the machine the file.
    resumption: (size) => {
      let last: Resumption | undefined;
      let journalBytes = lengthOf(header);
      for (const line of lines) {
        const checkpoint = decodeCheckpoint(line);
        if (Result.isFailure(checkpoint) || checkpoint.success.bytes > size) break;
        journalBytes += lengthOf(line);
        const notes = [...(last?.notes ?? []), ...checkpoint.success.notes];
        last = { ...checkpoint.success, notes, journalBytes };
      }
      return last;
    },
  };
};

const utf8 = new TextEncoder();

/** A line of the journal. */
export const encodeLine = (json: string): Uint8Array => utf8.encode(`${json}\n`);

const lengthOf = (line: string): number => encodeLine(line).length;
