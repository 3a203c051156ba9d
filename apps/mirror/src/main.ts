import * as NodeRuntime from "@effect/platform-node/NodeRuntime";
import * as NodeServices from "@effect/platform-node/NodeServices";
import { printable } from "@scorecard-effect/contract";
import { Cause, Config, Console, Effect, Predicate } from "effect";
import { CliOutput, Command } from "effect/cli";
import { SqlError } from "effect/sql";
import manifest from "../package.json" with { type: "json" };
import * as Database from "./store/Database.ts";
import { command } from "./commands/Mirror.ts";

/** What is wrong, in one line: nobody is shown a stack trace. */
const complain = (message: string) =>
  Console.error(`mirror: ${printable(message.replaceAll(/\s+/g, " ").trim())}`);

const presenter = CliOutput.layerPresenter({
  present: (event) =>
    event._tag === "InvalidInvocation"
      ? complain(`${event.errors.map(({ message }) => message).join("; ")}. Try --help.`)
      : CliOutput.defaultPresenter.present(event),
});

/** What to tell of an error; of a setting, without the names of what found it wrong. */
const told = (error: unknown): string => {
  if (SqlError.isSqlError(error)) return `The database does not do it: ${Database.describe(error)}`;
  if (error instanceof Config.ConfigError)
    return error.message.replace(/^SchemaError\((.*)\)$/s, "$1");
  return error instanceof Error ? error.message : String(error);
};

/** Whatever ends a command but success: a mistake in code has its line as well. */
const tell = (cause: Cause.Cause<unknown>) => {
  const error = Cause.squash(cause);
  return Cause.hasInterruptsOnly(cause) || Predicate.isTagged(error, "ShowHelp")
    ? Effect.void
    : complain(told(error));
};

// How long whoever is asked to end has to let go of what it holds: a database that is frozen never answers.
const patience = 20_000;

const end = () => {
  process.emit("SIGTERM");
};
// A terminal that is closed, and whoever reads no further, as head does.
process.once("SIGHUP", end);
for (const output of [process.stdout, process.stderr])
  output.once("error", end).on("error", () => {});
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    setTimeout(() => {
      console.error("mirror: Gave up waiting for what does not answer. What is written is whole.");
      process.exit(130);
    }, patience).unref();
  });
}

Command.run(command, { version: manifest.version }).pipe(
  Effect.tapCause(tell),
  Effect.provide([NodeServices.layer, presenter]),
  NodeRuntime.runMain({ disableErrorReporting: true }),
);
