/**
 * Writes a run to a file in constant memory, under a temporary name until it is complete. Beside the temporary file
 * lies its {@link Journal}, so that an interrupted export can resume.
 */
import { type Page, ScorecardClient } from "@scorecard-effect/client";
import type { RunId } from "@scorecard-effect/contract";
import { Effect, Exit, FileSystem, type PlatformError, Result, Schema, Stream } from "effect";
import { createHash } from "node:crypto";
import * as MetricKnowledge from "../analysis/MetricKnowledge.ts";
import type { Reduction } from "../analysis/Reduction.ts";
import type { Extras } from "./ExtraColumns.ts";
import * as Formats from "./Formats.ts";
import * as Journal from "./Journal.ts";
import * as TestcaseValues from "./TestcaseValues.ts";

/** The file cannot be written, or must not be. What was there before is unharmed. */
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
  /** Only records that have all of these tags; empty: all records. */
  readonly tags: ReadonlyArray<string>;
  /** Names the source of the run and the tags, so that an export resumes from the same source alone. Holds no secret. */
  readonly identity: string;
  /** Removes the API key from a text. */
  readonly redact: (text: string) => string;
}

/** How a run is exported. */
export interface Options {
  /** The file to write. Its extension names the format. */
  readonly to: string;
  /** Whether to write CSV that Excel does not change. */
  readonly isForExcel: boolean;
  /** The paths that have a column with the name of the record's slice. */
  readonly by: Extras["by"];
  /** Whether there is a column with the number of the trial. With it, an interrupted export starts over. */
  readonly trials: boolean;
  /** How trials become the values of testcases, which then have columns; undefined: they have none. */
  readonly reduction: Reduction | undefined;
  /** What is known of the metrics: it names and fixes columns. */
  readonly knowledge: MetricKnowledge.MetricKnowledge;
  /** Whether to resume an interrupted export of the same run, if there is one. */
  readonly resume: boolean;
  /** Whether to replace the file, and to discard an interrupted export. */
  readonly overwrite: boolean;
  /** Runs after each page. */
  readonly onPage: (state: State, total: number | undefined) => Effect.Effect<void>;
  /** Runs where the export fails or is interrupted, with what can be resumed. */
  readonly onKept: (kept: Kept) => Effect.Effect<void>;
}

/** How far an export is. */
interface State {
  /** Pages that this process read. */
  readonly pages: number;
  /** Records in the file, or held for its next bytes. */
  readonly records: number;
  /** Records that an earlier process wrote. */
  readonly resumed: number;
  /** Bytes in the file. */
  readonly bytes: number;
}

/** What is left of an export that ended early. */
interface Kept {
  readonly file: string;
  /** Records that a resumed export does not read again. */
  readonly records: number;
}

/** The name of the file while it is being written. */
const partOf = (file: string): string => `${file}.part`;

/** The name of the journal of that file. */
const journalOf = (file: string): string => `${file}.part.journal`;

const pageSize = 100;

/** A checkpoint follows at least this many bytes: what a kill can cost. */
const checkpointBytes = 256 * 1024;

/** Exports a run. */
export const exportRun = Effect.fn("Export.exportRun")(function* (
  source: ExportedRun,
  options: Options,
) {
  const { to } = options;
  const format = Formats.formatOf(to, options);
  if (typeof format === "string") {
    return yield* new ExportError({
      file: to,
      problem:
        format === "not for Excel"
          ? "--excel applies to .csv alone"
          : `has no known extension: use one of ${Formats.extensions.join(", ")}`,
    });
  }
  const { by, trials, reduction } = options;
  if (!format.hasColumns && (trials || by.length > 0 || reduction !== undefined)) {
    return yield* new ExportError({
      file: to,
      problem:
        "--by, --trials and --testcases add columns, which JSON lines do not have: use .csv or .parquet",
    });
  }
  const isNamed = options.knowledge !== MetricKnowledge.nothing;
  if (!format.hasColumns && isNamed) {
    return yield* new ExportError({
      file: to,
      problem: "--metrics names columns, which JSON lines do not have: use .csv or .parquet",
    });
  }
  const extraColumns = [
    ...(trials ? ["trial"] : []),
    ...(reduction === undefined ? [] : [`testcases:${reduction}`]),
    ...by.map(({ pointer }) => pointer),
  ].join(" ");
  const fs = yield* FileSystem.FileSystem;
  const client = yield* ScorecardClient;
  const header: Journal.Header = {
    version: 4,
    format: format.name,
    runId: source.runId,
    source: source.identity,
    pageSize,
    ...(extraColumns === "" ? {} : { extraColumns }),
    ...(isNamed ? { metrics: hashOf(options.knowledge) } : {}),
  };
  const from = yield* prepare(header, options);
  const testcases =
    reduction === undefined ? undefined : yield* readTestcases(source, options, reduction);
  const { part, journal } = yield* openFiles(to, from);
  const encoder = yield* Effect.try({
    try: () =>
      format.encoder({
        redact: source.redact,
        records: from?.delivered ?? 0,
        bytes: from?.bytes ?? 0,
        notes: from?.notes ?? [],
        extras: { by, trials, testcases },
        knowledge: options.knowledge,
      }),
    catch: () => new ExportError({ file: journalOf(to), problem: damaged }),
  });

  let state: State = {
    pages: 0,
    records: from?.delivered ?? 0,
    resumed: from?.delivered ?? 0,
    bytes: from?.bytes ?? 0,
  };
  let saved = { records: state.records, bytes: state.bytes };
  let reached: Journal.Checkpoint | undefined;

  // The journal is in clear text. A line with the key, in a cursor or in the run's id, stays out of it, and the export
  // cannot be resumed.
  const append = (line: string) =>
    source.redact(line) === line
      ? Effect.as(journal.writeAll(Journal.encodeLine(line)), true)
      : Effect.succeed(false);

  const isResumable = from !== undefined || (yield* append(JSON.stringify(header)));

  const checkpoint = Effect.gen(function* () {
    // The numbers of trials depend on all records before.
    if (trials || !isResumable || reached === undefined || reached.delivered === saved.records)
      return;
    const { delivered: records, bytes } = reached;
    if (!(yield* append(JSON.stringify(reached)))) return;
    saved = { records, bytes };
    reached = { ...reached, notes: [] };
  });

  // A generator that is made for each page would keep that page in memory until the next full garbage collection.
  const writePage = Effect.fnUntraced(function* (page: Page) {
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
  });

  yield* client
    .listPages(source.runId, {
      pageSize,
      tags: source.tags,
      ...(from === undefined ? {} : { cursor: from.cursor, delivered: from.delivered }),
    })
    .pipe(
      // An interruption waits for the end of a page: the state must match the file.
      Stream.runForEach((page) => Effect.uninterruptible(writePage(page))),
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
              // It fails where the disk is full. The checkpoint before it remains.
              Effect.ignore(checkpoint),
              Effect.suspend(() => options.onKept({ file: to, records: saved.records })),
            ),
      ),
      Effect.catchTag("PlatformError", (error) => Effect.fail(unwritable(to, error))),
    );
  return { ...state, remarks: encoder.remarks() };
}, Effect.scoped);

const damaged = "is damaged: remove it and the file beside it, or --overwrite them";

const fieldNames = {
  runId: "run",
  source: "source",
  format: "format",
  pageSize: "page size",
  extraColumns: "choice of columns",
} as const;
const comparedFields = ["runId", "source", "format", "pageSize", "extraColumns"] as const;

/** Where to resume; undefined is the start. Fails rather than overwrite what is there. */
const prepare = Effect.fnUntraced(function* (
  header: Journal.Header,
  { to, resume, overwrite }: Options,
): Effect.fn.Return<Journal.Resumption | undefined, ExportError, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem;
  const exists = (file: string) => Effect.orElseSucceed(fs.exists(file), () => false);
  if (resume && overwrite) {
    return yield* new ExportError({
      file: to,
      problem: "--resume cannot be combined with --overwrite",
    });
  }
  if (!overwrite && (yield* exists(to))) {
    return yield* new ExportError({
      file: to,
      problem: "already exists: replace it with --overwrite",
    });
  }
  if (overwrite || !(yield* exists(partOf(to)))) return undefined;
  if (!resume) {
    return yield* new ExportError({
      file: partOf(to),
      problem:
        "is an interrupted export: continue it with --resume, or start over with --overwrite",
    });
  }
  const info = yield* Effect.mapError(fs.stat(partOf(to)), (error) => unwritable(to, error));
  // Without a journal there is no checkpoint: the export starts over.
  const text = yield* Effect.orElseSucceed(fs.readFileString(journalOf(to)), () => "");
  const journal = Journal.read(text);
  if (journal === undefined) return undefined;
  if (Result.isFailure(journal.header)) {
    return yield* new ExportError({ file: journalOf(to), problem: damaged });
  }
  const written = journal.header.success;
  if (written.metrics !== header.metrics) {
    return yield* new ExportError({
      file: partOf(to),
      problem: `was started ${written.metrics === undefined ? "without" : "with another"} metrics file: start over with --overwrite`,
    });
  }
  const other = comparedFields.find((field) => written[field] !== header[field]);
  if (other !== undefined) {
    return yield* new ExportError({
      file: partOf(to),
      problem: `has another ${fieldNames[other]}, ${written[other] ?? "without --by"}: start over with --overwrite`,
    });
  }
  return journal.resumption(Number(info.size));
});

/** Reads the whole run for the values of its testcases. */
const readTestcases = Effect.fnUntraced(function* (
  { runId, tags }: ExportedRun,
  { knowledge, onPage }: Options,
  reduction: Reduction,
) {
  const client = yield* ScorecardClient;
  const reading = TestcaseValues.start(reduction, knowledge);
  let pages = 0;
  let records = 0;
  yield* client.listPages(runId, { pageSize, tags }).pipe(
    Stream.runForEach((page) => {
      reading.add(page.records);
      pages += 1;
      records += page.records.length;
      return onPage({ pages, records, resumed: 0, bytes: 0 }, page.total);
    }),
  );
  return reading.values();
});

/** Tells two metrics files apart that do not say the same. */
const hashOf = ({ metrics, others }: MetricKnowledge.MetricKnowledge): string =>
  createHash("sha256")
    .update(JSON.stringify([Array.from(metrics), others ?? null]))
    .digest("hex");

const openFiles = Effect.fnUntraced(
  function* (to: string, from: Journal.Resumption | undefined) {
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
