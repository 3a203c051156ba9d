/** The ways to write runs into Postgres. Each starts its own Postgres. */
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
import * as RateLimitedClient from "@scorecard-effect/mirror/fleet/RateLimitedClient";
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
import type { ContenderContext } from "../harness/Bench.ts";
import { apiKey, recordsPerPage, runId as idOf } from "../servers/ServedRun.ts";

// Once a year: a refresh during the bench would be measured too.
const onceAYear = "0 0 1 1 *";

const database = EmbeddedPostgres.layer.pipe(Layer.provide(NodeServices.layer));

const client = (baseUrl: string) =>
  ScorecardClient.layer({ apiKey: Redacted.make(apiKey), baseUrl }).pipe(
    Layer.provide(UndiciTransport.layer(() => new Agent())),
  );

const runtimeOf = <A, E>(live: Layer.Layer<A, E>, { atEnd }: ContenderContext) => {
  const runtime = ManagedRuntime.make(Layer.provideMerge(live, Logger.layer([])));
  atEnd(() => runtime.dispose());
  return runtime;
};

/** Lists a run with the client's stream, and writes each page: no workflow, no runner, no rate limit. */
const writeStream = Effect.fnUntraced(function* (runId: RunId) {
  const store = yield* MirrorStore;
  const listing = yield* ScorecardClient;
  const { scan } = yield* store.start(runId);
  yield* listing.listPages(runId).pipe(
    Stream.runForEach(({ cursor = null, nextCursor, records, total }) =>
      store.writePage({
        runId,
        scan,
        cursor,
        next: nextCursor ?? null,
        records,
        total,
        acceptIncomplete: false,
      }),
    ),
  );
});

/** Submits a run to the mirror's runners, and waits until it is complete. */
const startAndWait = Effect.fnUntraced(function* (runId: RunId) {
  const store = yield* MirrorStore;
  yield* MirrorRun.start(runId);
  yield* store.progress(runId).pipe(
    Effect.repeat({
      schedule: Schedule.spaced("100 millis"),
      until: (own) => own?.state === "complete",
    }),
  );
});

/** Fails unless the mirror holds the whole run. */
const expectComplete = (runId: RunId, records: number) =>
  Effect.flatMap(MirrorStore, (store) =>
    Effect.map(store.progress(runId), (own) => {
      if (own?.state !== "complete" || own.records !== records) {
        throw new Error(`${runId}: ${JSON.stringify(own)}`);
      }
    }),
  );

type WriteRun = (runId: string, records: number) => Promise<void>;

export const stream = (baseUrl: string, context: ContenderContext): WriteRun => {
  const runtime = runtimeOf(
    Layer.mergeAll(client(baseUrl), Layer.provideMerge(MirrorStore.layer, database)),
    context,
  );
  return (runId, records) =>
    runtime.runPromise(
      Effect.andThen(writeStream(RunId.make(runId)), expectComplete(RunId.make(runId), records)),
    );
};

export const runner = (baseUrl: string, context: ContenderContext): WriteRun => {
  const env = { SCORECARD_API_KEY: apiKey, SCORECARD_BASE_URL: baseUrl };
  const live = Layer.unwrap(
    Effect.map(EmbeddedPostgres.freePort, (port) =>
      Runner.layer({ host: "127.0.0.1", port, refresh: Cron.parseUnsafe(onceAYear) }),
    ),
  ).pipe(
    Layer.provide(RateLimitedClient.layer()),
    Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env }))),
    Layer.provideMerge(database),
  );
  const runtime = runtimeOf(live, context);
  return (runId, records) =>
    runtime.runPromise(
      Effect.andThen(startAndWait(RunId.make(runId)), expectComplete(RunId.make(runId), records)),
    );
};

/** Starts runners in processes of their own, each of which reads two runs at a time. */
export const fleet = async (baseUrl: string, context: ContenderContext, runners: number) => {
  const start = Effect.gen(function* () {
    const { url } = yield* EmbeddedPostgres.start;
    const env = {
      ...process.env,
      DATABASE_URL: Redacted.value(url),
      SCORECARD_API_KEY: apiKey,
      SCORECARD_BASE_URL: baseUrl,
    };
    const main = fileURLToPath(import.meta.resolve("@scorecard-effect/mirror/main"));
    for (let started = 0; started < runners; started += 1) {
      const port = yield* EmbeddedPostgres.freePort;
      const args = ["serve", "--port", String(port), "--concurrency", "2", "--chunk", "10"];
      yield* Effect.acquireRelease(
        Effect.sync(() =>
          spawn(process.execPath, [main, ...args, "--refresh", onceAYear], {
            env,
            stdio: "ignore",
          }),
        ),
        (child) => Effect.sync(() => child.kill("SIGKILL")),
      );
    }
    return Fleet.layerClient.pipe(
      Layer.provideMerge(MirrorStore.layer),
      Layer.provideMerge(Database.layer(url)),
    );
  });
  const runtime = runtimeOf(Layer.unwrap(start).pipe(Layer.provide(NodeServices.layer)), context);
  return (runIds: ReadonlyArray<string>, records: number) =>
    runtime.runPromise(
      Effect.forEach(
        runIds.map((runId) => RunId.make(runId)),
        (runId) => Effect.andThen(startAndWait(runId), expectComplete(runId, records)),
        { concurrency: "unbounded", discard: true },
      ),
    );
};

/** Records that are written through the mirror, then multiplied in Postgres to fill the files. */
const templateRecords = 1_000;

/** The columns of each table, with a number `n` that makes the ids of the copies unique. */
const columnsOf = {
  records: `run_id, record_id || '-' || n, testcase_id, inputs, expected, outputs, others, exact, position, scan,
    previous_scan, changed_at, vanished_at`,
  scores: `run_id, record_id || '-' || n, metric_config_id, ordinal, score, validation_errors, others, exact, scan,
    changed_at, vanished_at`,
};

/** Runs a statement for each table, with its columns and the path of its file. */
const forEachTable = Effect.fnUntraced(function* (
  statement: (table: string, columns: string, file: string) => string,
) {
  const sql = yield* SqlClient.SqlClient;
  const [folder] = yield* sql<{ readonly data_directory: string }>`SHOW data_directory`;
  for (const [table, columns] of Object.entries(columnsOf)) {
    const file = `'${folder?.data_directory ?? ""}/${table}'`;
    yield* sql.unsafe(statement(table, columns, file)).raw;
  }
});

/**
 * The lower bound that Postgres sets: it reads rows from its own files into tables with the mirror's columns and
 * indexes, and compares nothing with earlier rows.
 */
export const copy = async (baseUrl: string, context: ContenderContext) => {
  const runtime = runtimeOf(
    Layer.mergeAll(client(baseUrl), Layer.provideMerge(MirrorStore.layer, database)),
    context,
  );
  await runtime.runPromise(
    Effect.andThen(
      writeStream(RunId.make(idOf(templateRecords / recordsPerPage))),
      forEachTable(
        (table, columns, file) =>
          `COPY (SELECT ${columns} FROM mirror.${table}, generate_series(1, ${context.units / templateRecords}) AS n) TO ${file}`,
      ),
    ),
  );
  return () =>
    runtime.runPromise(
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient;
        yield* forEachTable((table) => `DROP TABLE IF EXISTS copied_${table}`);
        yield* forEachTable(
          (table) => `CREATE TABLE copied_${table} (LIKE mirror.${table} INCLUDING ALL)`,
        );
        yield* forEachTable((table, _, file) => `COPY copied_${table} FROM ${file}`);
        const [copied] = yield* sql<{ readonly count: number }>`
          SELECT count(*)::integer AS count FROM copied_records`;
        if (copied?.count !== context.units) {
          throw new Error(`${copied?.count} records were copied`);
        }
      }),
    );
};
