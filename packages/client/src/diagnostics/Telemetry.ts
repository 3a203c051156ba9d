/**
 * The metrics of a client. Beside them, a listing has a span, and each attempt at a page has a span and a log line at
 * debug level (`PageFetch`). None of them contains the API key.
 */
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Metric from "effect/Metric";

/** Pages that were read. */
export const pages = Metric.counter("scorecard_client_pages", {
  description: "Pages of records that were read",
  incremental: true,
});

/** Records on those pages. */
export const records = Metric.counter("scorecard_client_records", {
  description: "Records that were read",
  incremental: true,
});

/** Attempts after the first. */
export const retries = Metric.counter("scorecard_client_retries", {
  description: "Requests that were sent again after a failure",
  incremental: true,
});

/** How long attempts took, in milliseconds, including the body. */
export const latency = Metric.histogram("scorecard_client_request_duration", {
  description: "Milliseconds from a request to the end of its response's body",
  boundaries: [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000],
});

/** Counts an attempt, and the records that it read if it succeeded; in one step, because every page takes it. */
export const recordAttempt = (
  duration: Duration.Duration,
  recordsRead: number | undefined,
): Effect.Effect<void> =>
  Effect.contextWith((context) =>
    Effect.sync(() => {
      latency.updateUnsafe(Duration.toMillis(duration), context);
      if (recordsRead === undefined) return;
      pages.updateUnsafe(1, context);
      records.updateUnsafe(recordsRead, context);
    }),
  );
