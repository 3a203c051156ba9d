import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import * as Stream from "effect/Stream";

// Each chunk ahead has a fiber of its own.
const maxAhead = 1000;

/**
 * The same chunks, produced up to `count` ahead (at most 1,000): while the consumer works on one chunk, the next
 * `count` are produced, and no more. A failure arrives after every chunk before it. When the consumer stops, running
 * production is interrupted.
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
        // Started before the consumer gets the chunk, so that the service works while the consumer does.
        while (ahead.length <= Math.min(count, maxAhead)) yield* startNext;
        // Removed last: a consumer that is interrupted while it waits finds the same chunk when it pulls again.
        ahead.shift();
        return chunk;
      });
      return Stream.fromPull(Effect.succeed(take));
    }),
  );
