import { Effect } from "effect";

/** Lets all fibers run until each has finished, or waits for a clock or for another fiber. */
export const settle = Effect.forEach(Array.from({ length: 5000 }), () => Effect.yieldNow, {
  discard: true,
});
