/** What a report prints where its reading fails or is interrupted. */
import { Effect, Exit } from "effect";
import type { Progress } from "../terminal/Progress.ts";

interface PartialReport {
  readonly isJson: boolean;
  readonly progress: Progress;
  /** How many records were read so far. */
  readonly records: () => number;
  /** Prints the figures of those records. */
  readonly print: Effect.Effect<unknown>;
}

/** Prints the figures of what was read before a failure or Ctrl-C. A program gets a whole JSON document or none. */
export const printOnFailure =
  ({ isJson, progress, records, print }: PartialReport) =>
  <A, E, R>(reading: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.onExit(reading, (exit) =>
      Exit.isSuccess(exit) || isJson || records() === 0 ? progress.clear : print,
    );
