/** The SQL of `runs`. Every statement that changes a state takes its states from the table in `RunState`. */
import type { RunId } from "@scorecard-effect/contract";
import { Effect, Schema } from "effect";
import { SqlClient, type SqlError, type Statement } from "effect/sql";
import * as Jsonb from "./Jsonb.ts";
import { type Checkpoint, type Failure, ListedRun, Progress, type RunFilter } from "./Progress.ts";
import { type RunState, type TransitionName, transitions } from "./RunState.ts";

type Query = Effect.Effect<ReadonlyArray<unknown>, SqlError.SqlError>;

const query = (statement: Query): Effect.Effect<ReadonlyArray<Progress>, SqlError.SqlError> =>
  Effect.flatMap(statement, (rows) =>
    // The migrations made these columns: a row of another form is a defect of the mirror.
    Effect.orDie(Schema.decodeUnknownEffect(Schema.Array(Progress))(rows)),
  );
const queryList = (statement: Query): Effect.Effect<ReadonlyArray<ListedRun>, SqlError.SqlError> =>
  Effect.flatMap(statement, (rows) =>
    Effect.orDie(Schema.decodeUnknownEffect(Schema.Array(ListedRun))(rows)),
  );
const queryOne = (statement: Query) => Effect.map(query(statement), ([run]) => run);

/** Reads and changes the rows of runs. */
export const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;

  const columns = sql`run_id AS "runId", generation, scan, state, cursor, pages::text, records::text,
    total::text, changed::text, rescans, stops, unchanged, error, quarantined::text, page_bytes::text AS "pageBytes", stopped_at AS "stoppedAt",
    failing_since AS "failingSince", retry_at AS "retryAt", waits,
    greatest(0, extract(epoch FROM retry_at - clock_timestamp()) * 1000)::float8 AS "waitMillis",
    last_success_at AS "lastSuccessAt", last_changed_at AS "lastChangedAt", next_refresh_at AS "nextRefreshAt"`;
  const forgotten: RunState = "forgotten";

  const find = (runId: RunId) =>
    queryOne(sql`SELECT ${columns} FROM runs WHERE run_id = ${runId} AND state <> ${forgotten}`);
  const findAll = query(
    sql`SELECT ${columns} FROM runs WHERE state <> ${forgotten} ORDER BY started_at, run_id`,
  );
  /** The runs that a filter selects, in the order in which their generations started. */
  const list = ({ runIds, states, minAgeSeconds = 0 }: RunFilter) =>
    queryList(sql`
      SELECT ${columns}, to_char(updated_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "updatedAt",
        extract(epoch FROM now() - updated_at)::float8 AS "ageSeconds"
      FROM runs WHERE state <> ${forgotten} AND updated_at <= now() - ${minAgeSeconds}::float8 * interval '1 second'
        AND (${runIds === undefined}::boolean
          OR run_id IN (SELECT jsonb_array_elements_text(${JSON.stringify(runIds ?? [])}::jsonb)))
        AND (${states === undefined}::boolean
          OR state IN (SELECT jsonb_array_elements_text(${JSON.stringify(states ?? [])}::jsonb)))
      ORDER BY started_at, run_id`);

  const byId = (runId: RunId): Statement.Fragment => sql`run.run_id = ${runId}`;
  const byGeneration = ({ runId, generation }: Pick<Progress, "runId" | "generation">) =>
    sql`run.run_id = ${runId} AND run.generation = ${generation}`;
  const byCheckpoint = ({ runId, scan, cursor }: Checkpoint) =>
    sql`run.run_id = ${runId} AND run.scan = ${scan} AND run.cursor IS NOT DISTINCT FROM ${cursor}::text`;

  const stateAllows = (name: TransitionName) => sql.in("run.state", transitions[name].from);
  /**
   * Makes a transition of a run that is in the right place and in a state that allows it; undefined where it is not.
   */
  const transition = (
    name: Exclude<TransitionName, "start">,
    where: Statement.Fragment,
    set: Statement.Fragment,
    /** What the same statement does before, and its name. Nothing of it stays unless the run makes the transition. */
    before?: { readonly queries: Statement.Fragment; readonly name: Statement.Fragment },
  ) =>
    queryOne(sql`
      ${before === undefined ? sql`` : sql`WITH ${before.queries}`}
      UPDATE runs AS run SET state = ${transitions[name].to}, updated_at = now(), ${set}
      ${before === undefined ? sql`` : sql`FROM ${before.name}`}
      WHERE ${where} AND ${stateAllows(name)} RETURNING ${columns}`);

  /** What a new generation sets, besides its state. */
  const newGeneration = sql`generation = run.generation + 1, scan = run.scan + 1, cursor = NULL, pages = 0, records = 0,
    total = NULL, changed = 0, rescans = 0, stops = 0, waits = 0, quarantined = 0, error = NULL, started_at = now(),
    finished_at = NULL, stopped_at = NULL, failing_since = NULL, retry_at = NULL, next_refresh_at = NULL`;

  // A run whose row was deleted by hand may have records left: its first scan here comes after the scans that saw them.
  const start = (runId: RunId) =>
    queryOne(sql`
      INSERT INTO runs AS run (run_id, generation, scan, state)
      SELECT ${runId}, 1, CASE WHEN EXISTS (SELECT FROM runs WHERE run_id = ${runId}) THEN 1
        ELSE 1 + coalesce((SELECT max(scan) FROM records WHERE run_id = ${runId}), 0) END,
        ${transitions.start.to}
      ON CONFLICT (run_id) DO UPDATE SET state = excluded.state, updated_at = now(), ${newGeneration}
        WHERE ${stateAllows("start")}
      RETURNING ${columns}`);

  /** Notes how long a page of a run is, which is at this checkpoint. */
  const noteLength = (checkpoint: Checkpoint, bytes: number) =>
    Effect.asVoid(sql`UPDATE runs AS run SET page_bytes = greatest(page_bytes, ${Math.ceil(bytes)}::bigint)
      WHERE ${byCheckpoint(checkpoint)}`);

  /** A query for the run's row, locked, where a page can be written at this checkpoint. */
  const locked = (checkpoint: Checkpoint) => sql`
    SELECT run.run_id AS locked_run, run.scan AS locked_scan, run.records AS records_before FROM runs AS run
    WHERE ${byCheckpoint(checkpoint)} AND ${stateAllows("advance")} FOR UPDATE`;

  /** Locks the row of a run until the transaction ends, where a page can be written at this checkpoint. */
  const lock = (checkpoint: Checkpoint) =>
    queryOne(sql`
      SELECT ${columns} FROM runs AS run WHERE ${byCheckpoint(checkpoint)} AND ${stateAllows("advance")} FOR UPDATE`);

  /** Notes that the workflows of these runs work. A row that is being written is locked, and needs no such note. */
  const beat = (runIds: ReadonlyArray<RunId>) =>
    Effect.asVoid(sql`
      UPDATE runs SET alive_at = clock_timestamp() WHERE run_id IN (
        SELECT run_id FROM runs WHERE ${sql.in("run_id", runIds)} FOR UPDATE SKIP LOCKED)`);
  /** Running runs that have shown no sign of life for this long, and do not wait. The most silent ones come first. */
  const findSilent = (millis: number, maxRuns: number) =>
    query(sql`
      SELECT ${columns} FROM runs AS run WHERE ${stateAllows("adopt")}
        AND greatest(updated_at, alive_at, retry_at) < clock_timestamp() - ${`${millis} milliseconds`}::interval
      ORDER BY greatest(updated_at, alive_at, retry_at) LIMIT ${maxRuns}`);

  /**
   * When a run is refreshed next: a quarter of the time since its last change after its last success, and six hours at
   * most. NULL once it has not changed for `millis`.
   */
  const nextRefresh = (
    lastSuccess: Statement.Fragment,
    lastChanged: Statement.Fragment,
    millis: number,
  ) => sql`CASE WHEN ${lastSuccess} - ${lastChanged} < ${`${millis} milliseconds`}::interval
    THEN ${lastSuccess} + least((${lastSuccess} - ${lastChanged}) / 4, interval '6 hours') END`;
  /** The complete runs that are to be refreshed now. All runs are rescheduled first: `millis` may have changed. */
  const findDue = Effect.fnUntraced(function* (millis: number) {
    const next = nextRefresh(sql`last_success_at`, sql`last_changed_at`, millis);
    yield* sql`UPDATE runs AS run SET next_refresh_at = ${next}
      WHERE ${stateAllows("refresh")} AND next_refresh_at IS DISTINCT FROM ${next}`;
    return yield* query(
      sql`SELECT ${columns} FROM runs AS run WHERE ${stateAllows("refresh")} AND next_refresh_at <= now()
        ORDER BY next_refresh_at`,
    );
  });

  const failureJson = (failure: Failure | undefined): Statement.Fragment =>
    sql`${failure === undefined ? null : JSON.stringify(Jsonb.fit(failure))}::jsonb`;

  return {
    find,
    findAll,
    list,
    lock,
    locked,
    noteLength,
    beat,
    findSilent,
    findDue,
    nextRefresh,
    byId,
    byGeneration,
    byCheckpoint,
    start,
    transition,
    newGeneration,
    failureJson,
  };
});

/** The operations on `runs`. */
export type RunTable = Effect.Success<typeof make>;
