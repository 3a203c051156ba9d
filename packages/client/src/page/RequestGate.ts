/**
 * Decides when the next request may be sent. All listings of a client pass one gate: they share a rate limit, and a 429
 * pauses them all.
 */
import * as MonotonicTime from "@scorecard-effect/contract/protocol/MonotonicTime";
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

/**
 * A gate that enforces a rate limit, if there is one, and pauses after a 429.
 *
 * It counts requests when it admits them, not when it planned to: if the event loop was blocked meanwhile, the requests
 * that waited still keep their distance. Times are monotonic, so that a change of the system's clock moves nothing.
 * Each request waits with a timer of its own, because some runtimes let no request resume another one.
 */
export const make = (rateLimit: Limit | undefined): RequestGate => {
  const window = rateLimit === undefined ? undefined : slidingWindow(rateLimit);
  let resumesAt = 0;
  /** Time that passed on timers alone: those of tests may be fake, and fire long before they are due. */
  let skippedMillis = 0;
  const currentMillis = Effect.map(MonotonicTime.millis, (now) => now + skippedMillis);

  const permit: RequestPermit = {
    // A listing that gives up pauses no other: each decides for itself how long a wait is too long.
    rateLimited: ({ wait }) =>
      wait === undefined
        ? Effect.void
        : Effect.map(currentMillis, (now) => {
            resumesAt = Math.max(resumesAt, now + Duration.toMillis(wait));
          }),
  };
  const sleepUntil = (time: (now: number) => number): Effect.Effect<number> =>
    Effect.flatMap(currentMillis, (now) => {
      const at = time(now);
      if (at <= now) return Effect.succeed(now);
      return Effect.sleep(at - now).pipe(
        Effect.andThen(currentMillis),
        Effect.flatMap((woken) => {
          const early = at - woken;
          if (isFake(early, at - now)) skippedMillis += early;
          return sleepUntil(time);
        }),
      );
    });
  if (window === undefined) {
    return {
      enter: Effect.as(
        sleepUntil(() => resumesAt),
        permit,
      ),
    };
  }
  return {
    enter: Effect.suspend(() => {
      const ticket = window.wait();
      return sleepUntil((now) => Math.max(resumesAt, window.slotOf(ticket, now))).pipe(
        Effect.map((now) => {
          window.admit(ticket, now);
          return permit;
        }),
        // An interrupted request gives its slot to the next one that enters.
        Effect.onInterrupt(() => Effect.sync(() => window.leave(ticket))),
      );
    }),
  };
};

// Timers of some runtimes fire 2 ms early, and clocks of some browsers advance in steps of 100 ms.
const isFake = (earlyMillis: number, waitMillis: number): boolean =>
  earlyMillis > 100 || (earlyMillis > 2 && earlyMillis > waitMillis / 2);

/** The requests of the last window, and those that wait. Times are milliseconds. */
const slidingWindow = ({ requests, windowMillis }: Limit) => {
  /** When requests were admitted, in order. */
  const admitted: Array<number> = [];
  /** A ticket for each request that waits, in order. */
  const waiting: Array<object> = [];
  const leave = (ticket: object): void => {
    const place = waiting.indexOf(ticket);
    if (place !== -1) waiting.splice(place, 1);
  };
  return {
    wait: (): object => {
      const ticket = {};
      waiting.push(ticket);
      return ticket;
    },
    /** When a waiting request may be sent, after those that wait before it. */
    slotOf: (ticket: object, now: number): number => {
      const firstInWindow = admitted.findIndex((time) => time > now - windowMillis);
      admitted.splice(0, firstInWindow === -1 ? admitted.length : firstInWindow);
      const times = [...admitted];
      for (let place = waiting.indexOf(ticket); place >= 0; place -= 1) {
        const oldest = times[times.length - requests];
        times.push(oldest === undefined ? now : Math.max(now, oldest + windowMillis));
      }
      return times.at(-1) ?? now;
    },
    admit: (ticket: object, now: number): void => {
      leave(ticket);
      admitted.push(now);
    },
    leave,
  };
};
