/** The metrics that a runner counts itself. Those of the whole fleet are read from the tables: `fleet/FleetMetrics`. */
import { Effect, Metric } from "effect";

/** Counts pages that this runner wrote. */
export const pages = Metric.counter("scorecard_mirror_pages_total", {
  description: "Pages that this runner wrote into the tables",
  incremental: true,
});

/** Counts records on those pages. */
export const records = Metric.counter("scorecard_mirror_records_total", {
  description: "Records on the pages that this runner wrote",
  incremental: true,
});

const refused = Metric.counter("scorecard_mirror_refused_requests_total", {
  description:
    "Requests of this runner that the service refused, or answered with no page, by reason",
  incremental: true,
});

/** Reports the counters from the start: an alert sees no increase of a series that does not exist yet. */
export const start = Effect.andThen(Metric.update(pages, 0), Metric.update(records, 0));

/** Counts a request that the service refused. The reason is a few words of code, never a text of the service. */
export const refusedRequest = (reason: string) =>
  Metric.update(Metric.withAttributes(refused, { reason }), 1);
