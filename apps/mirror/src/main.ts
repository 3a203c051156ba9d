/** The process of `mirror`: runs the command, prints what is wrong in one line, and ends when it is asked to. */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime";
import * as NodeServices from "@effect/platform-node/NodeServices";
import * as Complaint from "@scorecard-effect/contract/cli/Complaint";
import * as Cause from "effect/Cause";
import * as Config from "effect/Config";
import * as Effect from "effect/Effect";
import * as Predicate from "effect/Predicate";
import * as Runtime from "effect/Runtime";
import * as Command from "effect/cli/Command";
import manifest from "../package.json" with { type: "json" };
import { CommandError, WrongUse } from "./commands/CommandError.ts";
import * as ExitCode from "./commands/ExitCode.ts";
import { mirror } from "./commands/Mirror.ts";
import * as Termination from "./commands/Termination.ts";

const program = "mirror";

/** The message of an error. That of a setting leaves out the name of the schema error. */
const messageOf = async (error: unknown): Promise<string> => {
  if (error instanceof Config.ConfigError)
    return error.message.replace(/^SchemaError\((.*)\)$/s, "$1");
  if (error instanceof CommandError || error instanceof WrongUse) return error.message;
  // A failure of the database is described by what the database says, wherever it is in the chain of causes.
  const { describe } = await import("./store/FailureText.ts");
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

// How long a process that is asked to end may take to release its locks: a frozen database never answers.
const shutdownTimeoutMillis = 20_000;

const requestEnd = () => {
  process.emit("SIGTERM");
};
// The terminal was closed, or the reader of a pipe has ended, as head does.
process.once("SIGHUP", requestEnd);
for (const output of [process.stdout, process.stderr])
  output.once("error", requestEnd).on("error", () => {});
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    setTimeout(() => {
      const seconds = shutdownTimeoutMillis / 1000;
      console.error(
        Complaint.format(
          program,
          `Still waiting for an answer after ${seconds} s: ending now. Every page is written whole or not at all.`,
        ),
      );
      process.exit(ExitCode.interrupted);
    }, shutdownTimeoutMillis).unref();
  });
}

Command.run(mirror, { version: manifest.version }).pipe(
  Effect.tapCause(printCause),
  // The command line was wrong, and the presenter has printed why.
  Effect.catchTag("ShowHelp", (help) =>
    help.errors.length > 0 ? new WrongUse({ message: help.message }) : Effect.void,
  ),
  Effect.provide([NodeServices.layer, Complaint.presenter(program)]),
  NodeRuntime.runMain({
    disableErrorReporting: true,
    teardown: (exit, onExit) =>
      Runtime.defaultTeardown(exit, (code) => onExit(Termination.exitCode(code))),
  }),
);
