import * as NodeRuntime from "@effect/platform-node/NodeRuntime";
import * as NodeServices from "@effect/platform-node/NodeServices";
import { printable } from "@scorecard-effect/contract";
import { Console, Effect } from "effect";
import { Command } from "effect/cli";
import manifest from "../package.json" with { type: "json" };
import { command } from "./Mirror.ts";

/** What is wrong, in one line: nobody is shown a stack trace. */
const complain = (message: string) =>
  Console.error(`mirror: ${printable(message.replaceAll(/\s+/g, " ").trim())}`);

Command.run(command, { version: manifest.version }).pipe(
  Effect.tapError((error) => (error._tag === "ShowHelp" ? Effect.void : complain(error.message))),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain({ disableErrorReporting: true }),
);
