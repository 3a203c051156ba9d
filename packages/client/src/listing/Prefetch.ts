import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import * as Stream from "effect/Stream";

// Each prefetched chunk has its own fiber.
const maxPrefetchedChunks = 1000;

/**
 * Produces the chunks of a stream up to `count` ahead (at most 1,000): while the consumer works on one chunk, the next
 * `count` are produced, and no more. A failure arrives after all chunks before it. When the consumer stops, production
 * is interrupted.
 *
 * `Stream.buffer` does not enforce this bound: chunks that are produced without waiting exceed it.
 */
export const prefetch = <A, E, R>(
  stream: Stream.Stream<A, E, R>,
  count: number,
): Stream.Stream<A, E, R> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const scope = yield* Effect.scope;
      const pull = yield* Stream.toPull(stream);
      // Chunks in production or waiting for the consumer, in order.
      const ahead: Array<Fiber.Fiber<Effect.Success<typeof pull>, Effect.Error<typeof pull>>> = [];
      // Each starts when the one before it has finished: a pull never runs twice at the same time.
      const startNext = Effect.suspend(() => {
        const previous = ahead.at(-1);
        const next = previous === undefined ? pull : Effect.andThen(Fiber.join(previous), pull);
        return Effect.forkIn(next, scope, { startImmediately: true });
      }).pipe(
        Effect.map((fiber) => {
          ahead.push(fiber);
          return fiber;
        }),
      );
      const take = Effect.gen(function* () {
        const chunk = yield* Fiber.join(ahead[0] ?? (yield* startNext));
        // Starts before the consumer gets the chunk, so that service and consumer work at the same time.
        while (ahead.length <= Math.min(count, maxPrefetchedChunks)) yield* startNext;
        // Last, so that a consumer that is interrupted while it waits gets the same chunk when it pulls again.
        ahead.shift();
        return chunk;
      });
      return Stream.fromPull(Effect.succeed(take));
    }),
  );
