/** `mirror` without a subcommand: a trial in one process, with a Postgres, a fake API with three runs, and a runner. */
import { Agent } from "@effect/platform-node/Undici";
import { ScorecardClient } from "@scorecard-effect/client";
import * as UndiciTransport from "@scorecard-effect/client/undici";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import * as FakeScorecardNode from "@scorecard-effect/fixtures/node";
import { Config, Console, Effect, Layer, Option, References, Schedule } from "effect";
import { SqlClient } from "effect/sql";
import * as Runner from "../fleet/Runner.ts";
import * as MirrorRun from "../run/MirrorRun.ts";
import * as EmbeddedPostgres from "../store/EmbeddedPostgres.ts";
import { MirrorStore } from "../store/MirrorStore.ts";
import { formatStatus } from "./StatusCommand.ts";

const runs = ["135", "136", "137"].map((runId, seed) =>
  FakeRun.make({ seed, records: 1000, runId }),
);

const fakeClient = ScorecardClient.layerAt(FakeScorecard).pipe(
  Layer.provide([FakeScorecardNode.layer({ runs }), UndiciTransport.layer(() => new Agent())]),
);

const runner = Layer.unwrap(
  Effect.map(EmbeddedPostgres.freePort, (port) => Runner.layer({ host: "127.0.0.1", port })),
).pipe(Layer.provide(fakeClient), Layer.provideMerge(EmbeddedPostgres.layer));

const mirrorRuns = Effect.gen(function* () {
  const { all } = yield* MirrorStore;
  yield* Effect.forEach(runs, ({ runId }) => MirrorRun.start(runId), { discard: true });
  yield* all.pipe(
    Effect.repeat({
      schedule: Schedule.spaced("200 millis"),
      until: (progress) => progress.every(({ state }) => state !== "running"),
    }),
  );
  yield* Console.log(yield* formatStatus);
});

const printCounts = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;
  const [counts] = yield* sql<{ readonly records: number; readonly scores: number }>`
    SELECT (SELECT count(*)::integer FROM records) AS records,
      (SELECT count(*)::integer FROM scores) AS scores`;
  yield* Console.log(`The tables hold ${counts?.records} records and ${counts?.scores} scores.`);
});

export const trial = Effect.fnUntraced(function* () {
  const hasDatabase = Option.isSome(yield* Config.option(Config.Redacted("DATABASE_URL")));
  yield* Console.log(
    `Starting a Postgres, a fake API and a runner. They end with this command.${
      hasDatabase ? " DATABASE_URL is not used: it is for the subcommands." : ""
    }`,
  );
  yield* Effect.andThen(mirrorRuns, printCounts).pipe(
    Effect.provide(runner),
    // The log of a runner that ends so soon would only distract.
    Effect.provideService(References.MinimumLogLevel, "Error"),
  );
});
