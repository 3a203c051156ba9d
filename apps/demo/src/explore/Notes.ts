/**
 * What users noted about records, in a file beside the run: JSON lines, one for each change. The last line about a record
 * counts, and a line without a thumb and a text removes what was noted before.
 *
 * Lines are only ever appended, each by one write, so that several explorers can use one file and a crash loses at most
 * the line that was being written. Lines that are no notes are reported, and stay in the file.
 */
import * as Json from "@scorecard-effect/contract/protocol/Json";
import { Clock, Effect, FileSystem, Result, Schema, Semaphore } from "effect";
import type { Meta, Note } from "./ExploreProtocol.ts";

/** The most characters of a note. */
export const maxTextLength = 10_000;

/** The most characters of an id in the file. Ids of real runs are far shorter. */
const maxIdLength = 10_000;

/** The most bytes of a file: what is larger is something else. */
const maxBytes = 64 * 1024 * 1024;

const Thumb = Schema.NullOr(Schema.Literals(["up", "down"]));
const Id = Schema.String.check(Schema.isMaxLength(maxIdLength));
const Text = Schema.String.check(Schema.isMaxLength(maxTextLength));

/** A line of the file. */
const Line = Schema.Struct({
  runId: Id,
  recordId: Id,
  thumb: Thumb,
  text: Text,
  /** When it was noted (ISO 8601). */
  at: Schema.optionalKey(Schema.String),
});

/** A change, as the page sends it. */
const Change = Schema.Struct({
  run: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
  recordId: Id,
  thumb: Thumb,
  text: Text,
});

/** The file of notes cannot be read or written. */
export class NotesError extends Schema.TaggedError<NotesError>("@scorecard-effect/demo/NotesError")(
  "NotesError",
  {
    message: Schema.String,
    /** Whether the page sent something that is no note, rather than the file having failed. */
    isInput: Schema.Boolean,
  },
) {}

/** A line of the file that is no note. */
interface BadLine {
  readonly line: number;
  readonly problem: string;
}

/** The notes of the runs that are shown. */
export interface Notes {
  /** The latest note of each record that has one. */
  readonly all: () => ReadonlyArray<Note>;
  /** Notes something, in the file too. Fails with a sentence where the change is invalid. */
  readonly change: (body: unknown) => Effect.Effect<Note, NotesError>;
  /** The lines of the file that are no notes. */
  readonly badLines: ReadonlyArray<BadLine>;
}

const decodeLine = Schema.decodeUnknownResult(Line);
const decodeChange = Schema.decodeUnknownResult(Change);

/** Reads the notes in a file, which need not exist, for some runs. */
export const open = Effect.fn("Notes.open")(function* (
  file: string,
  runs: ReadonlyArray<string>,
): Effect.fn.Return<Notes, NotesError, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem;
  const fail = (what: string) => (error: { readonly reason: { readonly message: string } }) =>
    new NotesError({
      message: `--notes ${file} cannot be ${what}: ${error.reason.message}`,
      isInput: false,
    });
  const text = yield* readText(file).pipe(Effect.mapError(fail("read")));
  if (text === undefined) {
    return yield* new NotesError({
      message: `--notes ${file} is larger than 64 MiB: it is no file of notes`,
      isInput: false,
    });
  }
  const notes = new Map<string, Note>();
  const badLines: Array<BadLine> = [];
  const apply = (note: Note): void => {
    const key = `${note.run}:${note.recordId}`;
    if (note.thumb === null && note.text === "") notes.delete(key);
    else notes.set(key, note);
  };
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const read = readLine(line);
    if (Result.isFailure(read)) {
      badLines.push({ line: index + 1, problem: read.failure });
      continue;
    }
    const { runId, recordId, thumb, text: noted } = read.success;
    // The same run may be shown twice.
    for (const [run, id] of runs.entries()) {
      if (id === runId) apply({ run, recordId, thumb, text: noted });
    }
  }
  // A line that a crash cut short must not swallow the next one.
  let isLineOpen = text !== "" && !text.endsWith("\n");
  const lock = yield* Semaphore.make(1);
  const change = Effect.fnUntraced(function* (body: unknown) {
    const decoded = decodeChange(body);
    if (Result.isFailure(decoded)) {
      return yield* new NotesError({
        message: `A note has a run, a record's id, a thumb ("up", "down" or null) and a text of at most ${maxTextLength} characters.`,
        isInput: true,
      });
    }
    const { run, recordId, thumb, text: noted } = decoded.success;
    const runId = runs[run];
    if (runId === undefined)
      return yield* new NotesError({ message: "There is no such run.", isInput: true });
    const at = new Date(yield* Clock.currentTimeMillis).toISOString();
    const line = JSON.stringify({ runId, recordId, thumb, text: noted.toWellFormed(), at });
    const bytes = new TextEncoder().encode(`${isLineOpen ? "\n" : ""}${line}\n`);
    yield* fs.writeFile(file, bytes, { flag: "a" }).pipe(Effect.mapError(fail("written")));
    isLineOpen = false;
    const note: Note = { run, recordId, thumb, text: noted };
    for (const [index, id] of runs.entries()) if (id === runId) apply({ ...note, run: index });
    return note;
  }, lock.withPermits(1));
  return { all: () => [...notes.values()], change, badLines };
});

const readLine = (line: string): Result.Result<typeof Line.Type, string> => {
  const value = Json.parseFinite(line);
  if (Result.isFailure(value)) return Result.fail(`it is no JSON: ${value.failure}`);
  return Result.mapError(
    decodeLine(value.success),
    () => "it has no runId, recordId, thumb and text of a note",
  );
};

/** The text of a file: empty where there is none, undefined where it is too large. */
const readText = Effect.fnUntraced(function* (file: string) {
  const fs = yield* FileSystem.FileSystem;
  if (!(yield* fs.exists(file))) return "";
  const { size } = yield* fs.stat(file);
  if (Number(size) > maxBytes) return undefined;
  return yield* fs.readFileString(file);
});

/** What the page knows from the start, with the notes so far: for a saved report, which can only show them. */
export const withNotes = (meta: Meta, notes: Notes | undefined): Meta =>
  notes === undefined ? meta : { ...meta, notes: { isWritable: false, all: notes.all() } };
