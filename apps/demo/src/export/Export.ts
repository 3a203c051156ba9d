/**
 * A run written to a file, in constant memory, under a temporary name until it is complete: whoever sees the file
 * sees all of it.
 *
 * Beside the temporary file lies its journal, JSON lines: what is exported, then a line each time everything read so
 * far is in the file: the cursor to go on at, and how many records and bytes came before it. Lines are only
 * added, so that one which a kill cut short costs no more than itself.
 */
import { ScorecardClient } from "@scorecard-effect/client";
import { Cursor, RunId } from "@scorecard-effect/contract";
import { Effect, Exit, FileSystem, type PlatformError, Result, Schema, Stream } from "effect";
import * as Formats from "./Formats.ts";

/** A file that cannot be written, or not as asked. Nothing that was there is lost. */
export class ExportError extends Schema.TaggedError<ExportError>(
  "@scorecard-effect/demo/ExportError",
)("ExportError", { file: Schema.String, problem: Schema.String }) {
  override get message(): string {
    return `${this.file}: ${this.problem}`;
  }
}

/** The run to export. */
export interface ExportedRun {
  readonly runId: RunId;
  /** Names the source of the run, so that an export is resumed from the same source alone. Holds no secret. */
  readonly identity: string;
  /** Removes the API key from a text. */
  readonly redact: (text: string) => string;
}

/** How a run is exported. */
export interface Options {
  /** The file to write. Its extension names the format. */
  readonly to: string;
  /** Whether to go on with an interrupted export of the same run, where there is one. */
  readonly resume: boolean;
  /** Whether to replace the file, and to forget an interrupted export. */
  readonly overwrite: boolean;
  /** Told after each page how far the file has come. */
  readonly onPage: (state: State, total: number | undefined) => Effect.Effect<void>;
}

/** How far a file has come. */
interface State {
  /** Pages that were read, by this process. */
  readonly pages: number;
  /** Records that were read, in all. */
  readonly records: number;
  /** Records that an earlier process had written. */
  readonly resumed: number;
  /** Bytes in the file. */
  readonly bytes: number;
}

/** Records that were in the file when an export ended early, and whether it can be resumed. */
export interface Kept {
  readonly file: string;
  readonly records: number;
}

/** The name that a file has while it is being written. */
const partOf = (file: string): string => `${file}.part`;

/** The name of its journal. */
const journalOf = (file: string): string => `${file}.part.journal`;

const Header = Schema.Struct({
  version: Schema.Literal(1),
  format: Schema.String,
  runId: RunId,
  source: Schema.String,
  pageSize: Schema.Int,
});

const Checkpoint = Schema.Struct({
  cursor: Cursor,
  delivered: Schema.Int,
  bytes: Schema.Int,
  notes: Schema.Array(Schema.Unknown),
});

/** Where an export goes on: the last checkpoint, the notes of all of them, and how much of the journal led there. */
interface Resumption {
  readonly cursor: Cursor;
  readonly delivered: number;
  readonly bytes: number;
  readonly notes: ReadonlyArray<unknown>;
  readonly journalBytes: number;
}

const utf8 = new TextEncoder();

const pageSize = 100;

/** So many bytes may be written anew after a kill. */
const checkpointBytes = 256 * 1024;

/**
 * Exports a run. An export that fails or is interrupted leaves what can be resumed behind, and says so by `onKept`.
 */
export const exportRun = Effect.fn("Export.exportRun")(function* (
  source: ExportedRun,
  options: Options & { readonly onKept: (kept: Kept) => Effect.Effect<void> },
) {
  const { to } = options;
  const format = Formats.formatOf(to);
  if (format === undefined) {
    return yield* new ExportError({
      file: to,
      problem: `has none of the extensions ${Formats.extensions.join(", ")}: which format?`,
    });
  }
  const fs = yield* FileSystem.FileSystem;
  const client = yield* ScorecardClient;
  const header: typeof Header.Type = {
    version: 1,
    format: format.name,
    runId: source.runId,
    source: source.identity,
    pageSize,
  };
  const from = yield* prepare(header, options);
  const { part, journal } = yield* openFiles(to, from);
  const encoder = yield* Effect.try({
    try: () =>
      format.encoder({ redact: source.redact, bytes: from?.bytes ?? 0, notes: from?.notes ?? [] }),
    catch: () => new ExportError({ file: journalOf(to), problem: damaged }),
  });

  let state: State = {
    pages: 0,
    records: from?.delivered ?? 0,
    resumed: from?.delivered ?? 0,
    bytes: from?.bytes ?? 0,
  };
  let saved = { records: state.records, bytes: state.bytes };
  let reached: typeof Checkpoint.Type | undefined;

  const append = (line: string) => journal.writeAll(utf8.encode(`${line}\n`));

  const checkpoint = Effect.suspend(() => {
    if (reached === undefined || reached.delivered === saved.records) return Effect.void;
    const line = JSON.stringify(reached);
    // A service may put the key into a cursor. Such a listing cannot be resumed: the key is in no file.
    if (source.redact(line) !== line) return Effect.void;
    saved = { records: reached.delivered, bytes: reached.bytes };
    reached = { ...reached, notes: [] };
    return append(line);
  });

  if (from === undefined) yield* append(JSON.stringify(header));

  yield* client
    .listPages(source.runId, {
      pageSize,
      ...(from === undefined ? {} : { cursor: from.cursor, delivered: from.delivered }),
    })
    .pipe(
      Stream.runForEach((page) =>
        Effect.gen(function* () {
          const chunk = encoder.add(page.records);
          yield* part.writeAll(chunk.bytes);
          state = {
            ...state,
            pages: state.pages + 1,
            records: state.records + page.records.length,
            bytes: state.bytes + chunk.bytes.length,
          };
          if (chunk.isWhole && page.nextCursor !== undefined) {
            reached = {
              cursor: page.nextCursor,
              delivered: state.records,
              bytes: state.bytes,
              notes: [...(reached?.notes ?? []), ...(chunk.note === undefined ? [] : [chunk.note])],
            };
            if (state.bytes - saved.bytes >= checkpointBytes) yield* checkpoint;
          }
          yield* options.onPage(state, page.total);
          // What is taken in is written and noted, or else not taken in: an interruption waits for the end of a page.
        }).pipe(Effect.uninterruptible),
      ),
      Effect.andThen(
        Effect.suspend(() => {
          const end = encoder.end();
          state = { ...state, bytes: state.bytes + end.length };
          return part.writeAll(end);
        }),
      ),
      Effect.andThen(part.sync),
      Effect.andThen(fs.rename(partOf(to), to)),
      Effect.andThen(fs.remove(journalOf(to))),
      Effect.onExit((exit) =>
        Exit.isSuccess(exit)
          ? Effect.void
          : Effect.andThen(
              // Where the disk is full, the checkpoint before this one stands.
              Effect.ignore(checkpoint),
              Effect.suspend(() => options.onKept({ file: to, records: saved.records })),
            ),
      ),
      Effect.catchTag("PlatformError", (error) => Effect.fail(unwritable(to, error))),
    );
  return state;
}, Effect.scoped);

const damaged = "is damaged: remove it and the file beside it, or --overwrite them";

/** Where to go on; undefined is the start. Refuses to harm what is there. */
const prepare = Effect.fnUntraced(function* (
  header: typeof Header.Type,
  { to, resume, overwrite }: Options,
): Effect.fn.Return<Resumption | undefined, ExportError, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem;
  const exists = (file: string) => Effect.orElseSucceed(fs.exists(file), () => false);
  if (resume && overwrite) {
    return yield* new ExportError({ file: to, problem: "--resume does not go with --overwrite" });
  }
  if (!overwrite && (yield* exists(to))) {
    return yield* new ExportError({
      file: to,
      problem: "is there already: replace it with --overwrite",
    });
  }
  if (overwrite || !(yield* exists(partOf(to)))) return undefined;
  if (!resume) {
    return yield* new ExportError({
      file: partOf(to),
      problem: "an interrupted export: go on with --resume, or begin anew with --overwrite",
    });
  }
  const info = yield* Effect.mapError(fs.stat(partOf(to)), (error) => unwritable(to, error));
  // Without a journal nothing was noted: whatever is in the file is written anew.
  const text = yield* Effect.orElseSucceed(fs.readFileString(journalOf(to)), () => "");
  const [first = "", ...lines] = text.split("\n");
  if (lines.length === 0) return undefined;
  const written = Schema.decodeResult(Schema.fromJsonString(Header))(first);
  if (Result.isFailure(written)) {
    return yield* new ExportError({ file: journalOf(to), problem: damaged });
  }
  for (const key of ["runId", "source", "format", "pageSize"] as const) {
    if (written.success[key] === header[key]) continue;
    return yield* new ExportError({
      file: partOf(to),
      problem: `is of another ${{ runId: "run", source: "source", format: "format", pageSize: "page size" }[key]}, ${written.success[key]}: begin anew with --overwrite`,
    });
  }
  return lastOf(first, lines, Number(info.size));
});

const decodeCheckpoint = Schema.decodeResult(Schema.fromJsonString(Checkpoint));

// The last checkpoint that the file holds. A kill may have cut its line short, and the machine's end the file.
const lastOf = (
  header: string,
  lines: ReadonlyArray<string>,
  size: number,
): Resumption | undefined => {
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
};

const lengthOf = (line: string): number => utf8.encode(line).length + 1;

const openFiles = Effect.fnUntraced(
  function* (to: string, from: Resumption | undefined) {
    const fs = yield* FileSystem.FileSystem;
    const open = Effect.fnUntraced(function* (file: string, bytes: number | undefined) {
      const opened = yield* fs.open(file, { flag: bytes === undefined ? "w" : "r+" });
      if (bytes === undefined) return opened;
      yield* opened.truncate(bytes);
      yield* opened.seek(BigInt(bytes), "start");
      return opened;
    });
    return {
      part: yield* open(partOf(to), from?.bytes),
      journal: yield* open(journalOf(to), from?.journalBytes),
    };
  },
  (effect, to) => Effect.mapError(effect, (error) => unwritable(to, error)),
);

const unwritable = (file: string, error: PlatformError.PlatformError): ExportError =>
  new ExportError({
    file,
    problem: `cannot be written: ${reasons[error.reason._tag] ?? error.reason.message}`,
  });

const reasons: { readonly [tag: string]: string } = {
  NotFound: "there is no such folder",
  PermissionDenied: "permission denied",
};
