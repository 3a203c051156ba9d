/**
 * Brings the schema of the mirror up to date, step by step. A step that was released is never edited. Statements name
 * tables without a schema: `search_path` decides.
 */
import { PgMigrator } from "@effect/sql-pg";
import { Effect, Schema } from "effect";
import { Migrator, SqlClient } from "effect/sql";
import { quoted, SchemaName } from "./SchemaName.ts";

const createTables = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;
  yield* sql`CREATE TABLE runs (
    run_id text PRIMARY KEY,
    generation integer NOT NULL,
    scan integer NOT NULL,
    state text NOT NULL CHECK (state IN ('running', 'paused', 'parked', 'cancelled', 'complete')),
    cursor text,
    pages bigint NOT NULL DEFAULT 0,
    records bigint NOT NULL DEFAULT 0,
    total bigint,
    changed bigint NOT NULL DEFAULT 0,
    rescans integer NOT NULL DEFAULT 0,
    stops integer NOT NULL DEFAULT 0,
    unchanged integer NOT NULL DEFAULT 0,
    error jsonb,
    started_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz
  )`;
  // No foreign keys: one transaction writes a page's records with their scores. Checking each row again would cost half
  // as much as the rest of the transaction.
  yield* sql`CREATE TABLE records (
    run_id text NOT NULL,
    record_id text NOT NULL,
    testcase_id text,
    inputs jsonb NOT NULL,
    expected jsonb NOT NULL,
    outputs jsonb NOT NULL,
    others jsonb NOT NULL,
    exact text,
    position bigint NOT NULL,
    scan integer NOT NULL,
    previous_scan integer,
    changed_at timestamptz NOT NULL DEFAULT now(),
    vanished_at timestamptz,
    PRIMARY KEY (run_id, record_id)
  )`;
  // A record id is unique within its run. A record may have two scores of one metric config: `ordinal` tells them
  // apart.
  yield* sql`CREATE TABLE scores (
    run_id text NOT NULL,
    record_id text NOT NULL,
    metric_config_id text NOT NULL,
    ordinal smallint NOT NULL DEFAULT 0,
    score jsonb NOT NULL,
    validation_errors jsonb,
    others jsonb NOT NULL,
    exact text,
    scan integer NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    vanished_at timestamptz,
    PRIMARY KEY (run_id, record_id, metric_config_id, ordinal)
  )`;
  yield* sql`CREATE TABLE rate_limits (key text PRIMARY KEY, state jsonb NOT NULL DEFAULT '{}')`;
  yield* sql`CREATE INDEX records_by_testcase ON records (testcase_id, run_id)`;
  yield* sql`CREATE INDEX scores_by_metric_config ON scores (metric_config_id, run_id)`;
  yield* sql`CREATE INDEX failing_scores ON scores (metric_config_id, run_id, record_id)
    WHERE score -> 'binaryScore' = 'false'`;
});

// A forgotten run keeps its row, because a worker that is late must not take a later generation for its own.
const allowForgotten = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;
  yield* sql`ALTER TABLE runs DROP CONSTRAINT runs_state_check`;
  yield* sql`ALTER TABLE runs ADD CONSTRAINT runs_state_check CHECK
    (state IN ('running', 'paused', 'parked', 'cancelled', 'complete', 'forgotten'))`;
});

// A run says when it showed a sign of life, since when it fails or is stopped, and when it is refreshed.
const addTimes = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;
  yield* sql`ALTER TABLE runs
    ADD COLUMN alive_at timestamptz,
    ADD COLUMN failing_since timestamptz,
    ADD COLUMN retry_at timestamptz,
    ADD COLUMN waits integer NOT NULL DEFAULT 0,
    ADD COLUMN stopped_at timestamptz,
    ADD COLUMN quarantined bigint NOT NULL DEFAULT 0,
    ADD COLUMN page_bytes bigint,
    ADD COLUMN last_success_at timestamptz,
    ADD COLUMN last_changed_at timestamptz,
    ADD COLUMN next_refresh_at timestamptz`;
  yield* sql`UPDATE runs SET last_success_at = finished_at, last_changed_at = finished_at WHERE state = 'complete'`;
  yield* sql`UPDATE runs SET stopped_at = updated_at WHERE state IN ('paused', 'parked')`;
});

// Records that no row can hold. `cursor` is that of their page; NULL is the first page of the run. `record_id` is NULL
// where no column can hold it: `record` has it.
const addQuarantine = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;
  yield* sql`CREATE TABLE quarantine (
    run_id text NOT NULL,
    scan integer NOT NULL,
    position bigint NOT NULL,
    cursor text,
    index integer NOT NULL,
    record_id text,
    path text NOT NULL,
    reason text NOT NULL,
    record text NOT NULL,
    bytes bigint NOT NULL,
    quarantined_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (run_id, scan, position)
  )`;
});

// The API whose runs the schema holds. There is one row at most.
const createSources = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;
  yield* sql`CREATE TABLE sources (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    base_url text NOT NULL,
    name text,
    recorded_at timestamptz NOT NULL DEFAULT now()
  )`;
});

// What dashboards and checks of freshness read. A run that is forgotten is not in it.
const addFreshness = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;
  yield* sql`CREATE VIEW freshness AS
    SELECT run_id, state, last_success_at, last_changed_at, next_refresh_at, failing_since, stopped_at, quarantined
    FROM runs WHERE state <> 'forgotten'`;
});

const steps = {
  "0001_runs_records_scores": createTables,
  "0002_forgotten": allowForgotten,
  "0003_times": addTimes,
  "0004_quarantine": addQuarantine,
  "0005_sources": createSources,
  "0006_freshness": addFreshness,
};

/** A newer mirror has changed the tables: this one cannot know what they mean. */
class SchemaTooNew extends Schema.TaggedError<SchemaTooNew>()("SchemaTooNew", {
  found: Schema.Int,
  supported: Schema.Int,
}) {
  override get message(): string {
    const { found, supported } = this;
    return `The tables have version ${found}, and this mirror supports up to ${supported}. Run the newer mirror`;
  }
}

const latestVersion = Object.keys(steps).length;

/** The number of the last step that was applied; 0 where none was. */
const findVersion = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;
  const [table] = yield* sql<{ readonly exists: boolean }>`
    SELECT to_regclass('mirror_migrations') IS NOT NULL AS exists`;
  if (table?.exists !== true) return 0;
  const [row] = yield* sql<{ readonly version: number | null }>`
    SELECT max(migration_id) AS version FROM mirror_migrations`;
  return row?.version ?? 0;
});

/** Creates the schema where it is missing. Only that needs the right to create schemas. */
const createSchema = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;
  const schema = yield* SchemaName;
  const [found] = yield* sql<{ readonly exists: boolean }>`
    SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = ${schema}) AS exists`;
  if (found?.exists === true) return;
  // Two processes may both find it missing; the second then fails here, although it has IF NOT EXISTS.
  yield* sql`CREATE SCHEMA IF NOT EXISTS ${sql.literal(quoted(schema))}`.pipe(
    Effect.catchIf(
      ({ reason }) => reason._tag === "UniqueViolation" || reason._tag === "ConstraintError",
      () => Effect.void,
    ),
  );
});

const applySteps = Effect.gen(function* () {
  yield* createSchema;
  yield* Migrator.make({})({
    loader: PgMigrator.fromRecord(steps),
    table: "mirror_migrations",
  }).pipe(
    // The steps are the mirror's own: one that fails on a database that works is a defect.
    Effect.catchTag("MigrationError", Effect.die),
  );
});

/**
 * Brings the database up to date. On one that is, the role needs no right to create anything. Processes that start at
 * the same time wait for each other.
 */
export const migrate = Effect.gen(function* () {
  const version = yield* findVersion;
  if (version > latestVersion) {
    return yield* new SchemaTooNew({ found: version, supported: latestVersion });
  }
  return version === latestVersion ? undefined : yield* applySteps;
});
