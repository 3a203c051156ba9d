/** One activity of a run's workflow: copies a bounded number of pages, from the run's checkpoint on. */
import { type ListRecordsError, ScorecardClient } from "@scorecard-effect/client";
import { printable, type RunId } from "@scorecard-effect/contract";
import {
  Duration,
  Effect,
  Inspectable,
  Metric,
  Predicate,
  Ref,
  Schedule,
  Schema,
  Stream,
  identity,
} from "effect";
import * as Database from "../store/Database.ts";
import * as MirrorMetrics from "./MirrorMetrics.ts";
import { MirrorStore, type StoreError } from "../store/MirrorStore.ts";
import type { WriteOutcome } from "../store/PageWriter.ts";
import type { Checkpoint, Failure, Progress } from "../store/Progress.ts";
import { allows } from "../store/RunState.ts";
import { Capacity } from "./Capacity.ts";
import { Heartbeat } from "./Heartbeat.ts";
import { KeyUse } from "./KeyUse.ts";
import { fullPage, type PagePlan } from "./PageMemory.ts";
import { prepare, type PreparedPage } from "./PageOfResults.ts";
import { Policy } from "./Policy.ts";

/** How a chunk ended. The engine stores it. */
export const Outcome = Schema.Union([
  /** There are more pages to copy. */
  Schema.TaggedStruct("More", {}),
  /** The run waits before its next request. `wait` is the number of this wait in its generation. */
  Schema.TaggedStruct("Waiting", { wait: Schema.Int, millis: Schema.Finite }),
  /** The workflow is finished: the run is complete, a person ended it, or it has a newer generation. */
  Schema.TaggedStruct("Done", {}),
  /** The run was paused or parked. `stop` is the number of this stop in its generation. */
  Schema.TaggedStruct("Stopped", { stop: Schema.Int }),
]);
export type Outcome = typeof Outcome.Type;

const outcomeOf = (progress: Progress | undefined, generation: number): Outcome => {
  if (progress?.generation !== generation) return { _tag: "Done" };
  const { state, stops, waitMillis, waits } = progress;
  if (state === "running") {
    return isWaiting(progress)
      ? { _tag: "Waiting", wait: waits, millis: Math.ceil(waitMillis ?? 0) }
      : { _tag: "More" };
  }
  return allows(state, "resume") ? { _tag: "Stopped", stop: stops } : { _tag: "Done" };
};

const isWaiting = ({ waitMillis }: Progress): boolean => waitMillis !== null && waitMillis > 0;

// After so many extra scans, one more is unlikely to add up.
const maxRescans = 3;

/** The client detects a circle within one listing; this one spans several chunks, and only the tables show it. */
const cursorCircle: Failure = {
  _tag: "CursorCircle",
  message:
    "The service's cursors lead back to a page that is mirrored already, so the listing would never end",
};

type CopyError = ListRecordsError | StoreError;

/** The service no longer knows the cursor, or the run has changed during the listing: a new scan may succeed. */
const maySucceedAfterRescan = (error: CopyError): boolean =>
  error._tag !== "SqlError" &&
  error.cursor !== undefined &&
  ((error._tag === "RequestRejected" && [400, 404, 410, 422].includes(error.status)) ||
    (error._tag === "PaginationError" && error.kind === "Incomplete"));

/**
 * Whether the failure may end although the service has answered: a proxy or a deployment sends bodies that are no page,
 * and a key is rotated. A key that never worked is wrong.
 */
const mayEnd = (error: CopyError, keyHasWorked: boolean): boolean =>
  error._tag === "InvalidResponse" ||
  (error._tag === "PaginationError" && error.kind === "CursorMissing") ||
  (error._tag === "Unauthenticated" && keyHasWorked);

const isTooLong = (error: CopyError): boolean =>
  error._tag === "InvalidResponse" && error.kind === "TooLarge";

/** Every other failure is transient: a database that restarts fails in too many ways to list. */
const isPermanent = (error: CopyError): boolean =>
  error._tag === "SqlError" ? Database.isInvalidValue(error) : !error.isRetryable;

const failureOf = (error: CopyError): Failure =>
  error._tag === "SqlError"
    ? // Only its message, and what to do: the cause holds whatever the driver put there.
      { _tag: error._tag, message: `The page cannot be written: ${Database.describe(error)}` }
    : // Without its cause, which is for logs.
      {
        ...error,
        ...("cause" in error ? { cause: undefined } : {}),
        _tag: error._tag,
        message: error.message,
      };

/** Copies the next pages of a run that is running. A permanent failure starts a new scan, or parks the run. */
const copyPages = Effect.fnUntraced(function* (
  { runId, scan, cursor, records: delivered, rescans, lastSuccessAt, failingSince }: Progress,
  maxPages: number,
  plan: PagePlan,
): Effect.fn.Return<void, CopyError, MirrorStore | ScorecardClient | KeyUse | Capacity> {
  const store = yield* MirrorStore;
  const client = yield* ScorecardClient;
  const keyUse = yield* KeyUse;
  const { memory } = yield* Capacity;
  const { patience, refreshFor } = yield* Policy;
  const refreshForMillis = Duration.toMillis(refreshFor);
  const canRescan = rescans < maxRescans;
  const start: Checkpoint = { runId, scan, cursor };
  // The checkpoint after the last page that was written. A failure rescans or parks the run there.
  const checkpoint = yield* Ref.make(start);

  const park = (failure: Failure) =>
    Effect.flatMap(Ref.get(checkpoint), (at) => store.park(at, failure));
  const waitOrPark = (failure: Failure) =>
    Effect.flatMap(Ref.get(checkpoint), (at) =>
      store.waitOrPark(at, failure, Duration.toMillis(patience)),
    );
  // This process may be younger than the run: a page of the run shows as well that the key has worked.
  const keyHasWorked = () =>
    keyUse.hasWorked || cursor !== null || lastSuccessAt !== null || failingSince !== null;
  const rescanOrPark = (failure: Failure) =>
    canRescan ? Effect.flatMap(Ref.get(checkpoint), store.rescan) : park(failure);

  /** Writes a page. Returns whether the listing continues. */
  const copyPage = Effect.fnUntraced(function* (listed: PreparedPage) {
    const { nextCursor, prepared, records, refused, total } = listed;
    const length = prepared.records.length + prepared.scores.length;
    const bytes = (length * fullPage) / plan.pageSize;
    memory.note(bytes);
    keyUse.hasWorked = true;
    const next = nextCursor ?? null;
    const at = yield* Ref.get(checkpoint);
    const page = {
      ...at,
      records,
      refused,
      prepared,
      bytes,
      next,
      total,
      acceptIncomplete: !canRescan,
      refreshForMillis,
    };
    const outcome: WriteOutcome = yield* store.writePage(page);
    if (outcome === "written") {
      yield* Ref.set(checkpoint, { ...at, cursor: next });
      yield* Metric.update(MirrorMetrics.pages, 1);
      yield* Metric.update(MirrorMetrics.records, page.records.length);
    }
    // Records that are added or deleted during the listing cause both. Another scan may add up.
    if (outcome === "repeated" || outcome === "incomplete") yield* rescanOrPark(cursorCircle);
    // A page that is longer than planned ends the chunk: the next one holds enough memory.
    return outcome === "written" && length <= plan.maxPageBytes;
  });

  /** Reads smaller pages from now on, if a body was too long. */
  const shorten = Effect.fnUntraced(function* (failure: Failure) {
    if (plan.pageSize === 1) return yield* park(failure);
    const at = yield* Ref.get(checkpoint);
    const tooLong = (2 * memory.maxBodyBytes * fullPage) / plan.pageSize;
    yield* store.noteLength(at, tooLong);
    return undefined;
  });

  const from = cursor === null ? {} : { cursor, delivered };
  // While a page is written, the next one is prepared, and the one after it is fetched.
  yield* client.listPageResults(runId, { ...from, pageSize: plan.pageSize, prefetch: 0 }).pipe(
    // The gate of the rate limit counts each 429.
    Stream.tapError(({ _tag }) =>
      _tag === "RateLimited" ? Effect.void : MirrorMetrics.refusedRequest(_tag),
    ),
    Stream.take(maxPages),
    Stream.map(prepare),
    plan.isAhead ? Stream.buffer({ capacity: 1 }) : identity,
    Stream.runForEachWhile(copyPage),
    Effect.catchIf(isPermanent, (error) => {
      const failure = failureOf(error);
      if (maySucceedAfterRescan(error)) return rescanOrPark(failure);
      if (isTooLong(error)) return shorten(failure);
      return mayEnd(error, keyHasWorked()) ? waitOrPark(failure) : park(failure);
    }),
    // After a page was written, a transient failure only ends this chunk. The next one has all its retries again.
    Effect.catch((error) =>
      Effect.flatMap(Ref.get(checkpoint), (at) =>
        at === start ? Effect.fail(error) : Effect.void,
      ),
    ),
  );
});

// Half a second at first, then longer, and at last once a minute for as long as the failure lasts.
const retrySchedule = Schedule.min([
  Schedule.exponential("500 millis"),
  Schedule.spaced("1 minute"),
]).pipe(Schedule.jittered);

/**
 * Copies the next pages of a run. Each page is written with the cursor of the next one in a transaction of its own, so
 * a chunk that is executed again continues at the run's checkpoint. A transient failure is retried; a permanent one
 * parks the run.
 */
export const copy = Effect.fn("Chunk.copy")(function* (runId: RunId, generation: number) {
  const store = yield* MirrorStore;
  const { chunk, memory, slots } = yield* Capacity;
  const heartbeat = yield* Heartbeat;
  const lastLogged = yield* Ref.make<string | undefined>(undefined);

  const attempt = Effect.gen(function* () {
    const progress = yield* store.progress(runId);
    // A chunk that is executed again may find the run at a later wait, which has not ended yet.
    if (progress === undefined || outcomeOf(progress, generation)._tag !== "More") return;
    const plan = memory.plan(progress.pageBytes);
    yield* copyPages(progress, chunk, plan).pipe(memory.during(plan));
  });

  /** Notes the failure in the run's row, and logs it unless the last one was of the same kind. */
  const reportRetry = Effect.fnUntraced(function* (error: CopyError) {
    const previous = yield* Ref.getAndSet(lastLogged, error._tag);
    if (previous !== error._tag) yield* logRetry(runId, error);
    yield* Effect.ignore(store.noteRetry(runId, generation, failureOf(error)));
  });

  // The wait before a retry holds no slot.
  return yield* slots.withPermit(attempt).pipe(
    Effect.andThen(store.progress(runId)),
    Effect.tap(logStop),
    Effect.map((progress) => outcomeOf(progress, generation)),
    Effect.tapError(reportRetry),
    Effect.retry(retrySchedule),
    Effect.orDie,
    // The engine restarts the workflow. Meanwhile the run says why it does not progress.
    Effect.tapDefect((defect) =>
      Effect.ignore(
        store.noteRetry(runId, generation, {
          _tag: "Defect",
          message: `The mirror has a defect: ${messageOf(defect)}`,
        }),
      ),
    ),
    heartbeat.during(runId),
  );
});

const messageOf = (error: unknown): string =>
  Predicate.hasProperty(error, "message")
    ? String(error.message)
    : Inspectable.toStringUnknown(error ?? "");

/** Logs that a run is complete or parked. */
const logStop = (progress: Progress | undefined): Effect.Effect<void> => {
  if (progress?.state === "complete") {
    const { runId, records, changed, error, quarantined } = progress;
    const aside = quarantined === 0 ? "" : `, ${quarantined} records in quarantine`;
    const summary = `Run ${printable(runId)} is complete: ${records} records, ${changed} rows changed${aside}`;
    return error === null && quarantined === 0
      ? Effect.logInfo(summary)
      : Effect.logWarning(error === null ? summary : `${summary}. ${printable(messageOf(error))}`);
  }
  if (progress?.state !== "parked") return Effect.void;
  const { runId, error } = progress;
  return Effect.logWarning(`Run ${printable(runId)} is parked: ${printable(messageOf(error))}`);
};

/** Logs why a run waits. A database that is unavailable is logged by the engine, once for all runs. */
const logRetry = (runId: RunId, error: CopyError): Effect.Effect<void> =>
  error._tag === "SqlError" && Database.isUnavailable(error)
    ? Effect.void
    : Effect.logWarning(
        `Run ${printable(runId)} waits to retry: ${printable(failureOf(error).message)}`,
      );
