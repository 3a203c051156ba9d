import { assert, describe, it } from "@effect/vitest";
import { Arbitrary, Clock, Duration, Effect, Layer, Schema } from "effect";
import { RateLimiter } from "effect/persistence";
import { TestClock } from "effect/testing";
import * as TokenBucket from "../../src/fleet/TokenBucket.ts";

const between = (minimum: number, maximum: number) =>
  Schema.Int.check(Schema.isBetween({ minimum, maximum }));
const Request = Schema.Struct({
  afterMillis: between(0, 60),
  tokens: between(1, 3),
  allowOverflow: Schema.Boolean,
});

const single = { tokens: 1, limit: 1, refillMillis: 1000, allowOverflow: true };

describe("A token bucket", () => {
  it.effect.prop(
    "answers as Effect's own store in memory does",
    {
      requests: Arbitrary.array(Arbitrary.schema(Request), { maxLength: 60 }),
      limit: Arbitrary.schema(between(1, 5)),
    },
    ({ requests, limit }) =>
      Effect.gen(function* () {
        const store = yield* RateLimiter.RateLimiterStore;
        let state = TokenBucket.full(limit);
        for (const { afterMillis, ...request } of requests) {
          yield* TestClock.adjust(Duration.millis(afterMillis));
          const now = yield* Clock.currentTimeMillis;
          const [taken, next] = TokenBucket.take(state, now, {
            ...request,
            limit,
            refillMillis: 20,
          });
          state = next;
          const refillRate = Duration.millis(20);
          const expected = yield* store.tokenBucket({ key: "k", ...request, limit, refillRate });
          assert.deepStrictEqual(taken, expected);
        }
      }).pipe(Effect.provide(Layer.fresh(RateLimiter.layerStoreMemory))),
  );

  it("reserves no token that comes back more than five seconds ahead", () => {
    let state = TokenBucket.full(1);
    const remaining = Array.from({ length: 8 }, () => {
      const [[left], next] = TokenBucket.take(state, 0, single);
      state = next;
      return left;
    });
    // The seventh would wait six seconds. It takes nothing, and the eighth finds the same bucket.
    assert.deepStrictEqual(remaining, [0, -1, -2, -3, -4, -5, -6, -6]);
  });

  it("reserves the next token, however slowly it comes back", () => {
    const slow = { ...single, refillMillis: 60_000 };
    const [, taken] = TokenBucket.take(TokenBucket.full(1), 0, slow);
    const [, reserved] = TokenBucket.take(taken, 0, slow);
    assert.strictEqual(reserved.tokens, -1);
    assert.deepStrictEqual(TokenBucket.take(reserved, 0, slow)[1], reserved);
  });

  it("starts its refill interval again where the clock was set back", () => {
    const [, taken] = TokenBucket.take(TokenBucket.full(1), 1_000_000, single);
    const [, early] = TokenBucket.take(taken, 5_000, single);
    assert.deepStrictEqual(early, { tokens: -1, at: 5_000 });
    assert.deepStrictEqual(TokenBucket.take(early, 7_000, single)[0], [0, 0]);
  });
});
