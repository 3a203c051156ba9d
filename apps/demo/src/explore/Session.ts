/**
 * A session: reads one run, or several to compare, in the background, and keeps the records in temporary files while
 * the page is open.
 *
 * The records become batches: the first page of a run at once, so that it is shown at once, the later ones gathered for
 * a while, because each batch costs the page some work. The batches form a log. A listener receives the batches after
 * the last one that it saw, then the new ones: no matter when it connects or reconnects, it misses no record and
 * receives none twice.
 */
import type { ListRecordsError, Page, ScorecardClient } from "@scorecard-effect/client";
import type { Cursor, RecordWithScores, RunId } from "@scorecard-effect/contract";
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
import { type Cell, cellsOf } from "../analysis/Cell.ts";
import { withMeasures } from "../analysis/Measures.ts";
import * as Series from "../analysis/Series.ts";
import type { ExportFormat } from "../export/ExportFormat.ts";
import { retries } from "../source/RetryCount.ts";
import * as CellBatch from "./CellBatch.ts";
import * as Detail from "./Detail.ts";
import { explain } from "./ErrorExplanation.ts";
import type { FieldSummary, Note, RunState, SessionState } from "./ExploreProtocol.ts";
import * as FieldList from "./FieldList.ts";
import * as RecordExport from "./RecordExport.ts";
import * as Row from "./Row.ts";
import * as RecordLine from "./store/RecordLine.ts";
import * as RecordStore from "./store/RecordStore.ts";

/** What a session reads. */
export interface Options {
  readonly client: ScorecardClient["Service"];
  /** One to five runs: the later ones are compared with the first. */
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

/** Some consecutive records of a run, for the browser. */
export interface Batch {
  readonly run: number;
  /** How many records of that run precede these. */
  readonly start: number;
  readonly records: number;
  /** The figures of the records: a `CellBatch` in bytes, in Base64. */
  readonly cells: Uint8Array;
}

/** Rows that are wanted: records of a run, by their indexes. */
interface WantedRows {
  readonly run: number;
  readonly indexes: ReadonlyArray<number>;
}

export interface Session {
  /**
   * The server-sent events for a page: the batches after the event with the given id (undefined: all of them), then the
   * state, and both again whenever something changes.
   */
  readonly events: (after: string | undefined) => Stream.Stream<Uint8Array>;
  /** JSON of a record's `Detail`, by the index of its run and its index in that run. */
  readonly record: (run: number, index: number) => string | undefined;
  /** JSON of a `Row` for each record that is wanted; null for one that is not there. */
  readonly rows: (wanted: WantedRows) => string;
  /** A file with the records at some places, in chunks. Places without a record are left out. */
  readonly exported: (
    format: ExportFormat,
    places: RecordExport.Places,
    notes: ReadonlyArray<Note>,
  ) => Stream.Stream<Uint8Array>;
  /** The fields that the records have. */
  readonly fields: () => ReadonlyArray<FieldSummary>;
  /** The records themselves: searched, found by their ids, and in bytes. */
  readonly store: RecordStore.RecordStore;
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
  readonly complete: Effect.Effect<void, ListRecordsError | RecordStore.StoreError>;
  /** Never ends while the session is open, except with a defect. */
  readonly reading: Effect.Effect<void>;
}

/** The reading of one run. */
interface RunReading {
  readonly runId: RunId;
  readonly resumed: Latch.Latch;
  /** The records that are in no batch yet. */
  gathered: CellBatch.Builder;
  phase: RunState["phase"];
  /** How many records have been read. */
  records: number;
  pages: number;
  total: number | undefined;
  seconds: number;
  error: ListRecordsError | RecordStore.StoreError | undefined;
}

/** How long records are gathered before they become a batch: after the first batch, the second, and all others. */
const gatheringPauses = ["100 millis", "250 millis", "500 millis"] as const;

/** The most records of a batch, apart from those of its last page. */
const maxBatchRecords = 2 ** 14;

const startReading = (runId: RunId, run: number, series: Series.SeriesIndex): RunReading => ({
  runId,
  resumed: Latch.makeUnsafe(),
  gathered: CellBatch.build(run, 0, series),
  phase: "reading",
  records: 0,
  pages: 0,
  total: undefined,
  seconds: 0,
  error: undefined,
});

/** Starts a session. It ends when the scope closes. */
export const make = Effect.fn("Session.make")(function* (
  options: Options,
): Effect.fn.Return<Session, RecordStore.StoreError, Scope.Scope> {
  const { client, redact, tags = [], knowledge } = options;
  const store = yield* RecordStore.make(options.runs.length);
  let contents = startContents(redact, knowledge);
  let batches: Array<StoredBatch> = [];
  const startReadings = (): ReadonlyArray<RunReading> =>
    options.runs.map((runId, run) => startReading(runId, run, contents.series));
  let readings = startReadings();
  /** How often the session has restarted. It is part of each event id: ids from before a restart are outdated. */
  let epoch = 0;
  let retryCount = 0;
  let isRetrying = false;
  const version = yield* SubscriptionRef.make(0);
  const announce = SubscriptionRef.update(version, (n) => n + 1);

  const state = (): SessionState => ({
    runs: readings.map(({ runId, gathered, phase, records, pages, total, seconds, error }) => ({
      runId: redact(runId),
      phase,
      // Those that the page has.
      records: records - gathered.records(),
      pages,
      total: total ?? null,
      seconds,
      problem: error === undefined ? null : explain(error, redact),
    })),
    retries: retryCount,
    isRetrying,
    fault: options.fault(),
  });

  const recordIn = (run: number, lines: string): RecordWithScores =>
    RecordLine.read(lines, options.runs[run] ?? "", contents.series);
  const rowsOf: Session["rows"] = ({ run, indexes }) =>
    JSON.stringify(
      indexes.map((index) => {
        const lines = store.lines(run, index);
        return lines === undefined ? null : Row.fromRecord(recordIn(run, lines), contents.series);
      }),
    );

  const add = (run: number, reading: RunReading, page: Page): void => {
    const { series, fields, testcases } = contents;
    const start = reading.records;
    const cells = page.records.map((record, offset) => {
      fields.add(record, start + offset);
      return redactedCells(withMeasures(record, series, cellsOf(record, series)), redact);
    });
    store.add(
      run,
      page.records.map((record) => redact(RecordLine.write(record, series))),
    );
    // The records are kept, so that they can be counted.
    for (const [offset, { testcaseId }] of page.records.entries()) {
      reading.gathered.add(
        testcaseId === undefined ? -1 : testcases(testcaseId),
        cells[offset] ?? [],
      );
    }
    reading.records += page.records.length;
    reading.pages += 1;
    reading.total = page.total;
    isRetrying = false;
  };

  /** Makes batches of the records that were gathered. */
  const addBatches = (): void => {
    for (const [run, reading] of readings.entries()) {
      const { gathered } = reading;
      const records = gathered.records();
      if (records === 0) continue;
      const start = reading.records - records;
      reading.gathered = CellBatch.build(run, reading.records, contents.series);
      batches.push(
        toStored(
          CellBatch.toBytes(gathered.finish(contents.known)),
          { run, start, records },
          `${epoch}.${batches.length + 1}`,
          // The first rows come with the figures: the page need not ask for them.
          start > 0
            ? undefined
            : rowsOf({ run, indexes: Array.from({ length: records }, (_, index) => index) }),
        ),
      );
    }
  };
  const publish = Effect.suspend(() => {
    addBatches();
    return announce;
  });
  const gathering = yield* FiberHandle.make<void, never>();
  const gather = Effect.suspend(() => {
    const pause = gatheringPauses[Math.min(batches.length, gatheringPauses.length) - 1];
    const isDue = readings.some(
      ({ gathered, records }) =>
        gathered.records() >= maxBatchRecords ||
        // The first records of a run.
        (records > 0 && gathered.records() === records),
    );
    return isDue || pause === undefined
      ? publish
      : FiberHandle.run(gathering, Effect.delay(publish, pause), { onlyIfMissing: true });
  });

  const read = Effect.fnUntraced(function* (reading: RunReading, run: number) {
    let cursor: Cursor | undefined;
    while (reading.phase !== "done") {
      const started = (yield* MonotonicTime.millis) - 1000 * reading.seconds;
      const takePage = Effect.fnUntraced(function* (page: Page) {
        yield* keeping(() => add(run, reading, page));
        cursor = page.nextCursor;
        reading.seconds = ((yield* MonotonicTime.millis) - started) / 1000;
        yield* gather;
      });
      const outcome = yield* client
        .listPages(reading.runId, { cursor, tags, delivered: reading.records })
        .pipe(Stream.runForEach(takePage), Effect.result);
      isRetrying = false;
      if (Result.isSuccess(outcome)) {
        reading.phase = "done";
      } else {
        reading.error = outcome.failure;
        reading.phase = "failed";
        yield* publish;
        yield* reading.resumed.await;
        yield* reading.resumed.close;
        if (outcome.failure._tag !== "StoreError") cursor = outcome.failure.cursor;
        reading.error = undefined;
        reading.phase = "reading";
      }
      yield* publish;
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
          return [batch.event, undefined] as const;
        }),
      );
      // Sent after the rows: the state never counts a record that the page does not have.
      const current = Stream.sync(() => event("state", JSON.stringify(state())));
      return SubscriptionRef.changes(version).pipe(
        Stream.flatMap(() => {
          const all = Stream.concat(rows, current);
          if (listenerEpoch === epoch) return all;
          listenerEpoch = epoch;
          next = 0;
          return Stream.concat(Stream.make(event("restart", "{}")), all);
        }),
      );
    });

  return {
    events,
    record: (run, index) => {
      const lines = store.lines(run, index);
      return lines === undefined
        ? undefined
        : JSON.stringify(Detail.fromRecord(recordIn(run, lines), knowledge));
    },
    rows: rowsOf,
    exported: (format, places, notes) =>
      Stream.suspend(() => {
        const encoder = RecordExport.make(format, knowledge);
        const annotate = RecordExport.annotator(notes);
        return Stream.unfold(0, (at) =>
          Effect.sync(() => {
            if (at > places.length) return undefined;
            const to = at + 2 * RecordExport.recordsPerChunk;
            const records: Array<RecordWithScores> = [];
            for (let place = at; place < Math.min(to, places.length); place += 2) {
              const run = places[place] ?? 0;
              const lines = store.lines(run, places[place + 1] ?? 0);
              if (lines !== undefined) records.push(annotate(run, recordIn(run, lines)));
            }
            const chunk = encoder.add(records);
            return to < places.length
              ? ([chunk, to] as const)
              : ([Buffer.concat([chunk, encoder.end()]), places.length + 1] as const);
          }),
        );
      }),
    fields: () => contents.fields.fields(),
    store,
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
      yield* FiberHandle.clear(gathering);
      store.clear();
      contents = startContents(redact, knowledge);
      batches = [];
      readings = startReadings();
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

/** What a session knows of the records, apart from the records themselves. */
interface Contents {
  /** The series, without the API key. */
  readonly series: Series.SeriesIndex;
  readonly known: CellBatch.Known;
  readonly fields: FieldList.FieldList;
  /** The number of a testcase, the same in all runs. */
  readonly testcases: (id: string) => number;
}

const startContents = (
  redact: (text: string) => string,
  knowledge: MetricKnowledge | undefined,
): Contents => {
  const numbers = new Map<string, number>();
  return {
    series: redacting(Series.make(knowledge), redact),
    known: { series: 0, categories: [] },
    fields: FieldList.make(redact),
    testcases: (id) => {
      const known = numbers.get(id);
      if (known !== undefined) return known;
      numbers.set(id, numbers.size);
      return numbers.size - 1;
    },
  };
};

/** Cells without the API key: categories are texts of the service. */
const redactedCells = (
  cells: ReadonlyArray<Cell>,
  redact: (text: string) => string,
): ReadonlyArray<Cell> =>
  cells.some((cell) => typeof cell === "string")
    ? cells.map((cell) => (typeof cell === "string" ? redact(cell) : cell))
    : cells;

/** An index of series whose members are without the API key. */
const redacting = (
  index: Series.SeriesIndex,
  redact: (text: string) => string,
): Series.SeriesIndex => {
  const members = new Map<string, string>();
  return {
    ...index,
    of: (metricId, member, facts) => {
      if (member === null) return index.of(metricId, null, facts);
      let safe = members.get(member);
      if (safe === undefined) {
        safe = redact(member);
        members.set(member, safe);
      }
      return index.of(metricId, safe, facts);
    },
  };
};

/** A batch, and the event that sends it. */
interface StoredBatch extends Batch {
  readonly event: Uint8Array;
}

const toStored = (
  cells: Uint8Array<ArrayBuffer>,
  place: Omit<Batch, "cells">,
  id: string,
  rows: string | undefined,
): StoredBatch => {
  const head = `id: ${id}\nevent: rows\ndata: `;
  const base64 = Buffer.from(cells.buffer).toString("base64");
  const rest = rows === undefined ? "" : `\ndata: ${rows}`;
  const bytes = Buffer.from(`${head}${base64}${rest}\n\n`);
  return {
    ...place,
    event: bytes,
    cells: bytes.subarray(head.length, head.length + base64.length),
  };
};

/** Fails with the error of the store. Any other is a defect. */
const keeping = (add: () => void): Effect.Effect<void, RecordStore.StoreError> =>
  Effect.suspend(() => {
    try {
      add();
      return Effect.void;
    } catch (error) {
      return error instanceof RecordStore.StoreError ? Effect.fail(error) : Effect.die(error);
    }
  });

/** A server-sent event. JSON has no line breaks, so the document is one line. */
const event = (name: string, document: string): Uint8Array =>
  encoder.encode(`event: ${name}\ndata: ${document}\n\n`);

const encoder = new TextEncoder();
