/** Time for durations: it only moves forward, whatever happens to the system's clock. */
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";

/** Milliseconds since some moment, with fractions. Only the difference of two values means anything. */
export const millis: Effect.Effect<number> = Effect.map(
  Clock.monotonicTimeNanos,
  (nanos) => Number(nanos) / 1e6,
);
