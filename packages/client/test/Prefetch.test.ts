import { assert, describe, it } from "@effect/vitest";
import { Deferred, Effect, Fiber, Option, Stream } from "effect";
import { prefetch } from "../src/listing/Prefetch.ts";
import { settle } from "./Settle.ts";

/** A stream of chunks of one number, and how many of them were started, are in production, and were so at most. */
const countChunks = (size: number, production: Effect.Effect<void> = Effect.yieldNow) => {
  const counts = { started: 0, running: 0, maxRunning: 0 };
  const stream = Stream.paginate(0, (at) =>
    Effect.gen(function* () {
      counts.started += 1;
      counts.running += 1;
      counts.maxRunning = Math.max(counts.maxRunning, counts.running);
      yield* production;
      counts.running -= 1;
      return [[at], at + 1 < size ? Option.some(at + 1) : Option.none()] as const;
    }),
  );
  return { counts, stream };
};

describe("prefetch", () => {
  it.effect("starts the next chunk before it delivers one", () =>
    Effect.gen(function* () {
      const { counts, stream } = countChunks(10);
      const startedBefore: Array<number> = [];
      yield* Stream.runForEach(prefetch(stream, 1), () =>
        Effect.sync(() => {
          startedBefore.push(counts.started);
        }),
      );
      assert.deepStrictEqual(startedBefore, [2, 3, 4, 5, 6, 7, 8, 9, 10, 10]);
    }),
  );

  it.effect.each([1, 2, 7])("produces one chunk at a time, %i ahead", (count) =>
    Effect.gen(function* () {
      const { counts, stream } = countChunks(50);
      const all = yield* Stream.runCollect(prefetch(stream, count));
      assert.deepStrictEqual(
        all,
        Array.from({ length: 50 }, (_, at) => at),
      );
      assert.strictEqual(counts.maxRunning, 1);
      assert.strictEqual(counts.started, 50);
    }),
  );

  it.effect.each([
    [3, 4],
    [1000, 1001],
    [Number.MAX_SAFE_INTEGER, 1001],
  ] as const)(
    "with a count of %i, has started %i chunks while the consumer works on the first",
    ([count, expected]) =>
      Effect.scoped(
        Effect.gen(function* () {
          const { counts, stream } = countChunks(100_000, Effect.void);
          const pull = yield* Stream.toPull(prefetch(stream, count));
          assert.deepStrictEqual(yield* pull, [0]);
          yield* settle;
          assert.strictEqual(counts.started, expected);
        }),
      ),
  );

  it.effect("keeps a chunk for the next pull when a pull is interrupted", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const gate = yield* Deferred.make<void>();
        const { counts, stream } = countChunks(3, Deferred.await(gate));
        const pull = yield* Stream.toPull(prefetch(stream, 1));
        const interrupted = yield* Effect.forkChild(pull);
        yield* settle;
        yield* Fiber.interrupt(interrupted);
        yield* Deferred.succeed(gate, undefined);
        assert.deepStrictEqual(yield* pull, [0]);
        assert.deepStrictEqual(yield* pull, [1]);
        assert.deepStrictEqual(yield* pull, [2]);
        assert.strictEqual(counts.started, 3);
      }),
    ),
  );
});
