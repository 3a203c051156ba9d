/**
 * A session: one run, or two to compare, read in the background and kept for as long as the page is open.
 *
 * What was read is a log of batches. Whoever listens gets it from the batch after the one that they saw last, and
 * then what comes: late or torn away, nobody misses a record or sees one twice.
 */
import type { ListRecordsError, Page, ScorecardClient } from "@scorecard-effect/client";
import type { Cursor, RunId } from "@scorecard-effect/contract";
import {
  Clock,
  Effect,
  FiberHandle,
  Latch,
  Result,
  Schedule,
  type Scope,
  Stream,
  SubscriptionRef,
} from "effect";
import { retries } from "../source/RetryCount.ts";
import * as Detail from "./Detail.ts";
import { explain } from "./ErrorExplanation.ts";
import * as Row from "./Row.ts";
import type { RowBatch, RunState, SessionState } from "./ExploreProtocol.ts";

/** What a session reads. */
export interface Options {
  readonly client: ScorecardClient["Service"];
  /** One run; or two to compare, the baseline first. */
  readonly runs: ReadonlyArray<RunId>;
  /** Takes the key out of a text: a service may echo it. */
  readonly redact: (text: string) => string;
  /** The fault that the fake API shows at the moment, by name; null where the API is a real one. */
  readonly fault: () => string | null;
}

/** What one page of a run became. */
export interface Batch {
  /** JSON of a `RowBatch`. */
  readonly rows: string;
  /** JSON of the search texts, one for each row. */
  readonly texts: string;
  /** JSON of each record's `Detail`. */
  readonly records: ReadonlyArray<string>;
}

/** A session that is reading. */
export interface Session {
  /**
   * What the page is told, as server-sent events: the batches after the one whose event id is given (undefined:
   * all of them), then the state, and both again whenever there is more.
   */
  readonly events: (after: string | undefined) => Stream.Stream<Uint8Array>;
  /** JSON of a record's `Detail`: by the index of its run, and its own in that run. */
  readonly record: (run: number, index: number) => string | undefined;
  /** Every batch so far, in order. */
  readonly batches: () => ReadonlyArray<Batch>;
  readonly state: () => SessionState;
  /** Goes on with a run that has failed; whether there was one to go on with. */
  readonly resume: (run: number) => Effect.Effect<boolean>;
  /** Forgets what was read, and begins anew. */
  readonly restart: Effect.Effect<void>;
  /** Tells the listeners that something other than the reading has changed. */
  readonly announce: Effect.Effect<void>;
  /** Waits until every run has been read to its end. Fails with the first error, after which nobody may resume. */
  readonly complete: Effect.Effect<void, ListRecordsError>;
  /** Goes on for as long as the session does, and ends with whatever defect ends it. */
  readonly reading: Effect.Effect<void>;
}

interface Reading {
  readonly runId: RunId;
  readonly records: Array<string>;
  readonly resumed: Latch.Latch;
  phase: RunState["phase"];
  pages: number;
  total: number | undefined;
  seconds: number;
  error: ListRecordsError | undefined;
}

const begin = (runId: RunId): Reading => ({
  runId,
  records: [],
  resumed: Latch.makeUnsafe(),
  phase: "reading",
  pages: 0,
  total: undefined,
  seconds: 0,
  error: undefined,
});

/** Begins to read. The reading ends with the scope. */
export const make = Effect.fn("Session.make")(function* (
  options: Options,
): Effect.fn.Return<Session, never, Scope.Scope> {
  const { client, redact } = options;
  let numbers: Row.MetricNumbers = new Map();
  let batches: Array<Batch> = [];
  let readings = options.runs.map(begin);
  /** How often the reading has begun anew: event ids of an earlier one mean nothing in this one. */
  let epoch = 0;
  let sentAgain = 0;
  let isRetrying = false;
  const version = yield* SubscriptionRef.make(0);
  const announce = SubscriptionRef.update(version, (n) => n + 1);

  const state = (): SessionState => ({
    runs: readings.map(({ runId, phase, records, pages, total, seconds, error }) => ({
      runId: redact(runId),
      phase,
      records: records.length,
      pages,
      total: total ?? null,
      seconds,
      problem: error === undefined ? null : explain(error, redact),
    })),
    retries: sentAgain,
    isRetrying,
    fault: options.fault(),
  });

  const add = (run: number, reading: Reading, page: Page): void => {
    const known = numbers.size;
    const rows = page.records.map((record) => Row.fromRecord(record, numbers, redact));
    const batch: Batch = {
      rows: JSON.stringify({
        run,
        start: reading.records.length,
        metrics: Array.from(numbers.keys()).slice(known),
        rows,
      } satisfies RowBatch),
      texts: JSON.stringify(page.records.map((record) => Row.searchText(record, redact))),
      records: page.records.map((record) => redact(JSON.stringify(Detail.fromRecord(record)))),
    };
    batches.push(batch);
    for (const record of batch.records) reading.records.push(record);
    reading.pages += 1;
    reading.total = page.total;
    isRetrying = false;
  };

  const read = Effect.fnUntraced(function* (reading: Reading, run: number) {
    let cursor: Cursor | undefined;
    while (reading.phase !== "done") {
      const began = (yield* Clock.currentTimeMillis) - 1000 * reading.seconds;
      const outcome = yield* client
        .listPages(reading.runId, { cursor, delivered: reading.records.length })
        .pipe(
          Stream.runForEach((page) =>
            Effect.flatMap(Clock.currentTimeMillis, (now) => {
              add(run, reading, page);
              reading.seconds = (now - began) / 1000;
              return announce;
            }),
          ),
          Effect.result,
        );
      isRetrying = false;
      if (Result.isSuccess(outcome)) {
        reading.phase = "done";
      } else {
        reading.error = outcome.failure;
        reading.phase = "failed";
        yield* announce;
        yield* reading.resumed.await;
        yield* reading.resumed.close;
        cursor = outcome.failure.cursor;
        reading.error = undefined;
        reading.phase = "reading";
      }
      yield* announce;
    }
  });

  // A wait is seen too: nothing arrives while the client tries again.
  let before = yield* retries;
  const watch = Effect.gen(function* () {
    const now = (yield* retries) - before;
    if (now === sentAgain) return;
    sentAgain = now;
    isRetrying = true;
    yield* announce;
  });
  yield* Effect.forkScoped(Effect.repeat(watch, Schedule.spaced("250 millis")));

  const handle = yield* FiberHandle.make<void, never>();
  const start = FiberHandle.run(
    handle,
    Effect.suspend(() =>
      Effect.forEach(readings, read, { concurrency: "unbounded", discard: true }),
    ),
  );
  yield* start;

  const events = (after: string | undefined): Stream.Stream<Uint8Array> =>
    Stream.suspend(() => {
      const [own, seen] = after === undefined ? [epoch, 0] : after.split(".").map(Number);
      let at = own ?? epoch;
      let next = seen ?? 0;
      const rows = Stream.unfold(undefined, () =>
        Effect.sync(() => {
          const batch = batches[next];
          if (batch === undefined) return undefined;
          next += 1;
          return [event("rows", [batch.rows, batch.texts], `${epoch}.${next}`), undefined] as const;
        }),
      );
      // The state never runs ahead of the rows: every batch that there is has been sent before it.
      const current = Stream.sync(() => event("state", [JSON.stringify(state())]));
      return SubscriptionRef.changes(version).pipe(
        Stream.flatMap(() => {
          const all = Stream.concat(rows, current);
          if (at === epoch) return all;
          at = epoch;
          next = 0;
          return Stream.concat(Stream.make(event("restart", ["{}"])), all);
        }),
      );
    });

  return {
    events,
    record: (run, index) => readings[run]?.records[index],
    batches: () => batches,
    state,
    resume: (run) =>
      Effect.suspend(() => {
        const reading = readings[run];
        return reading?.phase === "failed"
          ? Effect.as(reading.resumed.open, true)
          : Effect.succeed(false);
      }),
    restart: Effect.gen(function* () {
      yield* FiberHandle.clear(handle);
      numbers = new Map();
      batches = [];
      readings = options.runs.map(begin);
      epoch += 1;
      before = yield* retries;
      sentAgain = 0;
      isRetrying = false;
      yield* announce;
      yield* start;
    }),
    announce,
    complete: SubscriptionRef.changes(version).pipe(
      Stream.mapEffect(() => {
        const error = readings.find((reading) => reading.error !== undefined)?.error;
        return error === undefined ? Effect.void : Effect.fail(error);
      }),
      Stream.takeUntil(() => readings.every(({ phase }) => phase === "done")),
      Stream.runDrain,
    ),
    reading: FiberHandle.join(handle),
  };
});

/** One server-sent event. JSON has no line breaks of its own, so each document is a line. */
const event = (name: string, documents: ReadonlyArray<string>, id?: string): Uint8Array =>
  encoder.encode(
    [
      ...(id === undefined ? [] : [`id: ${id}`]),
      `event: ${name}`,
      ...documents.map((document) => `data: ${document}`),
      "\n",
    ].join("\n"),
  );

const encoder = new TextEncoder();
