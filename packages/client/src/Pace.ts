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

/** The pace of one client. */
export interface Pace {
  /** Waits until a request may be sent. */
  readonly turn: Effect.Effect<void>;
  /** Lets nobody have a turn for a while: the service asked for fewer requests. */
  readonly pause: (duration: Duration.Duration) => Effect.Effect<void>;
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

  return {
    turn: Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const at = admit(now);
      if (at <= now && resumesAt <= now) return Effect.void;
      // Whoever gives up waiting gives its turn back.
      return Effect.onInterrupt(
        until(() => Math.max(at, resumesAt)),
        () =>
          Effect.sync(() => {
            const place = admitted.lastIndexOf(at);
            if (place !== -1) admitted.splice(place, 1);
          }),
      );
    }),
    pause: (duration) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        resumesAt = Math.max(resumesAt, now + Duration.toMillis(duration));
      }),
  };
};
