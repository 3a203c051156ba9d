/** A bounded number of a run's pages, copied from where the tables say to where they say then. */
import { type ListRecordsError, ScorecardClient } from "@scorecard-effect/client";
import { printable, type RunId } from "@scorecard-effect/contract";
import { Context, Effect, Layer, Predicate, Schedule, Schema, Semaphore, Stream } from "effect";
import * as Database from "../store/Database.ts";
import {
  type Failure,
  MirrorStore,
  type Place,
  type Progress,
  type StoreError,
} from "../store/MirrorStore.ts";

/** What became of a chunk. */
export const Outcome = Schema.Union([
  /** There is more to copy. */
  Schema.TaggedStruct("More", {}),
  /** The run is mirrored, or somebody ended it: there is nothing left to do. */
  Schema.TaggedStruct("Done", {}),
  /** The run was paused or parked, as the n-th stop of its generation. */
  Schema.TaggedStruct("Stopped", { stop: Schema.Int }),
]);
export type Outcome = typeof Outcome.Type;

/** How much a runner takes on. */
export interface Bounds {
  /**
   * Pages that are a chunk. Default 100: each chunk costs the engine some 40 ms, and a page that was fetched ahead at its
   * end; a hundred pages make both small.
   */
  readonly chunk?: number;
  /**
   * Chunks that are copied at once. Default 10: of however many runs, as many pages are in memory as these hold. The
   * others wait, each for its turn.
   */
  readonly concurrency?: number;
}

/** What bounds the work of a runner. */
export class Capacity extends Context.Service<
  Capacity,
  { readonly chunk: number; readonly slots: Semaphore.Semaphore }
>()("@scorecard-effect/mirror/Chunk/Capacity") {
  static readonly layer = ({ chunk = 100, concurrency = 10 }: Bounds = {}): Layer.Layer<Capacity> =>
    Layer.effect(
      Capacity,
      Effect.map(Semaphore.make(concurrency), (slots) => ({ chunk, slots })),
    );
}

// A run whose cursors keep expiring is a matter for a person.
const mostRescans = 3;

/** Its pages contradict each other in a way that only whoever remembers the whole run can see. */
const circle: Failure = {
  _tag: "CursorCircle",
  message: "The cursors lead back to a page that is mirrored already, and would do so for ever",
};

const outcomeOf = (progress: Progress | undefined, generation: number): Outcome => {
  if (progress?.generation !== generation) return { _tag: "Done" };
  const { state, stops } = progress;
  if (state === "running") return { _tag: "More" };
  if (state === "paused" || state === "parked") return { _tag: "Stopped", stop: stops };
  return { _tag: "Done" };
};

/** The service does not know the cursor any more, or the run has changed under the listing: read anew, it adds up. */
const asksForRescan = (error: ListRecordsError | StoreError): boolean =>
  error._tag !== "SqlError" &&
  error.cursor !== undefined &&
  ((error._tag === "RequestRejected" && [400, 404, 410, 422].includes(error.status)) ||
    (error._tag === "PaginationError" && error.reason === "Incomplete"));

/** The run is at fault, or whoever asked for it: no other attempt would do better. */
const isLasting = (error: ListRecordsError | StoreError): boolean =>
  error._tag === "SqlError" ? Database.isRefusal(error) : !error.isRetryable;

const failureOf = (error: ListRecordsError | StoreError): Failure =>
  error._tag === "SqlError"
    ? // Its cause holds whatever the driver put there: its words are enough.
      { _tag: error._tag, message: `The page cannot be written: ${Database.whyOf(error)}` }
    : { ...error, _tag: error._tag, message: error.message };

const messageOf = (error: unknown): string =>
  Predicate.hasProperty(error, "message") ? String(error.message) : "";

/** What became of a run, for whoever reads the runner's log. */
const say = (progress: Progress | undefined): Effect.Effect<void> => {
  if (progress?.state === "complete") {
    const { runId, records, changed, error } = progress;
    const told = `Run ${printable(runId)} is complete: ${records} records, ${changed} rows changed`;
    return error === null
      ? Effect.logInfo(told)
      : Effect.logWarning(`${told}. ${messageOf(error)}`);
  }
  if (progress?.state !== "parked") return Effect.void;
  const { runId, error } = progress;
  return Effect.logWarning(`Run ${printable(runId)} is parked: ${printable(messageOf(error))}`);
};

/** Why a run does not get on. Of a database that is gone the engine says so itself, once for all runs. */
const sayWhy = (runId: RunId, error: ListRecordsError | StoreError): Effect.Effect<void> =>
  error._tag === "SqlError" && Database.isGone(error)
    ? Effect.void
    : Effect.logWarning(`Run ${printable(runId)} waits: ${printable(failureOf(error).message)}`);

// Begins soon, and then asks once a minute for as long as it takes.
const patience = Schedule.min([
  Schedule.exponential("500 millis"),
  Schedule.spaced("1 minute"),
]).pipe(Schedule.jittered);

/**
 * Copies the next pages of a run. Each is written in a transaction of its own, with the cursor of the one after it: a chunk that
 * is done again goes on where the tables are. What may pass is waited for; what will not parks the run.
 */
export const copy = Effect.fn("Chunk.copy")(function* (runId: RunId, generation: number) {
  const store = yield* MirrorStore;
  const client = yield* ScorecardClient;
  const { chunk, slots } = yield* Capacity;
  let said: string | undefined;

  const attempt = Effect.gen(function* () {
    const progress = yield* store.progress(runId);
    if (progress === undefined || outcomeOf(progress, generation)._tag !== "More") return;
    const { scan, cursor, records: delivered, rescans } = progress;
    const mayReadAnew = rescans < mostRescans;
    let place: Place = { runId, scan, cursor };
    let isFurther = false;
    yield* client.listPages(runId, cursor === null ? {} : { cursor, delivered }).pipe(
      Stream.take(chunk),
      Stream.mapEffect(({ nextCursor = null, records, total }) =>
        Effect.tap(
          store.write({ ...place, next: nextCursor, records, total, mayBeShort: !mayReadAnew }),
          (written) => {
            if (written !== "written") return Effect.void;
            place = { ...place, cursor: nextCursor };
            isFurther = true;
            return Effect.void;
          },
        ),
      ),
      Stream.takeUntil((written) => written !== "written"),
      Stream.runForEach((written) => {
        if (written === "written" || written === "superseded") return Effect.void;
        // What was added or deleted under the listing does that, too, and then another one adds up.
        return mayReadAnew ? store.rescan(place) : store.park(place, circle);
      }),
      Effect.catchIf(isLasting, (error) =>
        asksForRescan(error) && mayReadAnew
          ? store.rescan(place)
          : store.park(place, failureOf(error)),
      ),
      // It got somewhere: whoever goes on from there has all the patience again.
      Effect.catchIf(
        () => isFurther,
        () => Effect.void,
      ),
    );
  });

  // Whoever waits to try again makes room for others.
  return yield* slots.withPermit(attempt).pipe(
    Effect.andThen(store.progress(runId)),
    Effect.tap(say),
    Effect.map((progress) => outcomeOf(progress, generation)),
    Effect.tapError((error) => {
      const isNews = said !== error._tag;
      said = error._tag;
      const noted = Effect.ignore(store.note(runId, generation, failureOf(error)));
      return isNews ? Effect.andThen(sayWhy(runId, error), noted) : noted;
    }),
    // Whatever is left may pass, a database that is started anew says so in many ways; and patience has no end.
    Effect.retry(patience),
    Effect.orDie,
  );
});
