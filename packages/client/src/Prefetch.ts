import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import * as Stream from "effect/Stream";

// Each chunk that is asked for has a fiber, which waits for its turn.
const most = 1000;

/**
 * The same chunks, made up to `count` ahead (a thousand at most): while the consumer works on one, so many after
 * it are made, and no more. A failure comes after every chunk before it. What is under way when the consumer
 * ends is interrupted.
 *
 * `Stream.buffer` does not hold this bound: chunks that are made without waiting pass it by.
 */
export const prefetch = <A, E, R>(
  stream: Stream.Stream<A, E, R>,
  count: number,
): Stream.Stream<A, E, R> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const scope = yield* Effect.scope;
      const pull = yield* Stream.toPull(stream);
      // What is asked for and not handed on yet, in order.
      const asked: Array<Fiber.Fiber<Effect.Success<typeof pull>, Effect.Error<typeof pull>>> = [];
      // Each is made when the one before it has been: a pull never runs twice at the same time.
      const ask = Effect.suspend(() => {
        const before = asked.at(-1);
        const next = before === undefined ? pull : Effect.andThen(Fiber.join(before), pull);
        return Effect.forkIn(next, scope, { startImmediately: true });
      }).pipe(
        Effect.map((fiber) => {
          asked.push(fiber);
          return fiber;
        }),
      );
      const take = Effect.gen(function* () {
        const chunk = yield* Fiber.join(asked[0] ?? (yield* ask));
        // Asked for before the chunk is handed on, so that the service works while the consumer does.
        while (asked.length <= Math.min(count, most)) yield* ask;
        // Last: whoever is interrupted while it waits finds the same chunk when it asks again.
        asked.shift();
        return chunk;
      });
      return Stream.fromPull(Effect.succeed(take));
    }),
  );
