/**
 * The metrics of a client. `ScorecardClient` adds a span for each listing, and `PageFetch` a span and a debug log line
 * for each attempt at a page. None of them contains the API key.
 */
import type * as Context from "effect/Context";
import * as Metric from "effect/Metric";

/** Counts pages that were read. */
export const pages = Metric.counter("scorecard_client_pages", {
  description: "Pages of records that were read",
  incremental: true,
});

/** Counts records on those pages. */
export const records = Metric.counter("scorecard_client_records", {
  description: "Records that were read",
  incremental: true,
});

/** Counts attempts after the first. */
export const retries = Metric.counter("scorecard_client_retries", {
  description: "Requests that were sent again after a failure",
  incremental: true,
});

/** The durations of attempts in milliseconds, including the body. */
export const latency = Metric.histogram("scorecard_client_request_duration", {
  description: "Milliseconds from a request to the end of its response's body",
  boundaries: [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000],
});

/** Records an attempt in all metrics: its duration and, if it succeeded, its page and records. */
export const recordAttempt = (
  millis: number,
  recordsRead: number | undefined,
  context: Context.Context<never>,
): void => {
  latency.updateUnsafe(millis, context);
  if (recordsRead === undefined) return;
  pages.updateUnsafe(1, context);
  records.updateUnsafe(recordsRead, context);
};
