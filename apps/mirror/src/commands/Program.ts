/** The program `mirror`: reads the arguments, runs a command, and prints in one line what is wrong. */
import * as Complaint from "@scorecard-effect/contract/cli/Complaint";
import * as Cause from "effect/Cause";
import * as Config from "effect/Config";
import * as Effect from "effect/Effect";
import type * as Exit from "effect/Exit";
import * as Predicate from "effect/Predicate";
import * as Runtime from "effect/Runtime";
import * as Command from "effect/cli/Command";
import manifest from "../../package.json" with { type: "json" };
import { CommandError, WrongUse } from "./CommandError.ts";
import { mirror } from "./Mirror.ts";
import * as Termination from "./Termination.ts";

/** What its complaints begin with. */
export const program = "mirror";

/** The message of an error. That of a setting leaves out the name of the schema error. */
const messageOf = async (error: unknown): Promise<string> => {
  if (error instanceof Config.ConfigError)
    return error.message.replace(/^SchemaError\((.*)\)$/s, "$1");
  if (error instanceof CommandError || error instanceof WrongUse) return error.message;
  // A failure of the database is described by what the database says, wherever it is in the chain of causes.
  const { describe } = await import("../store/FailureText.ts");
  return describe(error);
};

/** Prints why a command failed. A defect is printed in one line as well. */
const printCause = (cause: Cause.Cause<unknown>) => {
  const error = Cause.squash(cause);
  return Cause.hasInterruptsOnly(cause) || Predicate.isTagged(error, "ShowHelp")
    ? Effect.void
    : Effect.flatMap(
        Effect.promise(() => messageOf(error)),
        (message) => Complaint.print(program, message),
      );
};

/** Runs the command that the arguments of the process name. */
export const run = Command.run(mirror, { version: manifest.version }).pipe(
  Effect.tapCause(printCause),
  // The command line was wrong, and the presenter has printed why.
  Effect.catchTag("ShowHelp", (help) =>
    help.errors.length > 0 ? new WrongUse({ message: help.message }) : Effect.void,
  ),
  Effect.provide(Complaint.presenter(program)),
);

/** Gives the process the exit code of its result. */
export const teardown = <E, A>(exit: Exit.Exit<E, A>, onExit: (code: number) => void): void =>
  Runtime.defaultTeardown(exit, (code) => onExit(Termination.exitCode(code)));
