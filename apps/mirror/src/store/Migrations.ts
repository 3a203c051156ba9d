/** The schema `mirror` of the database, step by step. A step that was released is never edited. */
import { PgMigrator } from "@effect/sql-pg";
import { Effect, Schema } from "effect";
import { Migrator, SqlClient } from "effect/sql";

const first = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;
  yield* sql`CREATE TABLE mirror.runs (
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
  // No foreign keys: rows are written with what they belong to, in one transaction; to check that once more for each row costs
  // half as much as all the rest.
  yield* sql`CREATE TABLE mirror.records (
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
  // A record is unique within its run, and nothing forbids two scores of one metric config.
  yield* sql`CREATE TABLE mirror.scores (
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
  yield* sql`CREATE TABLE mirror.rate_limits (key text PRIMARY KEY, state jsonb NOT NULL DEFAULT '{}')`;
  yield* sql`CREATE INDEX records_by_testcase ON mirror.records (testcase_id, run_id)`;
  yield* sql`CREATE INDEX scores_by_metric_config ON mirror.scores (metric_config_id, run_id)`;
  yield* sql`CREATE INDEX failing_scores ON mirror.scores (metric_config_id, run_id, record_id)
    WHERE score -> 'binaryScore' = 'false'`;
});

// The numbers of a run that is forgotten stay: what was on its way for it must not be taken for what comes after.
const second = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;
  yield* sql`ALTER TABLE mirror.runs DROP CONSTRAINT runs_state_check`;
  yield* sql`ALTER TABLE mirror.runs ADD CONSTRAINT runs_state_check CHECK
    (state IN ('running', 'paused', 'parked', 'cancelled', 'complete', 'forgotten'))`;
});

const steps = { "0001_runs_records_scores": first, "0002_forgotten": second };

/** Somebody with a newer mirror has been here: this one would not know what it does. */
class SchemaTooNew extends Schema.TaggedError<SchemaTooNew>()("SchemaTooNew", {
  found: Schema.Int,
  known: Schema.Int,
}) {
  override get message(): string {
    return `The tables are of version ${this.found}, and this mirror knows ${this.known}: run the newer mirror that made them`;
  }
}

const known = Object.keys(steps).length;

/** The last step that was taken; 0 is none. */
const latest = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;
  const [table] = yield* sql<{ readonly is: boolean }>`
    SELECT to_regclass('mirror_migrations') IS NOT NULL AS is`;
  if (table?.is !== true) return 0;
  const [row] = yield* sql<{ readonly found: number | null }>`
    SELECT max(migration_id) AS found FROM mirror_migrations`;
  return row?.found ?? 0;
});

const advance = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;
  // Two may find it missing at once; whoever is second is told so.
  yield* sql`CREATE SCHEMA IF NOT EXISTS mirror`.pipe(
    Effect.catchIf(
      ({ reason }) => reason._tag === "UniqueViolation" || reason._tag === "ConstraintError",
      () => Effect.void,
    ),
  );
  yield* Migrator.make({})({
    loader: PgMigrator.fromRecord(steps),
    table: "mirror_migrations",
  }).pipe(
    // Steps of ours, on a database that takes statements: whatever fails is a mistake in code.
    Effect.catchTag("MigrationError", Effect.die),
  );
});

/**
 * Brings the database up to date; one that is needs no rights to create anything. Runners that start at the same time wait for
 * each other.
 */
export const migrate = Effect.gen(function* () {
  const found = yield* latest;
  if (found > known) return yield* new SchemaTooNew({ found, known });
  return found === known ? undefined : yield* advance;
});
