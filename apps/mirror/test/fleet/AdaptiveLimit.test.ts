import { assert, describe, it } from "@effect/vitest";
import { Arbitrary, Clock, Duration, Effect, Layer, Schema } from "effect";
import { RateLimiter } from "effect/persistence";
import { TestClock } from "effect/testing";
import * as AdaptiveLimit from "../../src/fleet/AdaptiveLimit.ts";

const ask = (state: AdaptiveLimit.State, now: number) =>
  AdaptiveLimit.consume(state, now, {
    key: "k",
    tokens: 1,
    fallbackLimit: 1,
    fallbackWindow: Duration.seconds(1),
  });
const refuse = (state: AdaptiveLimit.State, now: number, epoch: number) =>
  AdaptiveLimit.feedback(state, now, {
    key: "k",
    tokens: 1,
    status: 429,
    retryAfter: Duration.seconds(1),
    epoch,
  });

const upTo = (maximum: number) => Schema.Int.check(Schema.isBetween({ minimum: 0, maximum }));
const Step = Schema.Struct({
  /** Milliseconds. */
  after: upTo(3000),
  /** The seconds that a 429 asks to wait; null is a request. */
  wait: Schema.NullOr(upTo(4)),
  isStale: Schema.Boolean,
});

describe("A learned rate limit", () => {
  it("waits, counts, and then sends no more than it counted", () => {
    assert.strictEqual(ask(AdaptiveLimit.unknown, 0)[0].phase, "inactive");
    let state = refuse(AdaptiveLimit.unknown, 0, 0);
    assert.strictEqual(Duration.toMillis(ask(state, 400)[0].delay), 600);
    for (const now of [1000, 1100, 1200]) {
      const [answer, next] = ask(state, now);
      assert.strictEqual(answer.phase, "learning");
      state = next;
    }
    // The third request was refused: the limit is two in 1,200 ms.
    state = refuse(state, 1200, 1);
    assert.include(state, { phase: "learned", limit: 2, window: 1200 });
    const delays = [2200, 2200, 2200, 2200, 2200].map((now) => {
      const [answer, next] = ask(state, now);
      state = next;
      return Duration.toMillis(answer.delay);
    });
    assert.deepStrictEqual(delays, [0, 0, 1200, 1200, 2400]);
  });

  it("ignores 429s of an earlier phase, and expires", () => {
    const cooling = refuse(AdaptiveLimit.unknown, 0, 0);
    const [, learning] = ask(cooling, 1000);
    assert.deepStrictEqual(refuse(learning, 1001, 0), learning);
    assert.deepStrictEqual(refuse(learning, 1_000_000, 0), {
      ...cooling,
      until: 1_001_000,
      expires: 1_061_000,
    });
  });

  it.effect.prop(
    "is what Effect's own store in memory learns",
    { steps: Arbitrary.array(Arbitrary.schema(Step), { maxLength: 60 }) },
    ({ steps }) =>
      Effect.gen(function* () {
        const store = yield* RateLimiter.RateLimiterStore;
        const request = {
          key: "k",
          tokens: 1,
          fallbackLimit: 5,
          fallbackWindow: Duration.seconds(1),
        };
        let state = AdaptiveLimit.unknown;
        let epoch = 0;
        for (const { after, wait, isStale } of steps) {
          yield* TestClock.adjust(Duration.millis(after));
          const now = yield* Clock.currentTimeMillis;
          if (wait === null) {
            const [answer, next] = AdaptiveLimit.consume(state, now, request);
            state = next;
            epoch = answer.epoch;
            assert.deepStrictEqual(answer, yield* store.adaptiveConsume(request));
            continue;
          }
          const report = {
            key: "k",
            tokens: 1,
            status: 429,
            retryAfter: Duration.seconds(wait),
            epoch: isStale ? epoch - 1 : epoch,
          };
          state = AdaptiveLimit.feedback(state, now, report);
          yield* store.adaptiveFeedback(report);
        }
      }).pipe(Effect.provide(Layer.fresh(RateLimiter.layerStoreMemory))),
  );
});
