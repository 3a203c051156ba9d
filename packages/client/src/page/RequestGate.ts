/**
 * Decides when the next request may be sent. All listings of a client pass one gate: they share a rate limit, and a
 * 429 pauses them all.
 */
import * as Clock from "effect/Clock";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";

/** The most requests in any window of time. */
export interface RateLimit {
  /** A whole number, 1 or above. */
  readonly requests: number;
  /** The length of the window, such as `"1 second"`. */
  readonly window: Duration.Input;
}

/** A {@link RateLimit} in numbers. */
export interface Limit {
  readonly requests: number;
  readonly windowMillis: number;
}

/** A request that the service answered with 429. */
export interface RateLimitHit {
  /** How long the service asked to wait, if it said. */
  readonly retryAfter: Duration.Duration | undefined;
  /** How long the client waits before it retries; undefined if it gives up. */
  readonly wait: Duration.Duration | undefined;
}

/** A permit to send one request. */
export interface RequestPermit {
  /** Reports that the service answered this request with 429. */
  readonly rateLimited: (hit: RateLimitHit) => Effect.Effect<void>;
}

/**
 * Decides when requests may be sent. Each client has its own gate. To share a rate limit, give several clients the same
 * gate, or one that asks a database or a service. Waiting at the gate does not count towards a request's `timeout`.
 *
 * @example
 * ```ts
 * import { type RequestGate, ScorecardClient } from "@scorecard-effect/client";
 * import { Effect, Layer } from "effect";
 * import { RateLimiter } from "effect/persistence";
 *
 * // Ten requests a second, by all processes that share the limiter's store.
 * const shared = Effect.map(
 *   RateLimiter.RateLimiter,
 *   (limiter): RequestGate => ({
 *     enter: RateLimiter.sleep(limiter, { key: "scorecard", limit: 10, window: "1 second" }).pipe(
 *       Effect.as({ rateLimited: () => Effect.void }),
 *       Effect.orDie,
 *     ),
 *   }),
 * );
 *
 * const Client = Layer.unwrap(
 *   Effect.map(shared, (rateLimit) => ScorecardClient.layerConfig({ rateLimit })),
 * );
 * ```
 */
export interface RequestGate {
  /** Waits until a request may be sent. The client interrupts this wait when it abandons the request. */
  readonly enter: Effect.Effect<RequestPermit>;
}

/** Makes a gate that enforces a rate limit, if there is one, and pauses after a 429. */
export const make = (rateLimit: Limit | undefined): RequestGate => {
  // The times at which requests of the last window were admitted, and at which waiting ones will be, in order.
  const admitted: Array<number> = [];
  let pausedUntil = 0;

  const admit = (now: number): number => {
    if (rateLimit === undefined) return now;
    const { requests, windowMillis } = rateLimit;
    const past = admitted.findIndex((time) => time > now - windowMillis);
    admitted.splice(0, past === -1 ? admitted.length : past);
    const oldest = admitted[admitted.length - requests];
    const at = oldest === undefined ? now : Math.max(now, oldest + windowMillis);
    admitted.push(at);
    return at;
  };
  const sleepUntil = (time: () => number): Effect.Effect<void> =>
    Effect.flatMap(Clock.currentTimeMillis, (now) =>
      now < time()
        ? Effect.andThen(Effect.sleep(Duration.millis(time() - now)), sleepUntil(time))
        : Effect.void,
    );

  const permit: RequestPermit = {
    // A listing that gives up pauses no other: each decides for itself how long a wait is too long.
    rateLimited: ({ wait }) =>
      wait === undefined
        ? Effect.void
        : Effect.map(Clock.currentTimeMillis, (now) => {
            pausedUntil = Math.max(pausedUntil, now + Duration.toMillis(wait));
          }),
  };
  return {
    enter: Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const at = admit(now);
      if (at <= now && pausedUntil <= now) return Effect.succeed(permit);
      // An interrupted waiter releases its slot.
      return Effect.onInterrupt(
        Effect.as(
          sleepUntil(() => Math.max(at, pausedUntil)),
          permit,
        ),
        () =>
          Effect.sync(() => {
            const slot = admitted.lastIndexOf(at);
            if (slot !== -1) admitted.splice(slot, 1);
          }),
      );
    }),
  };
};
