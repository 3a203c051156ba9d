import { assert, describe, it } from "@effect/vitest";
import { Deferred, Effect, Fiber, Option, Stream } from "effect";
import { prefetch } from "../src/listing/Prefetch.ts";

/** A stream of chunks of one number, and how many of them have been begun, and are being made. */
const counted = (size: number, making: Effect.Effect<void> = Effect.yieldNow) => {
  const seen = { begun: 0, making: 0, mostMaking: 0 };
  const stream = Stream.paginate(0, (at) =>
    Effect.gen(function* () {
      seen.begun += 1;
      seen.making += 1;
      seen.mostMaking = Math.max(seen.mostMaking, seen.making);
      yield* making;
      seen.making -= 1;
      return [[at], at + 1 < size ? Option.some(at + 1) : Option.none()] as const;
    }),
  );
  return { seen, stream };
};

const settle = Effect.gen(function* () {
  for (let turn = 0; turn < 5000; turn += 1) yield* Effect.yieldNow;
});

describe("prefetch", () => {
  it.effect("begins the chunk after one before it hands that one on", () =>
    Effect.gen(function* () {
      const { seen, stream } = counted(10);
      const begun: Array<number> = [];
      yield* Stream.runForEach(prefetch(stream, 1), () =>
        Effect.sync(() => {
          begun.push(seen.begun);
        }),
      );
      assert.deepStrictEqual(begun, [2, 3, 4, 5, 6, 7, 8, 9, 10, 10]);
    }),
  );

  it.effect.each([1, 2, 7])("makes one chunk at a time, %i ahead", (count) =>
    Effect.gen(function* () {
      const { seen, stream } = counted(50);
      const all = yield* Stream.runCollect(prefetch(stream, count));
      assert.deepStrictEqual(
        all,
        Array.from({ length: 50 }, (_, at) => at),
      );
      assert.strictEqual(seen.mostMaking, 1);
      assert.strictEqual(seen.begun, 50);
    }),
  );

  it.effect.each([
    [3, 4],
    [1000, 1001],
    [Number.MAX_SAFE_INTEGER, 1001],
  ] as const)("asked for %i ahead, has made %i when the first is worked on", ([count, expected]) =>
    Effect.scoped(
      Effect.gen(function* () {
        const { seen, stream } = counted(100_000, Effect.void);
        const pull = yield* Stream.toPull(prefetch(stream, count));
        assert.deepStrictEqual(yield* pull, [0]);
        yield* settle;
        assert.strictEqual(seen.begun, expected);
      }),
    ),
  );

  it.effect("keeps a chunk for the next who asks, when the first gives up waiting for it", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const gate = yield* Deferred.make<void>();
        const { seen, stream } = counted(3, Deferred.await(gate));
        const pull = yield* Stream.toPull(prefetch(stream, 1));
        const impatient = yield* Effect.forkChild(pull);
        yield* settle;
        yield* Fiber.interrupt(impatient);
        yield* Deferred.succeed(gate, undefined);
        assert.deepStrictEqual(yield* pull, [0]);
        assert.deepStrictEqual(yield* pull, [1]);
        assert.deepStrictEqual(yield* pull, [2]);
        assert.strictEqual(seen.begun, 3);
      }),
    ),
  );
});
