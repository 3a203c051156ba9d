/**
 * When the next request may be sent: one pace for all listings of a client, so that they share a rate limit
 * and heed each other's 429.
 */
import * as Clock from "effect/Clock";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";

/** At most so many requests in any window of time. */
export interface RateLimit {
  /** How many requests: a whole number, 1 or above. */
  readonly requests: number;
  /** In how long. */
  readonly window: Duration.Input;
}

/** A {@link RateLimit} in numbers. */
export interface Limit {
  readonly requests: number;
  readonly windowMillis: number;
}

/** What came of a request that the service refused with 429. */
export interface Refusal {
  /** How long the service asked to wait, where it did. */
  readonly retryAfter: Duration.Duration | undefined;
  /** How long the client waits before it asks again; undefined where it gives up. */
  readonly wait: Duration.Duration | undefined;
}

/** A request may be sent. */
export interface Turn {
  /** Hears that this request was refused. */
  readonly refused: (refusal: Refusal) => Effect.Effect<void>;
}

/**
 * Says when requests may be sent. A client has one of its own; give several the same, or one that asks a database or a service,
 * and they share a limit. The time that a request waits for its turn is no part of its `timeout`.
 *
 * @example
 * ```ts
 * import { type Pace, ScorecardClient } from "@scorecard-effect/client";
 * import { Effect, Layer } from "effect";
 * import { RateLimiter } from "effect/persistence";
 *
 * // Ten requests a second, of all processes that share the limiter's store.
 * const shared = Effect.map(
 *   RateLimiter.RateLimiter,
 *   (limiter): Pace => ({
 *     turn: RateLimiter.sleep(limiter, { key: "scorecard", limit: 10, window: "1 second" }).pipe(
 *       Effect.as({ refused: () => Effect.void }),
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
export interface Pace {
  /** Waits until a request may be sent. One that is given up meanwhile is interrupted. */
  readonly turn: Effect.Effect<Turn>;
}

/** A pace that keeps to a rate limit, where there is one, and to its pauses. */
export const make = (rateLimit: Limit | undefined): Pace => {
  // When the requests of the last window were let through, and when those that wait will be; in order.
  const admitted: Array<number> = [];
  let resumesAt = 0;

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
  const until = (time: () => number): Effect.Effect<void> =>
    Effect.flatMap(Clock.currentTimeMillis, (now) =>
      now < time()
        ? Effect.andThen(Effect.sleep(Duration.millis(time() - now)), until(time))
        : Effect.void,
    );

  const turn: Turn = {
    // Who gives up tells the others nothing: each decides for itself how long a wait is too long.
    refused: ({ wait }) =>
      wait === undefined
        ? Effect.void
        : Effect.map(Clock.currentTimeMillis, (now) => {
            resumesAt = Math.max(resumesAt, now + Duration.toMillis(wait));
          }),
  };
  return {
    turn: Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const at = admit(now);
      if (at <= now && resumesAt <= now) return Effect.succeed(turn);
      // Whoever gives up waiting gives its turn back.
      return Effect.onInterrupt(
        Effect.as(
          until(() => Math.max(at, resumesAt)),
          turn,
        ),
        () =>
          Effect.sync(() => {
            const place = admitted.lastIndexOf(at);
            if (place !== -1) admitted.splice(place, 1);
          }),
      );
    }),
  };
};
