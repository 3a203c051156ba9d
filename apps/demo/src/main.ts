import * as NodeRuntime from "@effect/platform-node/NodeRuntime";
import * as NodeServices from "@effect/platform-node/NodeServices";
import { Console, Effect } from "effect";
import { CliOutput, Command } from "effect/cli";
import manifest from "../package.json" with { type: "json" };
import { command } from "./commands/Demo.ts";
import { plain } from "./terminal/Layout.ts";

/** What is wrong, in one line on stderr: stdout holds results alone, and nobody is shown a stack trace. */
const complain = (message: string) =>
  Console.error(`demo: ${plain(message.replaceAll(/\s+/g, " ").trim())}`);

const presenter = CliOutput.layerPresenter({
  present: (event) =>
    event._tag === "InvalidInvocation"
      ? complain(`${event.errors.map(({ message }) => message).join("; ")}. Try --help.`)
      : CliOutput.defaultPresenter.present(event),
});

// Whoever reads our output may stop early, as `head` does: that ends the demo, quietly. Output that is
// lost for any other reason is a failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  process.stderr.write(`demo: the output cannot be written: ${plain(error.message)}\n`);
  process.exit(1);
});

Command.run(command, { version: manifest.version }).pipe(
  Effect.tapError((error) => (error._tag === "ShowHelp" ? Effect.void : complain(error.message))),
  Effect.provide([NodeServices.layer, presenter]),
  NodeRuntime.runMain({ disableErrorReporting: true }),
);
