/** One rate limit for the whole fleet: Effect's rate limiter, with its state in the mirror's database, by the database's clock. */
import type { RateLimitHit, RequestGate } from "@scorecard-effect/client";
import { Context, Duration, Effect, Schedule, Schema } from "effect";
import { RateLimiter } from "effect/persistence";
import { SqlClient, type SqlError } from "effect/sql";
import * as AdaptiveLimit from "./AdaptiveLimit.ts";
import * as Database from "../store/Database.ts";

const Bucket = Schema.Struct({ tokens: Schema.Finite, at: Schema.Finite });
const Window = Schema.Struct({ count: Schema.Finite, expires: Schema.Finite });

interface Row {
  readonly state: unknown;
  /** Milliseconds since the epoch. */
  readonly now: number;
}
const nothing: Row = { state: undefined, now: 0 };

/** How many milliseconds ahead turns are given away that are so far apart. */
const farthest = (each: number): number => Math.max(5_000, each);

const patiently = <A>(
  effect: Effect.Effect<A, SqlError.SqlError>,
): Effect.Effect<A, RateLimiter.RateLimiterError> =>
  effect.pipe(
    // Without the database nothing could be written either.
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

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;
  const clock = sql`(extract(epoch FROM clock_timestamp()) * 1000)::float8`;

  // Whoever lists in a session or a transaction of their own, as verify does, must not hold the others up until it is over.
  const apart = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    Effect.updateContext(effect, (context: Context.Context<never>) =>
      Context.omit(sql.transactionService)(context),
    );

  /** Changes what is kept under a key, while nobody else can. */
  const change = <S, A>(
    key: string,
    schema: Schema.Codec<S, unknown>,
    initial: S,
    next: (state: S, now: number) => readonly [A, S],
  ): Effect.Effect<A, RateLimiter.RateLimiterError> =>
    Effect.gen(function* () {
      // The clock is read once the key is ours: whoever waited for it waited in time.
      const [row] = yield* sql<Row>`
        INSERT INTO mirror.rate_limits AS own (key) VALUES (${key})
        ON CONFLICT (key) DO UPDATE SET state = own.state
        RETURNING state, ${clock} AS now`;
      const { state: kept, now } = row ?? nothing;
      const [answer, changed] = next(Schema.is(schema)(kept) ? kept : initial, now);
      yield* sql`
        UPDATE mirror.rate_limits SET state = ${JSON.stringify(changed)}::jsonb WHERE key = ${key}`;
      return answer;
    }).pipe(Database.transaction(sql), patiently, apart);

  /** Whether nobody was refused for a while: there is nothing to wait for, and nothing to count. */
  const isQuiet = (key: string) =>
    sql<Row>`SELECT state, ${clock} AS now FROM mirror.rate_limits WHERE key = ${key}`.pipe(
      Effect.map(([row]) => {
        const { state, now } = row ?? nothing;
        return !Schema.is(AdaptiveLimit.State)(state) || AdaptiveLimit.isUnknown(state, now);
      }),
      patiently,
      apart,
    );

  return RateLimiter.RateLimiterStore.of({
    fixedWindow: ({ key, tokens, refillRate, limit }) =>
      change(`window ${key}`, Window, { count: 0, expires: 0 }, (state, now) => {
        const { count, expires } = state.expires <= now ? { count: 0, expires: now } : state;
        const taken = count + tokens;
        if (limit !== undefined && taken > limit) {
          return [[taken, expires - now] as const, { count, expires }];
        }
        const later = expires + Duration.toMillis(refillRate) * tokens;
        return [[taken, later - now] as const, { count: taken, expires: later }];
      }),
    tokenBucket: ({ key, tokens, limit, refillRate, allowOverflow }) =>
      change(`bucket ${key}`, Bucket, { tokens: limit, at: 0 }, (state, now) => {
        const each = Duration.toMillis(refillRate);
        // A clock that was set back does not hold the fleet up until it is there again.
        const since = Math.min(state.at, now);
        const refills = Math.floor((now - since) / each);
        const held = Math.min(limit, state.tokens + refills);
        const at = held >= limit ? now : since + refills * each;
        const left = held - tokens;
        // A turn that is far off is not given away: whoever dies while they wait for it would take it along.
        const isFar = Math.ceil(-left) * each - Math.max(0, now - at) > farthest(each);
        const kept = left >= 0 || (allowOverflow && !isFar) ? left : held;
        return [[left, Math.max(0, now - at)] as const, { tokens: kept, at }];
      }),
    adaptiveConsume: (options) => {
      const key = `adaptive ${options.key}`;
      // As a rule nothing is known: no page has to wait for a lock then.
      return Effect.flatMap(isQuiet(key), (quiet) =>
        quiet
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

/** At most so many requests a second, by all runners together. */
export interface Limit {
  readonly requestsPerSecond: number;
}

const key = "scorecard";
// Above so many a second they come in twos, threes and so on: Effect's limiter counts no less than a millisecond.
const evenly = 500;

const spaced = ({ requestsPerSecond }: Limit) => {
  const atOnce = Math.ceil(requestsPerSecond / evenly);
  return {
    algorithm: "token-bucket",
    onExceeded: "delay",
    key,
    limit: atOnce,
    // A tenth slower than allowed: what is sent evenly may be held up, and arrive with what comes after it.
    window: Duration.millis((1100 * atOnce) / requestsPerSecond),
  } as const;
};

/** Waits for a turn; where it is so far off that none is given away yet, asks again later. */
const due = (
  limiter: RateLimiter.RateLimiter,
  own: ReturnType<typeof spaced>,
): Effect.Effect<void, RateLimiter.RateLimiterError> =>
  Effect.flatMap(limiter.consume(own), ({ delay }) => {
    const most = Duration.millis(farthest(Duration.toMillis(own.window) / own.limit));
    return Duration.isLessThanOrEqualTo(delay, most)
      ? Effect.sleep(delay)
      : Effect.andThen(
          Effect.sleep(Duration.divideUnsafe(most, 2)),
          Effect.suspend(() => due(limiter, own)),
        );
  });

// What is learned says itself what it is learned of.
const adaptive = { key, tokens: 1, fallbackLimit: 1, fallbackWindow: Duration.millis(1) };

/**
 * The pace of a client whose requests wait for their turn among those of the whole fleet: spaced evenly where a limit is known,
 * and held back by what 429s teach in any case.
 */
export const gate = (
  limit: Limit | undefined,
): Effect.Effect<RequestGate, never, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const limiter = yield* RateLimiter.make.pipe(
      Effect.provideServiceEffect(RateLimiter.RateLimiterStore, make),
    );
    const known = limit === undefined ? Effect.void : due(limiter, spaced(limit));
    const learned: Effect.Effect<RateLimiter.AdaptiveConsumeResult, RateLimiter.RateLimiterError> =
      Effect.flatMap(limiter.adaptiveConsume(adaptive), (turn) => {
        if (Duration.isZero(turn.delay)) return Effect.succeed(turn);
        const waited = Effect.sleep(turn.delay);
        // Nobody has a turn while all are held back: whoever waited for the end of it asks again.
        return turn.phase === "cooldown"
          ? Effect.andThen(waited, learned)
          : Effect.as(waited, turn);
      });
    return {
      enter: known.pipe(
        Effect.andThen(learned),
        Effect.map(({ epoch }) => ({
          rateLimited: ({ wait, retryAfter = wait }: RateLimitHit) =>
            retryAfter === undefined
              ? Effect.void
              : Effect.orDie(
                  limiter.adaptiveFeedback({ key, epoch, tokens: 1, status: 429, retryAfter }),
                ),
        })),
        // The store asks again until it is answered, and whoever exceeds the limit waits: none is left.
        Effect.orDie,
      ),
    };
  });
