/** The process of `mirror`: runs the command, prints what is wrong in one line, and ends when it is asked to. */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime";
import * as NodeServices from "@effect/platform-node/NodeServices";
import { printable } from "@scorecard-effect/contract";
import { Cause, Config, Console, Effect, Predicate } from "effect";
import { CliOutput, Command } from "effect/cli";
import { SqlError } from "effect/sql";
import manifest from "../package.json" with { type: "json" };
import { mirror } from "./commands/Mirror.ts";
import * as Database from "./store/Database.ts";

/** Prints an error in one line, without a stack trace. */
const printError = (message: string) =>
  Console.error(`mirror: ${printable(message.replaceAll(/\s+/g, " ").trim())}`);

const presenter = CliOutput.layerPresenter({
  present: (event) =>
    event._tag === "InvalidInvocation"
      ? printError(`${event.errors.map(({ message }) => message).join("; ")}. Try --help.`)
      : CliOutput.defaultPresenter.present(event),
});

/** The message of an error. That of a setting leaves out the name of the schema error. */
const messageOf = (error: unknown): string => {
  if (SqlError.isSqlError(error)) return `The database failed: ${Database.describe(error)}`;
  if (error instanceof Config.ConfigError)
    return error.message.replace(/^SchemaError\((.*)\)$/s, "$1");
  return error instanceof Error ? error.message : String(error);
};

/** Prints why a command failed. A defect is printed in one line as well. */
const printCause = (cause: Cause.Cause<unknown>) => {
  const error = Cause.squash(cause);
  return Cause.hasInterruptsOnly(cause) || Predicate.isTagged(error, "ShowHelp")
    ? Effect.void
    : printError(messageOf(error));
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
      console.error(
        `mirror: Ending after ${shutdownTimeoutMillis / 1000} s without an answer to the last requests. Every page is written whole or not at all.`,
      );
      process.exit(130);
    }, shutdownTimeoutMillis).unref();
  });
}

Command.run(mirror, { version: manifest.version }).pipe(
  Effect.tapCause(printCause),
  Effect.provide([NodeServices.layer, presenter]),
  NodeRuntime.runMain({ disableErrorReporting: true }),
);
