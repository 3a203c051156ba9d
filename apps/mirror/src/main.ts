import * as NodeRuntime from "@effect/platform-node/NodeRuntime";
import * as NodeServices from "@effect/platform-node/NodeServices";
import { printable } from "@scorecard-effect/contract";
import { Console, Effect } from "effect";
import { CliOutput, Command } from "effect/cli";
import manifest from "../package.json" with { type: "json" };
import { command } from "./Mirror.ts";

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
const told = (error: { readonly _tag: string; readonly message: string }): string =>
  error._tag === "ConfigError"
    ? error.message.replace(/^SchemaError\((.*)\)$/s, "$1")
    : error.message;

Command.run(command, { version: manifest.version }).pipe(
  Effect.tapError((error) => (error._tag === "ShowHelp" ? Effect.void : complain(told(error)))),
  Effect.provide([NodeServices.layer, presenter]),
  NodeRuntime.runMain({ disableErrorReporting: true }),
);
