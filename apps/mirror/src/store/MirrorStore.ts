/** The mirror's tables. A page is written whole or not at all, and no page twice. */
import { Cursor, type RecordWithScores, type RunId } from "@scorecard-effect/contract";
import { Context, Data, Effect, Layer, Schema, Struct } from "effect";
import { SqlClient, type SqlError, SqlSchema } from "effect/sql";
import * as Database from "./Database.ts";
import * as Jsonb from "./Jsonb.ts";

/** What becomes of a run. */
export const State = Schema.Literals(["running", "paused", "parked", "cancelled", "complete"]);
export type State = typeof State.Type;

/** Where the mirror of a run stands. */
export const Progress = Schema.Struct({
  runId: Schema.String,
  /** How often the run was mirrored, this time included. */
  generation: Schema.Int,
  /** How often the run was read from its start, in all generations: what a scan has not seen is gone. */
  scan: Schema.Int,
  state: State,
  /** What fetches the next page; null is the start of the run. */
  cursor: Schema.NullOr(Cursor),
  /** Pages and records that are written of this generation. */
  pages: Schema.FiniteFromString,
  records: Schema.FiniteFromString,
  /** How many records the service announces. */
  total: Schema.NullOr(Schema.FiniteFromString),
  /** Records and scores that this generation found new, different, or gone. */
  changed: Schema.FiniteFromString,
  /** How often this generation began anew, because a cursor had expired. */
  rescans: Schema.Int,
  /** How often the run was paused or parked; what resumes it names the last of these stops. */
  stops: Schema.Int,
  /** How many generations in a row found nothing changed. */
  unchanged: Schema.Int,
  /** What stopped it, what it is being retried after, or what did not add up of one that is complete. */
  error: Schema.NullOr(Schema.Unknown),
});
export interface Progress extends Schema.Schema.Type<typeof Progress> {}

/** Where a run is. Whoever was held up finds it elsewhere, and changes nothing. */
export interface Place {
  readonly runId: RunId;
  readonly scan: number;
  /** The cursor that fetches the next page; null is the start of the run. */
  readonly cursor: Cursor | null;
}

/** A page to write, and the place that it belongs to. */
export interface PageOfRun extends Place {
  /** The cursor of the page after it; null where this one is the last. */
  readonly next: Cursor | null;
  readonly records: ReadonlyArray<RecordWithScores>;
  readonly total: number | undefined;
  /** Whether a scan may end with fewer records than the service announces: it is noted then. */
  readonly mayBeShort: boolean;
}

/** What became of a page. */
export type Written =
  /** It is in the tables. */
  | "written"
  /** The run has gone on, or was stopped, without whoever brings it: nothing was changed. */
  | "superseded"
  /** Each of its records is there already from the same scan, and more is to come. Nothing was changed. */
  | "repeated"
  /** It is the last, and its scan has brought fewer records than were announced: some twice, or too few. Nothing was changed. */
  | "short";

/** The tables of runs, records and scores. */
export class MirrorStore extends Context.Service<
  MirrorStore,
  {
    /**
     * Begins to mirror a run, or to mirror it again: a generation more, from the start. One that is not done yet is left
     * as it is.
     */
    readonly begin: (runId: RunId) => Effect.Effect<Progress, StoreError>;
    /** Begins to mirror a run again that is complete as it was: nothing, where it stands otherwise by now. */
    readonly beginAgain: (was: Progress) => Effect.Effect<Progress | undefined, StoreError>;
    readonly progress: (runId: RunId) => Effect.Effect<Progress | undefined, StoreError>;
    readonly all: Effect.Effect<ReadonlyArray<Progress>, StoreError>;
    /**
     * Writes a page and the cursor of the next one, in one transaction; the last page also marks what its scan has not
     * seen as vanished, and the run as complete.
     */
    readonly write: (page: PageOfRun) => Effect.Effect<Written, StoreError>;
    /** Goes back to the start of the run, in the same generation and a scan more. */
    readonly rescan: (place: Place) => Effect.Effect<void, StoreError>;
    /** Stops a run at a place, with the error that it cannot get over. */
    readonly park: (place: Place, error: Failure) => Effect.Effect<void, StoreError>;
    /** Notes why a run that is under way does not get on just now; the next page that is written takes the note away. */
    readonly note: (
      runId: RunId,
      generation: number,
      error: Failure,
    ) => Effect.Effect<void, StoreError>;
    /** Stops a run that is under way: whether it was. */
    readonly pause: (runId: RunId) => Effect.Effect<boolean, StoreError>;
    /** Puts a run that is paused or parked under way again: how it stands then; nothing, where it is neither. */
    readonly resume: (runId: RunId) => Effect.Effect<Progress | undefined, StoreError>;
    /** Ends a run before it is complete: how it stands then; nothing, where it was over. */
    readonly cancel: (runId: RunId) => Effect.Effect<Progress | undefined, StoreError>;
    /** Calls a run that is under way another generation of itself, where it is: nothing, where it stands otherwise by now. */
    readonly renew: (was: Progress) => Effect.Effect<Progress | undefined, StoreError>;
    /** Deletes all that is held of a run, but its numbers: how many records that were, or nothing, where none is known. */
    readonly forget: (runId: RunId) => Effect.Effect<number | undefined, StoreError>;
    /**
     * Compares a run in the tables with what a listing brings, page by page: where they differ, and at last which records
     * no page brought.
     */
    readonly comparison: <E, R>(
      runId: RunId,
      list: (
        compare: (
          records: ReadonlyArray<RecordWithScores>,
        ) => Effect.Effect<ReadonlyArray<Difference>, StoreError>,
      ) => Effect.Effect<void, E, R>,
    ) => Effect.Effect<ReadonlyArray<Difference>, E | StoreError, R>;
  }
>()("@scorecard-effect/mirror/MirrorStore") {
  static readonly layer: Layer.Layer<MirrorStore, never, SqlClient.SqlClient> = Layer.effect(
    MirrorStore,
    Effect.suspend(() => make),
  );
}

/** A record that the tables hold otherwise, or not at all; or hold, though no listing brings it. */
export interface Difference {
  readonly recordId: string;
  readonly kind: "missing" | "different" | "extra";
}

/** Why a run does not get on, as it is kept with it. */
export interface Failure {
  readonly _tag: string;
  readonly message: string;
}

/** Why the tables could not be read or written. */
export type StoreError = SqlError.SqlError;

// The migrations made these columns: a row that is none of ours is a mistake in code.
const ours = <A, R>(effect: Effect.Effect<A, SqlError.SqlError | Schema.SchemaError, R>) =>
  Effect.catchTag(effect, "SchemaError", Effect.die);

/** A page that is not written: failed, so that its transaction takes back what was written until then. */
class Refused extends Data.TaggedError("Refused")<{ readonly as: "repeated" | "short" }> {}

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;

  const columns = sql`run_id AS "runId", generation, scan, state, cursor, pages::text, records::text,
    total::text, changed::text, rescans, stops, unchanged, error`;
  const find = SqlSchema.findAll({
    Request: Schema.String,
    Result: Progress,
    execute: (runId) => sql`
      SELECT ${columns} FROM mirror.runs WHERE run_id = ${runId} AND state <> 'forgotten'`,
  });
  const findAll = SqlSchema.findAll({
    Request: Schema.Void,
    Result: Progress,
    execute: () =>
      sql`SELECT ${columns} FROM mirror.runs WHERE state <> 'forgotten' ORDER BY started_at, run_id`,
  });
  const anew = sql`generation = run.generation + 1, scan = run.scan + 1, state = 'running', cursor = NULL, pages = 0, records = 0,
    total = NULL, changed = 0, rescans = 0, stops = 0, error = NULL, started_at = now(), updated_at = now(), finished_at = NULL`;
  const start = SqlSchema.findAll({
    Request: Schema.String,
    Result: Progress,
    // Who deletes the row of a run leaves its records: they were seen by earlier scans all the same.
    execute: (runId) => sql`
      INSERT INTO mirror.runs AS run (run_id, generation, scan, state)
      SELECT ${runId}, 1, CASE WHEN EXISTS (SELECT FROM mirror.runs WHERE run_id = ${runId}) THEN 1
        ELSE 1 + coalesce((SELECT max(scan) FROM mirror.records WHERE run_id = ${runId}), 0) END, 'running'
      ON CONFLICT (run_id) DO UPDATE SET ${anew} WHERE run.state IN ('complete', 'cancelled', 'forgotten')
      RETURNING ${columns}`,
  });
  const Generation = Schema.Struct({ runId: Schema.String, generation: Schema.Int });
  const startAgain = SqlSchema.findAll({
    Request: Generation,
    Result: Progress,
    execute: ({ runId, generation }) => sql`
      UPDATE mirror.runs AS run SET ${anew}
      WHERE run_id = ${runId} AND generation = ${generation} AND state = 'complete'
      RETURNING ${columns}`,
  });
  const advance = SqlSchema.findAll({
    Request: Generation,
    Result: Progress,
    execute: ({ runId, generation }) => sql`
      UPDATE mirror.runs SET generation = generation + 1, updated_at = now()
      WHERE run_id = ${runId} AND generation = ${generation} AND state = 'running'
      RETURNING ${columns}`,
  });
  const goOn = SqlSchema.findAll({
    Request: Schema.String,
    Result: Progress,
    execute: (runId) => sql`
      UPDATE mirror.runs SET state = 'running', rescans = 0, error = NULL, updated_at = now()
      WHERE run_id = ${runId} AND state IN ('paused', 'parked')
      RETURNING ${columns}`,
  });
  const end = SqlSchema.findAll({
    Request: Schema.String,
    Result: Progress,
    execute: (runId) => sql`
      UPDATE mirror.runs SET state = 'cancelled', finished_at = now(), updated_at = now()
      WHERE run_id = ${runId} AND state IN ('running', 'paused', 'parked')
      RETURNING ${columns}`,
  });

  const firstOf = <A>(
    found: Effect.Effect<ReadonlyArray<A>, SqlError.SqlError | Schema.SchemaError>,
  ) => Effect.map(ours(found), ([first]) => first);
  const progress = Effect.fn("MirrorStore.progress")((runId: RunId) => firstOf(find(runId)));
  const beginAgain = Effect.fn("MirrorStore.beginAgain")((was: Progress) =>
    firstOf(startAgain(was)),
  );
  const renew = Effect.fn("MirrorStore.renew")((was: Progress) => firstOf(advance(was)));
  const resume = Effect.fn("MirrorStore.resume")((runId: RunId) => firstOf(goOn(runId)));
  const cancel = Effect.fn("MirrorStore.cancel")((runId: RunId) => firstOf(end(runId)));

  const begin: MirrorStore["Service"]["begin"] = Effect.fn("MirrorStore.begin")(function* (runId) {
    const begun = (yield* firstOf(start(runId))) ?? (yield* progress(runId));
    // One that was there a moment ago, or there would have been no conflict, was forgotten meanwhile.
    return begun ?? (yield* begin(runId));
  });

  const upsertRecords = ({ runId, scan, records }: PageOfRun, before: number) => sql<{
    readonly changed: string;
    /** How many of them this scan has seen before. */
    readonly again: number;
  }>`
    WITH upserted AS (
      INSERT INTO mirror.records AS record
        (run_id, record_id, testcase_id, inputs, expected, outputs, others, exact, position, scan)
      SELECT ${runId}, id, testcase, inputs, expected, outputs, others, exact, position, ${scan}::integer
      FROM jsonb_to_recordset(${JSON.stringify(
        records.map((record, index) => recordRow(runId, record, before + index)),
      )}::jsonb) AS own
        (id text, testcase text, inputs jsonb, expected jsonb, outputs jsonb, others jsonb, exact text, position bigint)
      ON CONFLICT (run_id, record_id) DO UPDATE SET
        testcase_id = excluded.testcase_id, inputs = excluded.inputs, expected = excluded.expected,
        outputs = excluded.outputs, others = excluded.others, exact = excluded.exact, position = excluded.position,
        scan = excluded.scan, previous_scan = record.scan, vanished_at = NULL,
        changed_at = CASE WHEN
          (record.testcase_id, record.inputs, record.expected, record.outputs, record.others, record.exact, record.vanished_at)
          IS DISTINCT FROM (excluded.testcase_id, excluded.inputs, excluded.expected, excluded.outputs, excluded.others,
            excluded.exact, NULL::timestamptz)
          THEN now() ELSE record.changed_at END
      RETURNING changed_at = now() AS changed, previous_scan = scan AS again
    ) SELECT count(*) FILTER (WHERE changed)::text AS changed, count(*) FILTER (WHERE again)::integer AS again FROM upserted`;

  const upsertScores = ({ runId, scan, records }: PageOfRun) => sql<{
    readonly changed: string;
  }>`
    WITH upserted AS (
      INSERT INTO mirror.scores AS score
        (run_id, record_id, metric_config_id, ordinal, score, validation_errors, others, exact, scan)
      SELECT ${runId}, record, metric, ordinal, own.score, errors, others, exact, ${scan}::integer
      FROM jsonb_to_recordset(${JSON.stringify(records.flatMap(scoreRows))}::jsonb) AS own
        (record text, metric text, ordinal smallint, score jsonb, errors jsonb, others jsonb, exact text)
      ON CONFLICT (run_id, record_id, metric_config_id, ordinal) DO UPDATE SET
        score = excluded.score, validation_errors = excluded.validation_errors, others = excluded.others,
        exact = excluded.exact, scan = excluded.scan, vanished_at = NULL,
        changed_at = CASE WHEN
          (score.score, score.validation_errors, score.others, score.exact, score.vanished_at)
          IS DISTINCT FROM (excluded.score, excluded.validation_errors, excluded.others, excluded.exact, NULL::timestamptz)
          THEN now() ELSE score.changed_at END
      RETURNING changed_at = now() AS changed
    ) SELECT count(*) FILTER (WHERE changed)::text AS changed FROM upserted`;

  const vanish = (table: "records" | "scores", { runId, scan }: PageOfRun) => sql<{
    readonly changed: string;
  }>`
    WITH gone AS (
      UPDATE mirror.${sql(table)} SET vanished_at = now(), changed_at = now()
      WHERE run_id = ${runId} AND scan < ${scan} AND vanished_at IS NULL
      RETURNING 1
    ) SELECT count(*)::text AS changed FROM gone`;

  /** Of records that this scan has brought before: scores that they had there, and have no more. */
  const vanishAgain = ({ runId, scan, records }: PageOfRun) => sql<{ readonly changed: string }>`
    WITH own AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(records.flatMap(scoreRows))}::jsonb) AS own
        (record text, metric text, ordinal smallint)
    ), gone AS (
      UPDATE mirror.scores AS kept SET vanished_at = now(), changed_at = now()
      WHERE run_id = ${runId} AND scan = ${scan} AND vanished_at IS NULL AND record_id IN
        (SELECT jsonb_array_elements_text(${JSON.stringify(records.map(({ id }) => id))}::jsonb))
        AND NOT EXISTS (SELECT FROM own WHERE
          (own.record, own.metric, own.ordinal) = (kept.record_id, kept.metric_config_id, kept.ordinal))
      RETURNING 1
    ) SELECT count(*)::text AS changed FROM gone`;

  /** What is missing of what the service announces, though it has listed as many. */
  const shortage = Effect.fnUntraced(function* ({ runId, scan }: Place, total: number) {
    const [seen] = yield* sql<{ readonly records: number }>`
      SELECT count(*)::integer AS records FROM mirror.records WHERE run_id = ${runId} AND scan = ${scan}`;
    const records = seen?.records ?? 0;
    return records < total ? { records, total } : undefined;
  });

  const write = Effect.fn("MirrorStore.write")(
    function* (brought: PageOfRun) {
      const { runId, scan, cursor, next, records, total, mayBeShort } = brought;
      const page = { ...brought, records: lastOfEach(records) };
      // Locked until the page is written: whoever else has the same one waits here, and then finds the run gone on.
      const [run] = yield* sql<{ readonly records: string; readonly total: string | null }>`
      SELECT records::text, total::text FROM mirror.runs
      WHERE run_id = ${runId} AND scan = ${scan} AND state = 'running'
        AND cursor IS NOT DISTINCT FROM ${cursor}::text FOR UPDATE`;
      if (run === undefined) return "superseded" as const;
      const isLast = next === null;
      const upserted = yield* upsertRecords(page, Number(run.records));
      const again = upserted.reduce((sum, own) => sum + own.again, 0);
      if (!isLast && again > 0 && again === page.records.length) {
        return yield* new Refused({ as: "repeated" });
      }
      // What the scan has announced at most: a run that has shrunk meanwhile may have slid past the listing.
      const announced = Math.max(total ?? 0, Number(run.total));
      const missing = isLast ? yield* shortage(page, announced) : undefined;
      if (missing !== undefined && !mayBeShort) return yield* new Refused({ as: "short" });
      const counts = [
        ...upserted,
        ...(yield* upsertScores(page)),
        ...(again > 0 ? yield* vanishAgain(page) : []),
        // Of what is known to be listed in part nothing has vanished.
        ...(isLast && missing === undefined
          ? [...(yield* vanish("records", page)), ...(yield* vanish("scores", page))]
          : []),
      ];
      const changed = counts.reduce((sum, { changed: own }) => sum + Number(own), 0);
      yield* sql`
      UPDATE mirror.runs SET
        cursor = ${next}, pages = pages + 1, records = records + ${records.length}::bigint,
        total = CASE WHEN ${isLast}::boolean THEN coalesce(${total ?? null}::bigint, total)
          ELSE greatest(${total ?? null}::bigint, total) END, changed = changed + ${changed}::bigint, updated_at = now(),
        error = ${told(missing === undefined ? undefined : incomplete(missing))}::jsonb,
        state = ${isLast ? "complete" : "running"},
        -- Of a first generation there is nothing that it could be the same as.
        unchanged = CASE WHEN NOT ${isLast}::boolean THEN unchanged
          WHEN generation > 1 AND changed + ${changed}::bigint = 0 THEN unchanged + 1 ELSE 0 END,
        finished_at = CASE WHEN ${isLast}::boolean THEN now() END
      WHERE run_id = ${runId}`;
      return "written" as const;
    },
    Database.transaction(sql),
    Effect.catchTag("Refused", ({ as }) => Effect.succeed(as)),
  );

  const at = ({ runId, scan, cursor }: Place) =>
    sql`run_id = ${runId} AND scan = ${scan} AND cursor IS NOT DISTINCT FROM ${cursor}::text AND state = 'running'`;

  const rescan = Effect.fn("MirrorStore.rescan")(function* (place: Place) {
    yield* sql`
      UPDATE mirror.runs
      SET cursor = NULL, pages = 0, records = 0, total = NULL, scan = scan + 1, rescans = rescans + 1, updated_at = now()
      WHERE ${at(place)}`;
  });

  const note = Effect.fn("MirrorStore.note")(function* (
    runId: RunId,
    generation: number,
    error: Failure,
  ) {
    yield* sql`
      UPDATE mirror.runs SET error = ${told(error)}::jsonb, updated_at = now()
      WHERE run_id = ${runId} AND generation = ${generation} AND state = 'running'`;
  });

  const park = Effect.fn("MirrorStore.park")(function* (place: Place, error: Failure) {
    yield* sql`
      UPDATE mirror.runs SET state = 'parked', stops = stops + 1, error = ${told(error)}::jsonb, updated_at = now()
      WHERE ${at(place)}`;
  });

  const pause = Effect.fn("MirrorStore.pause")(function* (runId: RunId) {
    const paused = yield* sql`
      UPDATE mirror.runs SET state = 'paused', stops = stops + 1, error = NULL, updated_at = now()
      WHERE run_id = ${runId} AND state = 'running' RETURNING 1`;
    return paused.length > 0;
  });

  const forget = Effect.fn("MirrorStore.forget")(function* (runId: RunId) {
    // First what a page that is being written waits for.
    const known = yield* sql`
      UPDATE mirror.runs SET state = 'forgotten', cursor = NULL, pages = 0, records = 0, total = NULL, changed = 0,
        unchanged = 0, error = NULL, updated_at = now()
      WHERE run_id = ${runId} AND state <> 'forgotten' RETURNING 1`;
    yield* sql`DELETE FROM mirror.scores WHERE run_id = ${runId}`;
    const [gone] = yield* sql<{ readonly records: number }>`
      WITH gone AS (DELETE FROM mirror.records WHERE run_id = ${runId} RETURNING 1)
      SELECT count(*)::integer AS records FROM gone`;
    const records = gone?.records ?? 0;
    return known.length === 0 && records === 0 ? undefined : records;
  }, Database.transaction(sql));

  const compare = (runId: RunId) =>
    Effect.fnUntraced(function* (listed: ReadonlyArray<RecordWithScores>) {
      const records = lastOfEach(listed);
      const rows = JSON.stringify(records.map((record) => recordRow(runId, record, 0)));
      const differing = yield* sql<Difference>`
        WITH own AS (
          SELECT * FROM jsonb_to_recordset(${rows}::jsonb) AS own
            (id text, testcase text, inputs jsonb, expected jsonb, outputs jsonb, others jsonb, exact text)
        ), noted AS (INSERT INTO mirror_listed SELECT id FROM own)
        SELECT own.id AS "recordId",
          CASE WHEN record.record_id IS NULL OR record.vanished_at IS NOT NULL THEN 'missing' ELSE 'different' END AS kind
        FROM own LEFT JOIN mirror.records AS record ON record.run_id = ${runId} AND record.record_id = own.id
        WHERE record.record_id IS NULL OR record.vanished_at IS NOT NULL OR
          (record.testcase_id, record.inputs, record.expected, record.outputs, record.others, record.exact)
          IS DISTINCT FROM (own.testcase, own.inputs, own.expected, own.outputs, own.others, own.exact)`;
      const known = new Set(differing.map(({ recordId }) => recordId));
      const byScores = yield* sql<{ readonly recordId: string }>`
        WITH own AS (
          SELECT * FROM jsonb_to_recordset(${JSON.stringify(records.flatMap(scoreRows))}::jsonb) AS own
            (record text, metric text, ordinal smallint, score jsonb, errors jsonb, others jsonb, exact text)
        ), kept AS (
          SELECT * FROM mirror.scores WHERE run_id = ${runId} AND vanished_at IS NULL AND record_id IN
            (SELECT jsonb_array_elements_text(${JSON.stringify(records.map(({ id }) => id))}::jsonb))
        )
        SELECT DISTINCT coalesce(own.record, kept.record_id) AS "recordId"
        FROM own FULL JOIN kept ON
          (kept.record_id, kept.metric_config_id, kept.ordinal) = (own.record, own.metric, own.ordinal)
        WHERE own.record IS NULL OR kept.record_id IS NULL OR
          (kept.score, kept.validation_errors, kept.others, kept.exact)
          IS DISTINCT FROM (own.score, own.errors, own.others, own.exact)`;
      return [
        ...differing,
        ...byScores.flatMap(({ recordId }) =>
          known.has(recordId) ? [] : [{ recordId, kind: "different" } as const],
        ),
      ];
    });

  // A connection to oneself, and no transaction: a long one keeps Postgres from tidying up what others delete meanwhile.
  const inSession = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.scoped(
      Effect.flatMap(sql.reserve, (connection) =>
        Effect.provideService(effect, sql.transactionService, [connection, 0]),
      ),
    );

  const comparison: MirrorStore["Service"]["comparison"] = (runId, list) =>
    Effect.gen(function* () {
      yield* sql`CREATE TEMPORARY TABLE mirror_listed (record_id text)`;
      yield* list(compare(runId));
      return yield* sql<Difference>`
        SELECT record_id AS "recordId", 'extra' AS kind FROM mirror.records AS record
        WHERE run_id = ${runId} AND vanished_at IS NULL AND NOT EXISTS
          (SELECT FROM mirror_listed AS listed WHERE listed.record_id = record.record_id)`;
    }).pipe(
      Effect.ensuring(Effect.ignore(sql`DROP TABLE IF EXISTS pg_temp.mirror_listed`)),
      inSession,
    );

  return {
    comparison,
    begin,
    beginAgain,
    progress,
    all: ours(findAll()),
    write,
    rescan,
    park,
    note,
    pause,
    resume,
    cancel,
    renew,
    forget,
  };
});

const incomplete = ({
  records,
  total,
}: {
  readonly records: number;
  readonly total: number;
}): Failure => ({
  _tag: "Incomplete",
  message: `Of ${total} records that were announced ${records} were listed, each time that the run was read`,
});

const told = (error: Failure | undefined): string | null =>
  error === undefined ? null : JSON.stringify(Jsonb.fit(error).jsonb);

/** A record that stands on a page twice is one, as it stood there last. */
const lastOfEach = (records: ReadonlyArray<RecordWithScores>): ReadonlyArray<RecordWithScores> => [
  ...new Map(records.map((own) => [own.id, own])).values(),
];

const recordRow = (runId: RunId, record: RecordWithScores, position: number) => {
  const { id, testcaseId, inputs, expected, outputs } = record;
  const others = {
    ...Struct.omit(record, [
      "id",
      "runId",
      "testcaseId",
      "inputs",
      "expected",
      "outputs",
      "scores",
    ]),
    // It is the run's that lists it, whatever it says; what it says is kept.
    ...(record.runId === runId ? {} : { runId: record.runId }),
  };
  const { jsonb, isExact } = Jsonb.fit({ inputs, expected, outputs, others });
  return {
    ...Object(jsonb),
    id,
    testcase: testcaseId ?? null,
    exact: isExact ? null : Jsonb.stringify({ inputs, expected, outputs, others }),
    position,
  };
};

const scoreRows = ({ id, scores }: RecordWithScores) => {
  const seen = new Map<string, number>();
  return inOrder(scores).map((own) => {
    const { metricConfigId, score, validationErrors } = own;
    const others = {
      ...Struct.omit(own, ["recordId", "metricConfigId", "score", "validationErrors"]),
      ...(own.recordId === id ? {} : { recordId: own.recordId }),
    };
    const ordinal = seen.get(metricConfigId) ?? 0;
    seen.set(metricConfigId, ordinal + 1);
    const errors = validationErrors ?? null;
    const { jsonb, isExact } = Jsonb.fit({ score, errors, others });
    return {
      ...Object(jsonb),
      record: id,
      metric: metricConfigId,
      ordinal,
      exact: isExact ? null : Jsonb.stringify({ score, errors, others }),
    };
  });
};

/** Scores of one metric config in an order of their own: that in which they are listed may be another one each time. */
const inOrder = (scores: RecordWithScores["scores"]): RecordWithScores["scores"] => {
  if (new Set(scores.map(({ metricConfigId }) => metricConfigId)).size === scores.length)
    return scores;
  return scores
    .map((own) => [Jsonb.stringify(own), own] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)))
    .map(([, own]) => own);
};
