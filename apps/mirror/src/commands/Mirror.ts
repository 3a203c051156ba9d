/** The command `mirror`, and those beside it. */
import { ScorecardClient } from "@scorecard-effect/client";
import { printable, RunId } from "@scorecard-effect/contract";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import * as FakeScorecardNode from "@scorecard-effect/fixtures/node";
import { Agent } from "@effect/platform-node/Undici";
import * as UndiciTransport from "@scorecard-effect/client/undici";
import {
  Config,
  Console,
  Cron,
  Effect,
  FileSystem,
  Layer,
  Option,
  References,
  Runtime,
  Schedule,
  Schema,
  Stdio,
  Stream,
} from "effect";
import { Argument, Command, Flag } from "effect/cli";
import { SqlClient } from "effect/sql";
import * as Database from "../store/Database.ts";
import * as EmbeddedPostgres from "../store/EmbeddedPostgres.ts";
import * as Fleet from "../fleet/Fleet.ts";
import * as Health from "../fleet/Health.ts";
import * as MirrorRun from "../run/MirrorRun.ts";
import { MirrorStore } from "../store/MirrorStore.ts";
import type { Progress } from "../store/Progress.ts";
import * as RateLimitedClient from "../fleet/RateLimitedClient.ts";
import * as Runner from "../fleet/Runner.ts";
import * as RunList from "./RunList.ts";
import * as RunnerLog from "../fleet/RunnerLog.ts";
import * as StatusTable from "./StatusTable.ts";
import * as Telemetry from "../fleet/Telemetry.ts";
import { verify } from "../run/Verification.ts";

/** What was asked for makes no sense, or could not be done. */
class UsageError extends Schema.TaggedError<UsageError>()("UsageError", {
  message: Schema.String,
}) {}

/** The tables hold a run otherwise than the service lists it: found out, which is not to say that it could not be. */
class RunDiffers extends Schema.TaggedError<RunDiffers>()("RunDiffers", {
  message: Schema.String,
}) {
  override readonly [Runtime.errorExitCode] = 3;
}

const store = Layer.provideMerge(MirrorStore.layer, Database.layerConfig);
const client = Layer.provideMerge(Fleet.layerClient, store);

const runArgument = Argument.String("run").pipe(Argument.withDescription("The run's id"));

const flags = {
  runs: Flag.String("runs").pipe(
    Flag.withMetavar("IDS"),
    Flag.withDescription("Runs to mirror, with commas between them"),
    Flag.optional,
  ),
  runsFile: Flag.String("runs-file").pipe(
    Flag.withMetavar("FILE"),
    Flag.withDescription("A file of runs to mirror, one a line"),
    Flag.optional,
  ),
  stdin: Flag.Boolean("stdin").pipe(
    Flag.withDescription("Read the runs to mirror from standard input, one a line"),
    Flag.withDefault(false),
  ),
};

const idsFrom = Effect.fnUntraced(function* ({
  runs,
  runsFile,
  stdin,
}: {
  readonly runs: Option.Option<string>;
  readonly runsFile: Option.Option<string>;
  readonly stdin: boolean;
}) {
  const fs = yield* FileSystem.FileSystem;
  const { stdin: input } = yield* Stdio.Stdio;
  const texts: Array<string> = [];
  if (Option.isSome(runs)) texts.push(runs.value);
  if (Option.isSome(runsFile)) {
    const file = runsFile.value;
    texts.push(
      yield* fs.readFileString(file).pipe(
        Effect.catchTag("PlatformError", ({ reason }) =>
          Effect.fail(
            new UsageError({
              message: `The file of runs ${file} cannot be read: ${reason._tag}`,
            }),
          ),
        ),
      ),
    );
  }
  if (stdin) texts.push(yield* Stream.mkString(Stream.decodeText(input)));
  const ids = RunList.parse(texts.join("\n"));
  if (ids.length === 0) {
    return yield* new UsageError({
      message: "No runs are named: use --runs, --runs-file or --stdin",
    });
  }
  return ids.map((id) => RunId.make(id));
});

const nobody = "No runner lives, and nothing gets on: mirror serve";

/** How many are told of one by one. */
const named = 20;

/** Lines of what there is to tell, and how many more there would be. */
const list = (lines: ReadonlyArray<string>) =>
  Effect.forEach(
    lines.length > named ? [...lines.slice(0, named), `and ${lines.length - named} more`] : lines,
    (line) => Console.log(line),
    { discard: true },
  );

const run = Command.make(
  "run",
  flags,
  Effect.fn("mirror.run")(function* (from) {
    const ids = yield* idsFrom(from);
    // One that no column takes is no reason to leave the others; one that has begun gets its workflow, whoever interrupts.
    const asked = yield* Effect.forEach(
      ids,
      (id) =>
        Effect.uninterruptible(MirrorRun.start(id)).pipe(
          Effect.map((progress) => ({ progress, refusal: [] })),
          Effect.catchIf(Database.isInvalidValue, (error) =>
            Effect.succeed({ refusal: [`${printable(id)} (${Database.messageOf(error)})`] }),
          ),
        ),
      { concurrency: 4 },
    ).pipe(Effect.provide(client));
    const begun = asked.flatMap((own) => ("progress" in own ? [own.progress] : []));
    const refused = asked.flatMap(({ refusal }) => refusal);
    const stopped = begun.filter(({ state }) => state !== "running");
    const under = begun.length - stopped.length;
    if (under > 0) {
      yield* Console.log(
        `${under === 1 ? "1 run is" : `${under} runs are`} under way: mirror status`,
      );
      const living = yield* Effect.provide(Fleet.countRunners, store);
      if (living === 0) yield* Console.log(nobody);
    }
    yield* list(
      stopped.map(
        ({ runId, state }) =>
          `Run ${printable(runId)} is ${state}: mirror resume ${printable(runId)}`,
      ),
    );
    if (refused.length > 0) {
      const some = refused.slice(0, named).join(", ");
      return yield* new UsageError({
        message: `${refused.length} of ${ids.length} runs cannot be mirrored: ${some}`,
      });
    }
    return undefined;
  }),
).pipe(Command.withDescription("Mirror runs, or mirror them anew; runners do it, see serve"));

/** What to do with a run as it stands. */
const next = (id: string, progress: Progress | undefined): string => {
  const own = printable(id);
  if (progress === undefined) return `Run ${own} is not mirrored: mirror run --runs ${own}`;
  const { state } = progress;
  if (state === "running") return `Run ${own} is under way: mirror status`;
  const command = state === "paused" || state === "parked" ? "resume" : "run --runs";
  return `Run ${own} is ${state}: mirror ${command} ${own}`;
};

const how = (id: string) =>
  Effect.flatMap(MirrorStore, (own) =>
    Effect.map(own.progress(RunId.make(id)), (progress) => next(id, progress)),
  );

const showStatus = Effect.gen(function* () {
  const own = yield* MirrorStore;
  const all = yield* own.all;
  if (all.length === 0) return "Nothing is mirrored yet: mirror run --runs 135";
  const isUnderWay = all.some(({ state }) => state === "running");
  const warning = isUnderWay && (yield* Fleet.countRunners) === 0 ? `\n${nobody}` : "";
  return `${StatusTable.format(all)}${warning}`;
});

const status = Command.make(
  "status",
  {
    watch: Flag.Boolean("watch").pipe(
      Flag.withDescription("Show it anew every second, until nothing is under way"),
      Flag.withDefault(false),
    ),
  },
  Effect.fn("mirror.status")(function* ({ watch }) {
    // In a terminal each table takes the place of the one before.
    const before = watch && process.stdout.isTTY ? "\u001B[2J\u001B[H" : "";
    yield* Effect.flatMap(showStatus, (shown) => Console.log(`${before}${shown}`)).pipe(
      Effect.andThen(Effect.flatMap(MirrorStore, ({ all }) => all)),
      Effect.repeat({
        schedule: Schedule.spaced("1 second"),
        until: (runs) => !watch || runs.every(({ state }) => state !== "running"),
      }),
      Effect.provide(store),
    );
  }),
).pipe(Command.withDescription("How the runs stand"));

const change = <E, R>(
  name: string,
  description: string,
  // What it did, or nothing where the run stands otherwise.
  act: (runId: RunId) => Effect.Effect<boolean, E, R>,
  done: string,
) =>
  Command.make(
    name,
    { run: runArgument },
    Effect.fn(`mirror.${name}`)(function* ({ run: id }) {
      if (!(yield* act(RunId.make(id)))) {
        const message = yield* Effect.provide(how(id), store);
        return yield* new UsageError({ message });
      }
      return yield* Console.log(`Run ${printable(id)} is ${done}.`);
    }),
  ).pipe(Command.withDescription(description));

const pause = change(
  "pause",
  "Stop a run, to go on with it later",
  (runId) =>
    Effect.flatMap(MirrorStore, (own) => own.pause(runId)).pipe(
      Effect.map((paused) => paused !== undefined),
      Effect.provide(store),
    ),
  "paused",
);
const resume = change(
  "resume",
  "Go on with a run that was paused, or parked by an error that is mended now",
  (runId) => Effect.provide(MirrorRun.resume(runId), client),
  "resumed",
);
const cancel = change(
  "cancel",
  "End a run before it is complete; what is mirrored of it stays",
  (runId) => Effect.provide(MirrorRun.cancel(runId), client),
  "cancelled",
);

const forget = Command.make(
  "forget",
  { run: runArgument },
  Effect.fn("mirror.forget")(function* ({ run: id }) {
    const records = yield* Effect.provide(MirrorRun.forget(RunId.make(id)), client);
    if (records === undefined) {
      const message = yield* Effect.provide(how(id), store);
      return yield* new UsageError({ message });
    }
    return yield* Console.log(
      `Run ${printable(id)} is forgotten: ${records === 1 ? "1 record is" : `${records} records are`} deleted.`,
    );
  }),
).pipe(Command.withDescription("End a run, and delete all that the tables hold of it"));

const atLeastOne = (name: string, initial: number, what: string) =>
  Flag.Int(name).pipe(
    Flag.filter(
      (count) => count > 0,
      (count) => `Expected a whole number, 1 or above, got ${count}`,
    ),
    Flag.withMetavar("N"),
    Flag.withDescription(`${what} (default ${initial})`),
    Flag.withDefault(initial),
  );

const portOf = Flag.filter<number>(
  (port) => port > 0 && port < 65_536,
  (port) => `Expected a port, 1 to 65535, got ${port}`,
);

const limit = Flag.Finite("limit").pipe(
  Flag.filter(
    (requests) => requests > 0,
    (requests) => `Expected a number above 0, got ${requests}`,
  ),
  Flag.withMetavar("N"),
  Flag.withDescription(
    "Requests a second, of all runners and verify together: the same for each of them",
  ),
  Flag.map((requestsPerSecond) => ({ requestsPerSecond })),
  Flag.optional,
);

const serve = Command.make(
  "serve",
  {
    host: Flag.String("host").pipe(
      Flag.withDescription("Where the other runners reach this one (default 127.0.0.1)"),
      Flag.withDefault("127.0.0.1"),
    ),
    port: Flag.Int("port").pipe(
      portOf,
      Flag.withDescription("On which port (default 34431)"),
      Flag.withDefault(34431),
    ),
    health: Flag.Int("health").pipe(
      portOf,
      Flag.withMetavar("PORT"),
      Flag.withDescription("Answer /health/live and /health/ready there, on the same host"),
      Flag.optional,
    ),
    limit,
    refresh: Flag.String("refresh").pipe(
      Flag.withMetavar("CRON"),
      Flag.withDescription("When to mirror again what may have changed (default */5 * * * *)"),
      Flag.withDefault("*/5 * * * *"),
      Flag.mapTryCatch(
        (expression) => {
          const cron = Cron.parseUnsafe(expression);
          // Of one that never comes, such as the 30th of February, this throws as well.
          Cron.next(cron);
          return cron;
        },
        () => "Expected a cron expression that comes, such as */5 * * * *",
      ),
    ),
    chunk: atLeastOne("chunk", 100, "How many pages are one step of the workflow"),
    concurrency: atLeastOne("concurrency", 10, "How many runs are read at once, by this runner"),
  },
  Effect.fn("mirror.serve")(function* ({ health, limit: known, ...options }) {
    return yield* Layer.launch(
      Runner.layer(options).pipe(
        Layer.merge(
          Option.match(health, {
            onNone: () => Layer.empty,
            onSome: (port) => Health.layer({ host: options.host, port }),
          }),
        ),
        Layer.provide([Telemetry.layer, RateLimitedClient.layer(Option.getOrUndefined(known))]),
        Layer.provide(Database.layerConfig),
        Layer.provide(RunnerLog.layer),
      ),
    );
  }),
).pipe(Command.withDescription("Be a runner, until stopped; start as many as you like"));

const verifyCommand = Command.make(
  "verify",
  { run: runArgument, limit },
  Effect.fn("mirror.verify")(function* ({ run: id, limit: known }) {
    const runId = RunId.make(id);
    return yield* Effect.gen(function* () {
      const { progress } = yield* MirrorStore;
      const found = yield* progress(runId);
      const standing = next(id, found);
      if (found === undefined) return yield* new UsageError({ message: standing });
      const { records, differences } = yield* verify(runId);
      yield* list(
        differences.map(({ recordId, kind }) => `${kind.padEnd(9)}  ${printable(recordId)}`),
      );
      if (differences.length > 0) {
        return yield* new RunDiffers({
          message: `Run ${id}: ${differences.length} records differ, of ${records} that are listed. ${standing}`,
        });
      }
      return yield* Console.log(
        `Run ${printable(id)}: ${records} records, all as the service lists them.`,
      );
    }).pipe(
      Effect.provide(
        Layer.provideMerge(RateLimitedClient.layer(Option.getOrUndefined(known)), store),
      ),
    );
  }),
).pipe(Command.withDescription("List a run again, and compare it with the tables"));

/** All in one process, with nothing set up: a Postgres, a fake API with three runs, and a runner that mirrors them. */
const demo = Effect.gen(function* () {
  const runs = ["135", "136", "137"].map((runId, seed) =>
    FakeRun.make({ seed, records: 1000, runId }),
  );
  const fake = FakeScorecardNode.layer({ runs });
  const scorecard = Layer.unwrap(
    Effect.map(FakeScorecard, (own) => ScorecardClient.layer(own)),
  ).pipe(Layer.provide([fake, UndiciTransport.layer(() => new Agent())]));
  const database = Layer.unwrap(
    Effect.map(EmbeddedPostgres.start, ({ url }) => Database.layer(url)),
  );
  const port = yield* EmbeddedPostgres.freePort;
  const live = Runner.layer({ host: "127.0.0.1", port }).pipe(
    Layer.provide(scorecard),
    Layer.provideMerge(database),
  );
  const isIgnored = Option.isSome(yield* Config.option(Config.Redacted("DATABASE_URL")));
  yield* Console.log(
    `Starting a Postgres, a fake API and a runner: all of this ends with the command.${
      isIgnored ? " DATABASE_URL is for the subcommands: nothing of it is touched." : ""
    }`,
  );
  yield* Effect.gen(function* () {
    const own = yield* MirrorStore;
    const sql = yield* SqlClient.SqlClient;
    yield* Effect.forEach(runs, ({ runId }) => MirrorRun.start(runId), { discard: true });
    yield* own.all.pipe(
      Effect.repeat({
        schedule: Schedule.spaced("200 millis"),
        until: (all) => all.every(({ state }) => state !== "running"),
      }),
    );
    yield* Console.log(yield* showStatus);
    const [held] = yield* sql<{ readonly records: number; readonly scores: number }>`
      SELECT (SELECT count(*)::integer FROM mirror.records) AS records,
        (SELECT count(*)::integer FROM mirror.scores) AS scores`;
    yield* Console.log(`The tables hold ${held?.records} records and ${held?.scores} scores.`);
    // What a runner says of itself is of no use where it ends at once.
  }).pipe(Effect.provide(live), Effect.provideService(References.MinimumLogLevel, "Error"));
});

export const command = Command.make("mirror", {}, () => demo).pipe(
  Command.withDescription(
    "Mirror runs of Scorecard into Postgres. Without a subcommand: try it out, with nothing set up",
  ),
  Command.withSubcommands([run, status, pause, resume, cancel, forget, serve, verifyCommand]),
);
