import { Effect, Metric } from "effect";

/** Requests that were sent again so far. The client counts them, for all listings of the process. */
export const retries: Effect.Effect<number> = Effect.map(Metric.snapshot, (metrics) =>
  metrics.reduce(
    (sum, metric) =>
      metric.id === "scorecard_client_retries" && metric.type === "Counter"
        ? sum + Number(metric.state.count)
        : sum,
    0,
  ),
);
