/** The mirror's tables. A page is written whole or not at all, and no page twice. */
import { Cursor, type RecordWithScores, type RunId } from "@scorecard-effect/contract";
import { Context, Effect, Layer, Schema } from "effect";
import { SqlClient, type SqlError, SqlSchema } from "effect/sql";
import * as Jsonb from "./Jsonb.ts";

/** What becomes of a run. */
export const State = Schema.Literals(["running", "paused", "parked", "cancelled", "complete"]);
export type State = typeof State.Type;

/** Where the mirror of a run stands. */
export const Progress = Schema.Struct({
  runId: Schema.String,
  /** How often the run was mirrored, this time included. */
  generation: Schema.Int,
  state: State,
  /** What fetches the next page; null is the start of the run. */
  cursor: Schema.NullOr(Cursor),
  /** Pages and records that are written of this generation. */
  pages: Schema.NumberFromString,
  records: Schema.NumberFromString,
  /** How many records the service announces. */
  total: Schema.NullOr(Schema.NumberFromString),
  /** Records and scores that this generation found new, different, or gone. */
  changed: Schema.NumberFromString,
  /** How often this generation began anew, because a cursor had expired. */
  rescans: Schema.Int,
  error: Schema.NullOr(Schema.Unknown),
});
export interface Progress extends Schema.Schema.Type<typeof Progress> {}

/** A page to write, and where it belongs. */
export interface PageOfRun {
  readonly runId: RunId;
  readonly generation: number;
  /** The cursor that fetched it; null is the start of the run. */
  readonly from: Cursor | null;
  /** The cursor of the page after it; null where this one is the last. */
  readonly next: Cursor | null;
  readonly records: ReadonlyArray<RecordWithScores>;
  readonly total: number | undefined;
}

/** What became of a page. */
export type Written =
  /** It is in the tables. */
  | "written"
  /** The run has gone on without whoever brings it: nothing was changed. */
  | "superseded";

/** The tables of runs, records and scores. */
export class MirrorStore extends Context.Service<
  MirrorStore,
  {
    /** Begins to mirror a run, or to mirror it again: a generation more, from the start. A run that is under way is left alone. */
    readonly begin: (runId: RunId) => Effect.Effect<Progress, StoreError>;
    readonly progress: (runId: RunId) => Effect.Effect<Progress | undefined, StoreError>;
    readonly all: Effect.Effect<ReadonlyArray<Progress>, StoreError>;
    /**
     * Writes a page and the cursor of the next one, in one transaction; the last page also marks what this generation
     * has not seen as vanished, and the run as complete.
     */
    readonly write: (page: PageOfRun) => Effect.Effect<Written, StoreError>;
    /** Goes back to the start of the run, in the same generation: its cursor has expired. */
    readonly rescan: (runId: RunId, generation: number) => Effect.Effect<void, StoreError>;
    /** Puts a run under way into another state, with the error that did it, if one did. */
    readonly mark: (
      runId: RunId,
      state: State,
      error?: object,
    ) => Effect.Effect<void, StoreError>;
  }
>()("@scorecard-effect/mirror/MirrorStore") {
  static readonly layer: Layer.Layer<MirrorStore, never, SqlClient.SqlClient> = Layer.effect(
    MirrorStore,
    Effect.suspend(() => make),
  );
}

/** Why the tables could not be read or written. */
export type StoreError = SqlError.SqlError | Schema.SchemaError;

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;

  const columns = sql`run_id AS "runId", generation, state, cursor, pages::text, records::text,
    total::text, changed::text, rescans, error`;
  const find = SqlSchema.findAll({
    Request: Schema.String,
    Result: Progress,
    execute: (runId) => sql`SELECT ${columns} FROM mirror.runs WHERE run_id = ${runId}`,
  });
  const list = SqlSchema.findAll({
    Request: Schema.Void,
    Result: Progress,
    execute: () => sql`SELECT ${columns} FROM mirror.runs ORDER BY started_at, run_id`,
  });
  const start = SqlSchema.findAll({
    Request: Schema.String,
    Result: Progress,
    execute: (runId) => sql`
      INSERT INTO mirror.runs AS run (run_id, generation, state) VALUES (${runId}, 1, 'running')
      ON CONFLICT (run_id) DO UPDATE SET
        generation = run.generation + 1, state = 'running', cursor = NULL, pages = 0, records = 0, total = NULL,
        changed = 0, rescans = 0, error = NULL, started_at = now(), updated_at = now(), finished_at = NULL
        WHERE run.state IN ('complete', 'cancelled')
      RETURNING ${columns}`,
  });

  const progress = Effect.fn("MirrorStore.progress")(function* (runId: RunId) {
    const [found] = yield* find(runId);
    return found;
  });

  const begin = Effect.fn("MirrorStore.begin")(function* (runId: RunId) {
    const [started] = yield* start(runId);
    if (started !== undefined) return started;
    const [found] = yield* find(runId);
    // It was there a moment ago, or there would have been no conflict.
    return found ?? (yield* Effect.die(`run ${runId} was deleted while it began`));
  });

  const upsertRecords = ({ runId, generation, records }: PageOfRun, before: number) => sql<{
    readonly changed: string;
  }>`
    WITH upserted AS (
      INSERT INTO mirror.records AS record
        (run_id, record_id, testcase_id, inputs, expected, outputs, others, exact, position, generation)
      SELECT ${runId}, id, testcase, inputs, expected, outputs, others, exact, position, ${generation}::integer
      FROM jsonb_to_recordset(${JSON.stringify(
        records.map((record, index) => recordRow(record, before + index)),
      )}::jsonb) AS own
        (id text, testcase text, inputs jsonb, expected jsonb, outputs jsonb, others jsonb, exact text, position bigint)
      ON CONFLICT (run_id, record_id) DO UPDATE SET
        testcase_id = excluded.testcase_id, inputs = excluded.inputs, expected = excluded.expected,
        outputs = excluded.outputs, others = excluded.others, exact = excluded.exact, position = excluded.position,
        generation = excluded.generation, vanished_at = NULL,
        changed_at = CASE WHEN
          (record.testcase_id, record.inputs, record.expected, record.outputs, record.others, record.exact, record.vanished_at)
          IS DISTINCT FROM (excluded.testcase_id, excluded.inputs, excluded.expected, excluded.outputs, excluded.others,
            excluded.exact, NULL::timestamptz)
          THEN now() ELSE record.changed_at END
      RETURNING changed_at = now() AS changed
    ) SELECT count(*) FILTER (WHERE changed)::text AS changed FROM upserted`;

  const upsertScores = ({ runId, generation, records }: PageOfRun) => sql<{
    readonly changed: string;
  }>`
    WITH upserted AS (
      INSERT INTO mirror.scores AS score
        (run_id, record_id, metric_config_id, ordinal, score, validation_errors, others, exact, generation)
      SELECT ${runId}, record, metric, ordinal, own.score, errors, others, exact, ${generation}::integer
      FROM jsonb_to_recordset(${JSON.stringify(records.flatMap(scoreRows))}::jsonb) AS own
        (record text, metric text, ordinal smallint, score jsonb, errors jsonb, others jsonb, exact text)
      ON CONFLICT (run_id, record_id, metric_config_id, ordinal) DO UPDATE SET
        score = excluded.score, validation_errors = excluded.validation_errors, others = excluded.others,
        exact = excluded.exact, generation = excluded.generation, vanished_at = NULL,
        changed_at = CASE WHEN
          (score.score, score.validation_errors, score.others, score.exact, score.vanished_at)
          IS DISTINCT FROM (excluded.score, excluded.validation_errors, excluded.others, excluded.exact, NULL::timestamptz)
          THEN now() ELSE score.changed_at END
      RETURNING changed_at = now() AS changed
    ) SELECT count(*) FILTER (WHERE changed)::text AS changed FROM upserted`;

  const vanish = (table: "records" | "scores", { runId, generation }: PageOfRun) => sql<{
    readonly changed: string;
  }>`
    WITH gone AS (
      UPDATE mirror.${sql(table)} SET vanished_at = now(), changed_at = now()
      WHERE run_id = ${runId} AND generation < ${generation} AND vanished_at IS NULL
      RETURNING 1
    ) SELECT count(*)::text AS changed FROM gone`;

  const write = Effect.fn("MirrorStore.write")(function* (page: PageOfRun) {
    const { runId, generation, from, next, records, total } = page;
    // Locked until the page is written: whoever else has the same one waits here, and then finds the run gone on.
    const [run] = yield* sql<{ readonly records: string }>`
      SELECT records::text FROM mirror.runs
      WHERE run_id = ${runId} AND generation = ${generation} AND state = 'running'
        AND cursor IS NOT DISTINCT FROM ${from}::text FOR UPDATE`;
    if (run === undefined) return "superseded" as const;
    const before = Number(run.records);
    const counts = [
      ...(yield* upsertRecords(page, before)),
      ...(yield* upsertScores(page)),
      ...(next === null ? [...(yield* vanish("records", page)), ...(yield* vanish("scores", page))] : []),
    ];
    const changed = counts.reduce((sum, { changed: own }) => sum + Number(own), 0);
    yield* sql`
      UPDATE mirror.runs SET
        cursor = ${next}, pages = pages + 1, records = records + ${records.length}::bigint,
        total = coalesce(${total ?? null}::bigint, total), changed = changed + ${changed}::bigint, updated_at = now(),
        state = ${next === null ? "complete" : "running"},
        finished_at = CASE WHEN ${next === null}::boolean THEN now() END
      WHERE run_id = ${runId}`;
    return "written" as const;
  }, sql.withTransaction);

  const rescan = Effect.fn("MirrorStore.rescan")(function* (runId: RunId, generation: number) {
    yield* sql`
      UPDATE mirror.runs
      SET cursor = NULL, pages = 0, records = 0, rescans = rescans + 1, updated_at = now()
      WHERE run_id = ${runId} AND generation = ${generation} AND state = 'running'`;
  });

  const mark = Effect.fn("MirrorStore.mark")(function* (
    runId: RunId,
    state: State,
    error?: object,
  ) {
    yield* sql`
      UPDATE mirror.runs SET state = ${state}, updated_at = now(),
        error = ${error === undefined ? null : JSON.stringify(Jsonb.fit(error).jsonb)}::jsonb
      WHERE run_id = ${runId} AND state <> 'complete'`;
  });

  return { begin, progress, all: list(), write, rescan, mark };
});

const recordRow = ({ scores: _, ...record }: RecordWithScores, position: number) => {
  const { id, runId: __, testcaseId, inputs, expected, outputs, ...others } = record;
  const { jsonb, isExact } = Jsonb.fit({ inputs, expected, outputs, others });
  return {
    ...Object(jsonb),
    id,
    testcase: testcaseId ?? null,
    exact: isExact ? null : JSON.stringify({ inputs, expected, outputs, others }),
    position,
  };
};

const scoreRows = ({ id, scores }: RecordWithScores) => {
  const seen = new Map<string, number>();
  return scores.map(({ recordId: _, metricConfigId, score, validationErrors, ...others }) => {
    const ordinal = seen.get(metricConfigId) ?? 0;
    seen.set(metricConfigId, ordinal + 1);
    const errors = validationErrors ?? null;
    const { jsonb, isExact } = Jsonb.fit({ score, errors, others });
    return {
      ...Object(jsonb),
      record: id,
      metric: metricConfigId,
      ordinal,
      exact: isExact ? null : JSON.stringify({ score, errors, others }),
    };
  });
};
