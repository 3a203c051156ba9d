/** The mirror's tables. A page is written whole or not at all, and never twice. */
import type { RunId } from "@scorecard-effect/contract";
import { Context, Effect, Layer } from "effect";
import { SqlClient, type SqlError } from "effect/sql";
import * as Comparison from "./Comparison.ts";
import * as Database from "./Database.ts";
import * as PageWriter from "./PageWriter.ts";
import * as Quarantine from "./Quarantine.ts";
import type { Checkpoint, Failure, ListedRun, Progress, RunFilter } from "./Progress.ts";
import * as Rows from "./Rows.ts";
import * as RunTable from "./RunTable.ts";

/** Why the tables could not be read or written. */
export type StoreError = SqlError.SqlError;

/**
 * The tables of runs, records and scores. The methods that are named after a transition of `RunState` return the run
 * after it, or undefined where the run was in no state, generation or checkpoint that allows it; nothing changes then.
 */
export class MirrorStore extends Context.Service<
  MirrorStore,
  {
    /** A run; undefined where it was never started, or is forgotten. */
    readonly progress: (runId: RunId) => Effect.Effect<Progress | undefined, StoreError>;
    /** Every run, in the order in which their generations started. */
    readonly all: Effect.Effect<ReadonlyArray<Progress>, StoreError>;
    /** The runs that a filter selects, with their ages. */
    readonly list: (filter: RunFilter) => Effect.Effect<ReadonlyArray<ListedRun>, StoreError>;
    /** Starts a new generation. A run that is running or stopped stays as it is, and is returned so. */
    readonly start: (runId: RunId) => Effect.Effect<Progress, StoreError>;
    /** Starts a new generation of a run that is complete, and still in the generation that the caller has seen. */
    readonly refresh: (seen: Progress) => Effect.Effect<Progress | undefined, StoreError>;
    /**
     * Gives a running run to the workflow of the next generation, if it is still in the generation that the caller has
     * seen.
     */
    readonly adopt: (seen: Progress) => Effect.Effect<Progress | undefined, StoreError>;
    /**
     * Writes a page and the cursor of the next one, in one transaction: `advance`. The last page also marks what its
     * scan has not seen as vanished: `complete`.
     */
    readonly writePage: (
      page: PageWriter.PageToWrite,
    ) => Effect.Effect<PageWriter.WriteOutcome, StoreError>;
    /** Starts a new scan of the same generation. */
    readonly rescan: (at: Checkpoint) => Effect.Effect<Progress | undefined, StoreError>;
    /** Notes the transient failure that is being retried. The next page that is written clears it. */
    readonly noteRetry: (
      runId: RunId,
      generation: number,
      failure: Failure,
    ) => Effect.Effect<Progress | undefined, StoreError>;
    /**
     * Lets a run wait before its next request, because the service responds with what may end: longer each time, and
     * until `patienceMillis` have passed since the first such failure. After that the run is parked.
     */
    readonly waitOrPark: (
      at: Checkpoint,
      failure: Failure,
      patienceMillis: number,
    ) => Effect.Effect<Progress | undefined, StoreError>;
    /** The complete runs that are to be refreshed now, if they are refreshed for so long after their last change. */
    readonly due: (refreshForMillis: number) => Effect.Effect<ReadonlyArray<Progress>, StoreError>;
    /** Notes the length of a page that was too long to be read, as if it had a hundred records. */
    readonly noteLength: (at: Checkpoint, bytes: number) => Effect.Effect<void, StoreError>;
    /** Notes that the workflows of these runs work. */
    readonly beat: (runIds: ReadonlyArray<RunId>) => Effect.Effect<void, StoreError>;
    /** Running runs whose workflows have shown no sign of life for this long: at most so many, the most silent first. */
    readonly silent: (
      millis: number,
      maxRuns: number,
    ) => Effect.Effect<ReadonlyArray<Progress>, StoreError>;
    /** Stops a run because of a permanent failure. */
    readonly park: (
      at: Checkpoint,
      failure: Failure,
    ) => Effect.Effect<Progress | undefined, StoreError>;
    readonly pause: (runId: RunId) => Effect.Effect<Progress | undefined, StoreError>;
    readonly resume: (runId: RunId) => Effect.Effect<Progress | undefined, StoreError>;
    readonly cancel: (runId: RunId) => Effect.Effect<Progress | undefined, StoreError>;
    /**
     * Deletes the records and scores of a run: how many records that were, or undefined where there was no run and no
     * record. The row of the run keeps its generation and scan, so that a worker that is late finds its checkpoint
     * gone.
     */
    readonly forget: (runId: RunId) => Effect.Effect<number | undefined, StoreError>;
    /** Tells which listed records the latest scan of a run has set aside. */
    readonly quarantined: (
      runId: RunId,
    ) => Effect.Effect<(record: Pick<Quarantine.Refused, "id" | "value">) => boolean, StoreError>;
    /**
     * Compares a run in the tables with a listing of it. `list` compares each page as it comes; the result is the
     * records that the tables hold and no page had.
     */
    readonly compare: <E, R>(
      runId: RunId,
      list: (compare: Comparison.ComparePage) => Effect.Effect<void, E, R>,
    ) => Effect.Effect<ReadonlyArray<Comparison.Difference>, E | StoreError, R>;
  }
>()("@scorecard-effect/mirror/store/MirrorStore") {
  static readonly layer: Layer.Layer<MirrorStore, never, SqlClient.SqlClient> = Layer.effect(
    MirrorStore,
    Effect.suspend(() => make),
  );
}

// The first wait is so small a part of the patience, and the longest one so large: with an hour, 5 s and 5 min.
const firstWaitsInPatience = 720;
const longestWaitsInPatience = 12;

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;
  const runs = yield* RunTable.make;
  const quarantine = yield* Quarantine.make;
  const { byId, byGeneration, byCheckpoint, failureJson, transition } = runs;

  /** A run whose requests do not fail. */
  const calm = sql`failing_since = NULL, retry_at = NULL`;

  const progress = Effect.fn("MirrorStore.progress")(runs.find);

  const start: MirrorStore["Service"]["start"] = Effect.fn("MirrorStore.start")(function* (runId) {
    const run = (yield* runs.start(runId)) ?? (yield* progress(runId));
    // The row was there, or it would have been inserted. If it is gone now, it was forgotten or deleted meanwhile.
    return run ?? (yield* start(runId));
  });

  const refresh = Effect.fn("MirrorStore.refresh")((seen: Progress) =>
    transition("refresh", byGeneration(seen), runs.newGeneration),
  );
  const adopt = Effect.fn("MirrorStore.adopt")((seen: Progress) =>
    transition("adopt", byGeneration(seen), sql`generation = run.generation + 1`),
  );
  const rescan = Effect.fn("MirrorStore.rescan")((at: Checkpoint) =>
    transition(
      "rescan",
      byCheckpoint(at),
      sql`scan = run.scan + 1, rescans = run.rescans + 1, cursor = NULL, pages = 0, records = 0, total = NULL,
        quarantined = 0`,
    ),
  );
  const noteRetry = Effect.fn("MirrorStore.noteRetry")(
    (runId: RunId, generation: number, failure: Failure) =>
      transition(
        "noteRetry",
        byGeneration({ runId, generation }),
        sql`error = ${failureJson(failure)}, retry_at = NULL`,
      ),
  );
  const park = Effect.fn("MirrorStore.park")((at: Checkpoint, failure: Failure) =>
    transition(
      "park",
      byCheckpoint(at),
      sql`stops = run.stops + 1, stopped_at = now(), retry_at = NULL, error = ${failureJson(failure)}`,
    ),
  );
  const waitOrPark = Effect.fn("MirrorStore.waitOrPark")(function* (
    at: Checkpoint,
    failure: Failure,
    patienceMillis: number,
  ) {
    const patience = sql`${`${patienceMillis} milliseconds`}::interval`;
    const since = sql`coalesce(run.failing_since, now())`;
    // Twice as long each time, and never beyond the end of the patience.
    const waiting = yield* transition(
      "wait",
      sql`${byCheckpoint(at)} AND now() < ${since} + ${patience}`,
      sql`failing_since = ${since}, waits = run.waits + 1, error = ${failureJson(failure)},
        retry_at = now() + least(greatest(now() - ${since}, ${patience} / ${firstWaitsInPatience}),
          ${patience} / ${longestWaitsInPatience}, ${since} + ${patience} - now())`,
    );
    return waiting ?? (yield* park(at, failure));
  });
  const pause = Effect.fn("MirrorStore.pause")((runId: RunId) =>
    transition(
      "pause",
      byId(runId),
      sql`stops = run.stops + 1, stopped_at = now(), error = NULL, ${calm}`,
    ),
  );
  const resume = Effect.fn("MirrorStore.resume")((runId: RunId) =>
    transition("resume", byId(runId), sql`rescans = 0, error = NULL, stopped_at = NULL, ${calm}`),
  );
  const cancel = Effect.fn("MirrorStore.cancel")((runId: RunId) =>
    transition("cancel", byId(runId), sql`finished_at = now(), stopped_at = NULL, ${calm}`),
  );

  const forget = Effect.fn("MirrorStore.forget")(function* (runId: RunId) {
    // The run's row first: a page that is being written holds its lock, and is deleted with the others once it is done.
    const forgotten = yield* transition(
      "forget",
      byId(runId),
      sql`cursor = NULL, pages = 0, records = 0, total = NULL, changed = 0, unchanged = 0, error = NULL,
        quarantined = 0, last_success_at = NULL, last_changed_at = NULL, next_refresh_at = NULL, ${calm}`,
    );
    yield* quarantine.drop(runId);
    yield* sql`DELETE FROM ${Rows.scoreLayout.table} WHERE run_id = ${runId}`;
    const [deleted] = yield* sql<{ readonly records: number }>`
      WITH deleted AS (DELETE FROM ${Rows.recordLayout.table} WHERE run_id = ${runId} RETURNING 1)
      SELECT count(*)::integer AS records FROM deleted`;
    const records = deleted?.records ?? 0;
    return forgotten === undefined && records === 0 ? undefined : records;
  }, Database.transaction(sql));

  return {
    progress,
    all: runs.findAll,
    list: Effect.fn("MirrorStore.list")(runs.list),
    start,
    refresh,
    adopt,
    writePage: yield* PageWriter.make(runs, quarantine),
    rescan,
    noteRetry,
    waitOrPark,
    due: Effect.fn("MirrorStore.due")(runs.findDue),
    noteLength: runs.noteLength,
    beat: runs.beat,
    silent: Effect.fn("MirrorStore.silent")(runs.findSilent),
    park,
    pause,
    resume,
    cancel,
    forget,
    compare: yield* Comparison.make,
    quarantined: Effect.fn("MirrorStore.quarantined")(quarantine.membership),
  };
});
