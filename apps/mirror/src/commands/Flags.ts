/**
 * Arguments and flags that several commands of the mirror have. Those of all the repository's commands are the
 * contract's.
 */
import * as Argument from "effect/cli/Argument";
import * as Flag from "effect/cli/Flag";

/** The run that a command is about. */
export const run = Argument.String("run").pipe(Argument.withDescription("The run's id"));

/** The fleet's rate limit. */
export const limit = Flag.Finite("limit").pipe(
  Flag.filter(
    (requests) => requests > 0,
    (requests) => `Expected a number above 0, got ${requests}`,
  ),
  Flag.withMetavar("N"),
  Flag.withDescription(
    "The most requests a second, of all runners and verify together. Give each of them the same limit",
  ),
  Flag.map((requestsPerSecond) => ({ requestsPerSecond })),
  Flag.optional,
);
