/**
 * A session: reads one run, or two to compare, in the background, and keeps the records while the page is open.
 *
 * Each page of a run becomes a batch, and the batches form a log. A listener receives the batches after the last one
 * that it saw, then the new ones: no matter when it connects or reconnects, it misses no record and receives none
 * twice.
 */
import type { ListRecordsError, Page, ScorecardClient } from "@scorecard-effect/client";
import type { Cursor, RunId } from "@scorecard-effect/contract";
import * as MonotonicTime from "@scorecard-effect/contract/protocol/MonotonicTime";
import {
  Effect,
  FiberHandle,
  Latch,
  Result,
  Schedule,
  type Scope,
  Stream,
  SubscriptionRef,
} from "effect";
import type { MetricKnowledge } from "../analysis/MetricKnowledge.ts";
import * as Series from "../analysis/Series.ts";
import { defined } from "../analysis/SeriesFigures.ts";
import { retries } from "../source/RetryCount.ts";
import * as Detail from "./Detail.ts";
import { explain } from "./ErrorExplanation.ts";
import type { RowBatch, RunState, SessionState } from "./ExploreProtocol.ts";
import * as Row from "./Row.ts";

/** What a session reads. */
export interface Options {
  readonly client: ScorecardClient["Service"];
  /** One run; or two to compare, the baseline first. */
  readonly runs: ReadonlyArray<RunId>;
  /** Reads only records that have all of these tags. Default: all records. */
  readonly tags?: ReadonlyArray<string> | undefined;
  /** What is known of the metrics. Default nothing. */
  readonly knowledge?: MetricKnowledge | undefined;
  /** Removes the API key from a text: a service may echo it. */
  readonly redact: (text: string) => string;
  /** The name of the fake API's current fault; null for a real API. */
  readonly fault: () => string | null;
}

/** A page of a run, for the browser. */
export interface Batch {
  /** JSON of a `RowBatch`. */
  readonly rows: string;
  /** JSON of the search texts, one for each row. */
  readonly texts: string;
  /** JSON of each record's `Detail`. */
  readonly records: ReadonlyArray<string>;
}

export interface Session {
  /**
   * The server-sent events for a page: the batches after the event with the given id (undefined: all of them), then the
   * state, and both again whenever something changes.
   */
  readonly events: (after: string | undefined) => Stream.Stream<Uint8Array>;
  /** JSON of a record's `Detail`, by the index of its run and its index in that run. */
  readonly record: (run: number, index: number) => string | undefined;
  /** All batches so far, in order. */
  readonly batches: () => ReadonlyArray<Batch>;
  readonly state: () => SessionState;
  /** Resumes a run that failed. Returns whether it had failed. */
  readonly resume: (run: number) => Effect.Effect<boolean>;
  /** Discards the records and reads the runs again. */
  readonly restart: Effect.Effect<void>;
  /** Sends the state to the listeners, because something other than the reading changed it. */
  readonly announce: Effect.Effect<void>;
  /** Waits until all runs have been read to the end. Fails with the first error. */
  readonly complete: Effect.Effect<void, ListRecordsError>;
  /** Never ends while the session is open, except with a defect. */
  readonly reading: Effect.Effect<void>;
}

/** The reading of one run. */
interface RunReading {
  readonly runId: RunId;
  readonly records: Array<string>;
  readonly resumed: Latch.Latch;
  phase: RunState["phase"];
  pages: number;
  total: number | undefined;
  seconds: number;
  error: ListRecordsError | undefined;
}

const startReading = (runId: RunId): RunReading => ({
  runId,
  records: [],
  resumed: Latch.makeUnsafe(),
  phase: "reading",
  pages: 0,
  total: undefined,
  seconds: 0,
  error: undefined,
});

/** Starts a session. It ends when the scope closes. */
export const make = Effect.fn("Session.make")(function* (
  options: Options,
): Effect.fn.Return<Session, never, Scope.Scope> {
  const { client, redact, tags = [], knowledge } = options;
  let series = Series.make(knowledge);
  let batches: Array<Batch> = [];
  let readings = options.runs.map(startReading);
  /** How often the session has restarted. It is part of each event id: ids from before a restart are outdated. */
  let epoch = 0;
  let retryCount = 0;
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
    retries: retryCount,
    isRetrying,
    fault: options.fault(),
  });

  const add = (run: number, reading: RunReading, page: Page): void => {
    const knownSeries = series.all.length;
    const rows = page.records.map((record) => Row.fromRecord(record, series, redact));
    const batch: Batch = {
      rows: JSON.stringify({
        run,
        start: reading.records.length,
        series: series.all
          .slice(knownSeries)
          .map(({ metricId, member, name, unit, isLowerBetter }) => ({
            metricId,
            member: member === null ? null : redact(member),
            ...defined("name", name),
            ...defined("unit", unit),
            isLowerBetter,
          })),
        rows,
      } satisfies RowBatch),
      texts: JSON.stringify(page.records.map((record) => Row.searchText(record, redact))),
      records: page.records.map((record) =>
        redact(JSON.stringify(Detail.fromRecord(record, knowledge))),
      ),
    };
    batches.push(batch);
    for (const record of batch.records) reading.records.push(record);
    reading.pages += 1;
    reading.total = page.total;
    isRetrying = false;
  };

  const read = Effect.fnUntraced(function* (reading: RunReading, run: number) {
    let cursor: Cursor | undefined;
    while (reading.phase !== "done") {
      const started = (yield* MonotonicTime.millis) - 1000 * reading.seconds;
      const outcome = yield* client
        .listPages(reading.runId, { cursor, tags, delivered: reading.records.length })
        .pipe(
          Stream.runForEach((page) =>
            Effect.flatMap(MonotonicTime.millis, (now) => {
              add(run, reading, page);
              reading.seconds = (now - started) / 1000;
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

  // No page arrives while the client retries, so the retries are polled.
  let retriesBefore = yield* retries;
  const pollRetries = Effect.gen(function* () {
    const now = (yield* retries) - retriesBefore;
    if (now === retryCount) return;
    retryCount = now;
    isRetrying = true;
    yield* announce;
  });
  yield* Effect.forkScoped(Effect.repeat(pollRetries, Schedule.spaced("250 millis")));

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
      const [afterEpoch, afterBatch] =
        after === undefined ? [epoch, 0] : after.split(".").map(Number);
      let listenerEpoch = afterEpoch ?? epoch;
      let next = afterBatch ?? 0;
      const rows = Stream.unfold(undefined, () =>
        Effect.sync(() => {
          const batch = batches[next];
          if (batch === undefined) return undefined;
          next += 1;
          return [event("rows", [batch.rows, batch.texts], `${epoch}.${next}`), undefined] as const;
        }),
      );
      // Sent after the rows: the state never counts a record that the page does not have.
      const current = Stream.sync(() => event("state", [JSON.stringify(state())]));
      return SubscriptionRef.changes(version).pipe(
        Stream.flatMap(() => {
          const all = Stream.concat(rows, current);
          if (listenerEpoch === epoch) return all;
          listenerEpoch = epoch;
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
      series = Series.make(knowledge);
      batches = [];
      readings = options.runs.map(startReading);
      epoch += 1;
      retriesBefore = yield* retries;
      retryCount = 0;
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

/** A server-sent event. JSON has no line breaks, so each document is one line. */
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
