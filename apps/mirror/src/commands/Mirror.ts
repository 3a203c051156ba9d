/** The command `mirror` and its subcommands. */
import * as Handler from "@scorecard-effect/contract/cli/Handler";
import * as Command from "effect/cli/Command";
import * as GlobalFlags from "./GlobalFlags.ts";
import * as Parameters from "./Parameters.ts";

const runCommand = Command.make(
  "run",
  Parameters.run,
  Handler.load(async () => (await import("./RunCommand.ts")).runRuns),
).pipe(
  Command.withDescription("Start runs, or start them again. Runners do the work: see mirror serve"),
);

const statusCommand = Command.make(
  "status",
  Parameters.status,
  Handler.load(async () => (await import("./StatusCommand.ts")).status),
).pipe(Command.withDescription("Print the states of runs: all of them, or those selected"));

const pauseCommand = Command.make(
  "pause",
  Parameters.selected,
  Handler.load(async () => (await import("./TransitionCommands.ts")).pause),
).pipe(Command.withDescription("Stop runs, to resume them later"));

const resumeCommand = Command.make(
  "resume",
  Parameters.selected,
  Handler.load(async () => (await import("./TransitionCommands.ts")).resume),
).pipe(
  Command.withDescription("Resume runs that are paused, or parked by a failure that is fixed now"),
);

const cancelCommand = Command.make(
  "cancel",
  Parameters.selected,
  Handler.load(async () => (await import("./TransitionCommands.ts")).cancel),
).pipe(Command.withDescription("End runs before they are complete. What is mirrored stays"));

const forgetCommand = Command.make(
  "forget",
  Parameters.forget,
  Handler.load(async () => (await import("./TransitionCommands.ts")).forget),
).pipe(Command.withDescription("End a run, and delete its records and scores"));

const serveCommand = Command.make(
  "serve",
  Parameters.serve,
  Handler.load(async () => (await import("./ServeCommand.ts")).serve),
).pipe(Command.withDescription("Work as a runner until stopped. Start as many as you like"));

const viewsCommand = Command.make(
  "views",
  Parameters.views,
  Handler.load(async () => (await import("./ViewsCommand.ts")).views),
).pipe(Command.withDescription("Create a view for each metric of a metrics file, and a wide one"));

const verifyCommand = Command.make(
  "verify",
  Parameters.verify,
  Handler.load(async () => (await import("./VerifyCommand.ts")).verifyMirrored),
).pipe(Command.withDescription("List a run again, and compare the tables with it"));

export const mirror = Command.make(
  "mirror",
  {},
  Handler.load(async () => (await import("./Trial.ts")).trial),
).pipe(
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
    viewsCommand,
  ]),
  Command.withGlobalFlags([GlobalFlags.schema, GlobalFlags.source]),
);
