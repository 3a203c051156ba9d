/** Ways to get a run into Postgres; each has a Postgres of its own. */
import * as NodeServices from "@effect/platform-node/NodeServices";
import { Agent } from "@effect/platform-node/Undici";
import { ScorecardClient } from "@scorecard-effect/client";
import * as UndiciTransport from "@scorecard-effect/client/undici";
import { RunId } from "@scorecard-effect/contract";
import * as Database from "@scorecard-effect/mirror/store/Database";
import * as EmbeddedPostgres from "@scorecard-effect/mirror/store/EmbeddedPostgres";
import * as Fleet from "@scorecard-effect/mirror/fleet/Fleet";
import * as MirrorRun from "@scorecard-effect/mirror/run/MirrorRun";
import { MirrorStore } from "@scorecard-effect/mirror/store/MirrorStore";
import * as Runner from "@scorecard-effect/mirror/fleet/Runner";
import {
  ConfigProvider,
  Cron,
  Effect,
  Layer,
  Logger,
  ManagedRuntime,
  Redacted,
  Schedule,
  Stream,
} from "effect";
import { SqlClient } from "effect/sql";
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ContenderProcess } from "../Bench.ts";

const apiKey = "ak_bench";
// At New Year: a run that is mirrored again meanwhile is none that is measured.
const seldom = Cron.parseUnsafe("0 0 1 1 *");

const database = Layer.unwrap(
  Effect.map(EmbeddedPostgres.start, ({ url }) => Database.layer(url)),
).pipe(Layer.provide(NodeServices.layer));

const client = (server: string) =>
  ScorecardClient.layer({ apiKey: Redacted.make(apiKey), baseUrl: server }).pipe(
    Layer.provide(UndiciTransport.layer(() => new Agent())),
  );

const runtimeOf = <A, E>(live: Layer.Layer<A, E>, { atEnd }: ContenderProcess) => {
  const runtime = ManagedRuntime.make(Layer.provideMerge(live, Logger.layer([])));
  atEnd(() => runtime.dispose());
  return runtime;
};

/** Lists a run by the client's stream, and writes its pages: no workflow, no runner, no limit. */
const streamed = Effect.fnUntraced(function* (runId: RunId) {
  const store = yield* MirrorStore;
  const listing = yield* ScorecardClient;
  const { scan } = yield* store.begin(runId);
  yield* listing.listPages(runId).pipe(
    Stream.runForEach(({ cursor = null, nextCursor, records, total }) =>
      store.write({
        runId,
        scan,
        cursor,
        next: nextCursor ?? null,
        records,
        total,
        mayBeShort: false,
      }),
    ),
  );
});

/** Mirrors a run as a durable workflow, until it is complete. */
const mirrored = Effect.fnUntraced(function* (runId: RunId) {
  const store = yield* MirrorStore;
  yield* MirrorRun.submit(runId);
  yield* store.progress(runId).pipe(
    Effect.repeat({
      schedule: Schedule.spaced("100 millis"),
      until: (own) => own?.state === "complete",
    }),
  );
});

const complete = (runId: RunId, records: number) =>
  Effect.flatMap(MirrorStore, (store) =>
    Effect.map(store.progress(runId), (own) => {
      if (own?.state !== "complete" || own.records !== records) {
        throw new Error(`${runId}: ${JSON.stringify(own)}`);
      }
    }),
  );

type Mirroring = (runId: string, records: number) => Promise<void>;

export const stream = (server: string, process: ContenderProcess): Mirroring => {
  const runtime = runtimeOf(
    Layer.mergeAll(client(server), Layer.provideMerge(MirrorStore.layer, database)),
    process,
  );
  return (runId, records) =>
    runtime.runPromise(
      Effect.andThen(streamed(RunId.make(runId)), complete(RunId.make(runId), records)),
    );
};

export const runner = (server: string, process: ContenderProcess): Mirroring => {
  const env = { SCORECARD_API_KEY: apiKey, SCORECARD_BASE_URL: server };
  const live = Layer.unwrap(
    Effect.map(EmbeddedPostgres.freePort, (port) =>
      Runner.layer({ host: "127.0.0.1", port, refresh: seldom }),
    ),
  ).pipe(
    Layer.provide(Runner.scorecard()),
    Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env }))),
    Layer.provideMerge(database),
  );
  const runtime = runtimeOf(live, process);
  return (runId, records) =>
    runtime.runPromise(
      Effect.andThen(mirrored(RunId.make(runId)), complete(RunId.make(runId), records)),
    );
};

/** So many runners in processes of their own, each of which reads two runs at once. */
export const fleet = async (server: string, process: ContenderProcess, runners: number) => {
  const start = Effect.gen(function* () {
    const { url } = yield* EmbeddedPostgres.start;
    const env = {
      ...globalThis.process.env,
      DATABASE_URL: Redacted.value(url),
      SCORECARD_API_KEY: apiKey,
      SCORECARD_BASE_URL: server,
    };
    const main = fileURLToPath(import.meta.resolve("@scorecard-effect/mirror/main"));
    for (let count = 0; count < runners; count += 1) {
      const port = yield* EmbeddedPostgres.freePort;
      const args = ["serve", "--port", String(port), "--concurrency", "2", "--chunk", "10"];
      yield* Effect.acquireRelease(
        Effect.sync(() =>
          spawn(globalThis.process.execPath, [main, ...args, "--refresh", "0 0 1 1 *"], {
            env,
            stdio: "ignore",
          }),
        ),
        (child) => Effect.sync(() => child.kill("SIGKILL")),
      );
    }
    return Fleet.client.pipe(
      Layer.provideMerge(MirrorStore.layer),
      Layer.provideMerge(Database.layer(url)),
    );
  });
  const runtime = runtimeOf(Layer.unwrap(start).pipe(Layer.provide(NodeServices.layer)), process);
  return (runIds: ReadonlyArray<string>, records: number) =>
    runtime.runPromise(
      Effect.forEach(
        runIds.map((runId) => RunId.make(runId)),
        (runId) => Effect.andThen(mirrored(runId), complete(runId, records)),
        { concurrency: "unbounded", discard: true },
      ),
    );
};

const made = 1_000;
const tables = {
  records: `run_id, record_id || '-' || n, testcase_id, inputs, expected, outputs, others, exact, position, scan,
    previous_scan, changed_at, vanished_at`,
  scores: `run_id, record_id || '-' || n, metric_config_id, ordinal, score, validation_errors, others, exact, scan,
    changed_at, vanished_at`,
};

/** Runs a statement for each table, and the file of it. */
const each = (run: (table: string, columns: string, file: string) => string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient;
    const [folder] = yield* sql<{ readonly data_directory: string }>`SHOW data_directory`;
    for (const [table, columns] of Object.entries(tables)) {
      yield* sql.unsafe(run(table, columns, `'${folder?.data_directory ?? ""}/${table}'`)).raw;
    }
  });

/**
 * What Postgres does at best: reads the rows of so many records from files of its own, in the mirror's columns and indexes, and
 * asks nothing of what was there before.
 */
export const copy = async (server: string, process: ContenderProcess) => {
  const runtime = runtimeOf(
    Layer.mergeAll(client(server), Layer.provideMerge(MirrorStore.layer, database)),
    process,
  );
  await runtime.runPromise(
    Effect.andThen(
      streamed(RunId.make(String(made / 100))),
      each(
        (table, columns, file) =>
          `COPY (SELECT ${columns} FROM mirror.${table}, generate_series(1, ${process.units / made}) AS n) TO ${file}`,
      ),
    ),
  );
  return () =>
    runtime.runPromise(
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient;
        yield* each((table) => `DROP TABLE IF EXISTS copied_${table}`);
        yield* each((table) => `CREATE TABLE copied_${table} (LIKE mirror.${table} INCLUDING ALL)`);
        yield* each((table, _, file) => `COPY copied_${table} FROM ${file}`);
        const [held] = yield* sql<{ readonly count: number }>`
          SELECT count(*)::integer AS count FROM copied_records`;
        if (held?.count !== process.units) throw new Error(`${held?.count} were copied`);
      }),
    );
};
