import { Effect, Metric } from "effect";

/** How many requests the client has retried so far, in all listings of this process. */
export const retries: Effect.Effect<number> = Effect.map(Metric.snapshot, (metrics) =>
  metrics.reduce(
    (sum, metric) =>
      metric.id === "scorecard_client_retries" && metric.type === "Counter"
        ? sum + Number(metric.state.count)
        : sum,
    0,
  ),
);
