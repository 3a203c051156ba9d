/** The command `mirror` and its subcommands. */
import { Command } from "effect/cli";
import { runCommand } from "./RunCommand.ts";
import { serveCommand } from "./ServeCommand.ts";
import { statusCommand } from "./StatusCommand.ts";
import { cancelCommand, forgetCommand, pauseCommand, resumeCommand } from "./TransitionCommands.ts";
import { trial } from "./Trial.ts";
import { verifyCommand } from "./VerifyCommand.ts";

export const mirror = Command.make("mirror", {}, () => trial).pipe(
  Command.withDescription(
    "Mirror Scorecard runs into Postgres. Without a subcommand: a trial that needs no setup",
  ),
  Command.withSubcommands([
    runCommand,
    statusCommand,
    pauseCommand,
    resumeCommand,
    cancelCommand,
    forgetCommand,
    serveCommand,
    verifyCommand,
  ]),
);
