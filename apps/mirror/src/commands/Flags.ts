/** Arguments and flags that several commands have. */
import { Argument, Flag } from "effect/cli";

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

/** A port. */
export const port = (name: string) =>
  Flag.Int(name).pipe(
    Flag.filter(
      (number) => number > 0 && number < 65_536,
      (number) => `Expected a port, 1 to 65535, got ${number}`,
    ),
  );

/** A whole number, 1 or above. */
export const positiveInt = (name: string) =>
  Flag.Int(name).pipe(
    Flag.filter(
      (count) => count > 0,
      (count) => `Expected a whole number, 1 or above, got ${count}`,
    ),
    Flag.withMetavar("N"),
  );
