import type * as Cause from "effect/Cause";
import * as Effect from "effect/Effect";
import * as Queue from "effect/Queue";
import * as Semaphore from "effect/Semaphore";
import * as Stream from "effect/Stream";

/**
 * The same elements, made up to `count` ahead: while the consumer works on one, so many after it are made, and
 * no more. A failure comes after every element before it. What is under way when the consumer ends is
 * interrupted.
 *
 * `Stream.buffer` does not hold this bound: elements that are made without waiting pass it by.
 */
export const prefetch = <A, E, R>(
  stream: Stream.Stream<A, E, R>,
  count: number,
): Stream.Stream<A, E, R> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const made = yield* Queue.unbounded<A, E | Cause.Done>();
      const room = yield* Semaphore.make(count);
      yield* Stream.runForEach(stream, (element) =>
        Effect.andThen(Queue.offer(made, element), room.take(1)),
      ).pipe(Queue.into(made), Effect.forkScoped);
      let handed = false;
      return Stream.fromPull(
        Effect.succeed(
          Effect.gen(function* () {
            // Whoever asks for the next element is done with the one before it.
            if (handed) yield* room.release(1);
            handed = true;
            return [yield* Queue.take(made)] as const;
          }),
        ),
      );
    }),
  );
