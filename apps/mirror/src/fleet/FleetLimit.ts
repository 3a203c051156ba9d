/**
 * One rate limit for the whole fleet: Effect's `RateLimiter`, with its state in the mirror's database. The database's
 * clock decides, so the runners' clocks need not agree.
 */
import type { RateLimitHit, RequestGate } from "@scorecard-effect/client";
import { Context, Duration, Effect, Schedule, Schema } from "effect";
import { RateLimiter } from "effect/persistence";
import { SqlClient, type SqlError } from "effect/sql";
import * as MirrorMetrics from "../run/MirrorMetrics.ts";
import * as Database from "../store/Database.ts";
import * as AdaptiveLimit from "./AdaptiveLimit.ts";
import * as TokenBucket from "./TokenBucket.ts";

const FixedWindow = Schema.Struct({ count: Schema.Finite, expires: Schema.Finite });

interface Row {
  readonly state: unknown;
  /** The database's time, in milliseconds since the epoch. */
  readonly now: number;
}
const emptyRow: Row = { state: undefined, now: 0 };

const untilAvailable = <A>(
  effect: Effect.Effect<A, SqlError.SqlError>,
): Effect.Effect<A, RateLimiter.RateLimiterError> =>
  effect.pipe(
    // Without the database a page that is fetched could not be written either.
    Effect.retry(Schedule.spaced("250 millis")),
    Effect.mapError(
      (cause) =>
        new RateLimiter.RateLimiterError({
          reason: new RateLimiter.RateLimitStoreError({
            message: "The fleet's rate limit cannot be read",
            cause,
          }),
        }),
    ),
  );

const makeStore = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;
  const clock = sql`(extract(epoch FROM clock_timestamp()) * 1000)::float8`;

  // A caller that lists within a transaction, as verify does within a session, must not hold the limit's lock until it
  // ends.
  const outsideTransaction = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    Effect.updateContext(effect, (context: Context.Context<never>) =>
      Context.omit(sql.transactionService)(context),
    );

  /** Changes the state of a key, while no other process can. */
  const change = Effect.fnUntraced(
    function* <S, A>(
      key: string,
      schema: Schema.Codec<S, unknown>,
      initial: S,
      next: (state: S, now: number) => readonly [A, S],
    ) {
      // The clock is read after the row is locked: the time that was spent waiting for the lock has passed.
      const [row] = yield* sql<Row>`
        INSERT INTO rate_limits AS kept (key) VALUES (${key})
        ON CONFLICT (key) DO UPDATE SET state = kept.state
        RETURNING state, ${clock} AS now`;
      const { state, now } = row ?? emptyRow;
      const [result, changed] = next(Schema.is(schema)(state) ? state : initial, now);
      yield* sql`
        UPDATE rate_limits SET state = ${JSON.stringify(changed)}::jsonb WHERE key = ${key}`;
      return result;
    },
    Database.transaction(sql),
    untilAvailable,
    outsideTransaction,
  );

  /** Whether no request was answered with 429 lately, so that there is no limit to wait for, and nothing to count. */
  const isUnlimited = (key: string) =>
    sql<Row>`SELECT state, ${clock} AS now FROM rate_limits WHERE key = ${key}`.pipe(
      Effect.map(([row]) => {
        const { state, now } = row ?? emptyRow;
        return !Schema.is(AdaptiveLimit.State)(state) || AdaptiveLimit.isUnknown(state, now);
      }),
      untilAvailable,
      outsideTransaction,
    );

  return RateLimiter.RateLimiterStore.of({
    fixedWindow: ({ key, tokens, refillRate, limit }) =>
      change(`window ${key}`, FixedWindow, { count: 0, expires: 0 }, (state, now) => {
        const { count, expires } = state.expires <= now ? { count: 0, expires: now } : state;
        const taken = count + tokens;
        if (limit !== undefined && taken > limit) {
          return [[taken, expires - now] as const, { count, expires }];
        }
        const later = expires + Duration.toMillis(refillRate) * tokens;
        return [[taken, later - now] as const, { count: taken, expires: later }];
      }),
    tokenBucket: ({ key, tokens, limit, refillRate, allowOverflow }) =>
      change(`bucket ${key}`, TokenBucket.State, TokenBucket.full(limit), (state, now) =>
        TokenBucket.take(state, now, {
          tokens,
          limit,
          refillMillis: Duration.toMillis(refillRate),
          allowOverflow,
        }),
      ),
    adaptiveConsume: (options) => {
      const key = `adaptive ${options.key}`;
      // The usual case: no page has to wait for a lock.
      return Effect.flatMap(isUnlimited(key), (unlimited) =>
        unlimited
          ? Effect.succeed(AdaptiveLimit.consume(AdaptiveLimit.unknown, 0, options)[0])
          : change(key, AdaptiveLimit.State, AdaptiveLimit.unknown, (state, now) =>
              AdaptiveLimit.consume(state, now, options),
            ),
      );
    },
    adaptiveFeedback: (options) =>
      change(
        `adaptive ${options.key}`,
        AdaptiveLimit.State,
        AdaptiveLimit.unknown,
        (state, now) => [undefined, AdaptiveLimit.feedback(state, now, options)],
      ),
  });
});

/** The most requests a second, of all runners together. */
export interface Limit {
  readonly requestsPerSecond: number;
}

// Part of the keys in `mirror.rate_limits`.
const key = "scorecard";

// Up to this rate, requests go out one by one. Above it they go out in groups of two, three and so on: the limiter has
// no window below a millisecond.
const maxSingleRequestsPerSecond = 500;

const bucketOf = ({ requestsPerSecond }: Limit) => {
  const groupSize = Math.ceil(requestsPerSecond / maxSingleRequestsPerSecond);
  return {
    algorithm: "token-bucket",
    onExceeded: "delay",
    key,
    limit: groupSize,
    // A tenth slower than allowed: a request that is delayed on its way may arrive together with the next one.
    window: Duration.millis((1100 * groupSize) / requestsPerSecond),
  } as const;
};

/** Waits for a slot within the configured limit. */
const enterConfigured = Effect.fnUntraced(function* (
  limiter: RateLimiter.RateLimiter,
  bucket: ReturnType<typeof bucketOf>,
) {
  const refillMillis = Duration.toMillis(bucket.window) / bucket.limit;
  const maxReserved = Duration.millis(TokenBucket.maxReservedMillis(refillMillis));
  for (;;) {
    const { delay } = yield* limiter.consume(bucket);
    if (Duration.isLessThanOrEqualTo(delay, maxReserved)) return yield* Effect.sleep(delay);
    // The slot is too far ahead to be reserved.
    yield* Effect.sleep(Duration.divideUnsafe(maxReserved, 2));
  }
});

/** Waits for a slot within the limit that 429s have taught, if there is one. */
const enterLearned = Effect.fnUntraced(function* (limiter: RateLimiter.RateLimiter) {
  for (;;) {
    // The fallback says nothing: what is known comes from 429s alone.
    const permit = yield* limiter.adaptiveConsume({
      key,
      tokens: 1,
      fallbackLimit: 1,
      fallbackWindow: Duration.millis(1),
    });
    if (Duration.isZero(permit.delay)) return permit;
    yield* Effect.sleep(permit.delay);
    // A cooldown reserves no slots: all who waited for its end ask again.
    if (permit.phase !== "cooldown") return permit;
  }
});

/**
 * The gate of a client whose requests share the fleet's limit. A configured limit spaces requests evenly; what 429s
 * teach holds requests back in either case.
 */
export const gate = Effect.fnUntraced(function* (
  limit: Limit | undefined,
): Effect.fn.Return<RequestGate, never, SqlClient.SqlClient> {
  const limiter = yield* RateLimiter.make.pipe(
    Effect.provideServiceEffect(RateLimiter.RateLimiterStore, makeStore),
  );
  const configured = limit === undefined ? Effect.void : enterConfigured(limiter, bucketOf(limit));
  return {
    enter: configured.pipe(
      Effect.andThen(enterLearned(limiter)),
      Effect.map(({ epoch }) => ({
        rateLimited: ({ wait, retryAfter = wait }: RateLimitHit) =>
          Effect.andThen(
            MirrorMetrics.refusedRequest("RateLimited"),
            retryAfter === undefined
              ? Effect.void
              : Effect.orDie(
                  limiter.adaptiveFeedback({ key, epoch, tokens: 1, status: 429, retryAfter }),
                ),
          ),
      })),
      // The store retries until the database answers, and a limit that is exceeded is a delay: no error is left.
      Effect.orDie,
    ),
  };
});
