/** `mirror status`: the state of every run. */
import { toggle } from "@scorecard-effect/contract/cli/Flags";
import { Console, Effect, Schedule } from "effect";
import { Command } from "effect/cli";
import * as Fleet from "../fleet/Fleet.ts";
import { MirrorStore } from "../store/MirrorStore.ts";
import * as Connection from "./Connection.ts";
import { noRunner } from "./RunAdvice.ts";
import * as StatusTable from "./StatusTable.ts";

/** The table of runs, with a warning where no runner works on them. */
export const formatStatus = Effect.gen(function* () {
  const { all } = yield* MirrorStore;
  const runs = yield* all;
  if (runs.length === 0) return "No run is mirrored yet. To start one: mirror run --runs 135";
  const isRunning = runs.some(({ state }) => state === "running");
  const warning = isRunning && (yield* Fleet.countRunners) === 0 ? `\n${noRunner}` : "";
  return `${StatusTable.format(runs)}${warning}`;
});

const clearTerminal = "\u001B[2J\u001B[H";

export const statusCommand = Command.make(
  "status",
  {
    watch: toggle("watch", "Print it every second, until no run is running"),
  },
  Effect.fn("mirror.status")(function* ({ watch }) {
    const prefix = watch && process.stdout.isTTY ? clearTerminal : "";
    yield* Effect.flatMap(formatStatus, (status) => Console.log(`${prefix}${status}`)).pipe(
      Effect.andThen(Effect.flatMap(MirrorStore, ({ all }) => all)),
      Effect.repeat({
        schedule: Schedule.spaced("1 second"),
        until: (runs) => !watch || runs.every(({ state }) => state !== "running"),
      }),
      Effect.provide(Connection.store),
    );
  }),
).pipe(Command.withDescription("Print the state of every run"));
