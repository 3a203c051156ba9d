/** Handlers of commands. */
import * as Effect from "effect/Effect";

/**
 * A handler whose modules are loaded when its command runs. `--help`, completions and the other commands start without
 * them.
 */
export const load =
  <Input, A, E, R>(
    handler: () => Promise<(input: Input) => Effect.Effect<A, E, R>>,
  ): ((input: Input) => Effect.Effect<A, E, R>) =>
  (input) =>
    Effect.flatMap(Effect.promise(handler), (run) => run(input));
