/**
 * Views of the metrics that a metrics file names: one of each metric, and a wide one with a row for each record. They
 * stand in the mirror's schema, and are replaced in one transaction.
 */
import { type KnownMetrics, passText } from "@scorecard-effect/contract/metrics";
import { Effect, Schema } from "effect";
import { SqlClient, SqlError } from "effect/sql";
import * as Database from "./Database.ts";
import * as MetricSql from "./MetricSql.ts";
import { quoted, SchemaName } from "./SchemaName.ts";

/** A view of one value of a metric. */
export interface MetricView {
  /** The name of the view; in the wide one, that of the column without its `metric_`. */
  readonly view: string;
  readonly column: string;
  readonly metricConfigId: string;
  readonly reading: MetricSql.PlacedReading;
  readonly type: MetricSql.ValueType;
  readonly description: string;
}

/** What was created, and what a person should know about it. */
interface MetricViews {
  readonly views: ReadonlyArray<MetricView>;
  readonly notes: ReadonlyArray<string>;
}

/** A view cannot be replaced. */
class ViewsError extends Schema.TaggedError<ViewsError>()("ViewsError", {
  message: Schema.String,
}) {}

/** The view with a row for each record, and the values of all metrics in its columns. */
export const wideView = "metrics_wide";

// Comments that begin so mark the views that this command may replace.
const marker = "Made by mirror views";

const maxNameBytes = 63;

/** The columns of the wide view that no metric may take. */
const ownColumns = ["run_id", "record_id", "testcase_id", "position", "changed_at"];

/** A name in lower case, with underscores between its words, cut to what Postgres keeps. */
const slug = (name: string, maxBytes: number): string => {
  let own = name
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, "_")
    .replaceAll(/^_+|_+$/g, "");
  while (Buffer.byteLength(own) > maxBytes) own = [...own].slice(0, -1).join("");
  return own === "" ? "metric" : own;
};

const describe = ({ name, unit, better, pass }: MetricSql.PlacedReading, id: string): string =>
  [
    name ?? id,
    ...(unit === undefined ? [] : [`unit: ${unit}`]),
    ...(better === undefined ? [] : [`better: ${better}`]),
    ...(pass === undefined ? [] : [`passes: ${passText(pass)}`]),
    `metric ${id}`,
  ].join("; ");

/** Plans the views of a metrics file: gives them names, and finds out the types that the file does not say. */
const plan = Effect.fnUntraced(function* ({ metrics, others }: KnownMetrics) {
  const sql = yield* SqlClient.SqlClient;
  const notes: Array<string> = [];
  const known = new Map(metrics);
  if (others !== undefined) {
    // The entry `*` reads the metrics that the tables hold and the file does not name.
    const held = yield* sql<{ readonly id: string }>`
      SELECT DISTINCT lower(metric_config_id) AS id FROM scores ORDER BY 1`;
    for (const { id } of held) if (!known.has(id)) known.set(id, others);
  }
  const taken = new Set(ownColumns);
  const views: Array<MetricView> = [];
  for (const [id, readings] of known) {
    for (const reading of readings) {
      const label = reading.name ?? (reading.member === undefined ? id : `${id} ${reading.member}`);
      const { path } = reading;
      if (path === undefined) {
        notes.push(`${label} has no view: its entry has no path`);
        continue;
      }
      const placed = { ...reading, path };
      // The longest suffix of a column is _pass, and the longest addition a number.
      const wanted = slug(label, maxNameBytes - "metric_".length - "_pass_999".length);
      let column = wanted;
      for (let copy = 2; taken.has(column) || taken.has(`${column}_pass`); copy += 1) {
        column = `${wanted}_${copy}`;
      }
      if (column !== wanted) notes.push(`${label} is named ${column}, because ${wanted} is taken`);
      taken.add(column).add(`${column}_pass`);
      views.push({
        view: `metric_${column}`,
        column,
        metricConfigId: id,
        reading: placed,
        type: MetricSql.typeOf(placed) ?? (yield* findType(placed, id)),
        description: describe(placed, id),
      });
    }
  }
  return { views, notes };
});

/** The type of the values that the tables hold: text where there are several, or none. */
const findType = Effect.fnUntraced(function* (reading: MetricSql.PlacedReading, id: string) {
  const sql = yield* SqlClient.SqlClient;
  const types = yield* sql<{ readonly type: string | null }>`
    SELECT DISTINCT jsonb_typeof(${sql.literal(MetricSql.json(reading))}) AS type FROM scores
    WHERE ${sql.literal(ofMetric(id))} AND vanished_at IS NULL`.unprepared;
  const found = types.flatMap(({ type }) =>
    type !== null && ["boolean", "number", "string"].includes(type) ? [type] : [],
  );
  if (found.length !== 1) return "text";
  return found[0] === "boolean" ? "boolean" : found[0] === "number" ? "double precision" : "text";
});

// The ids of the file are in lower case. The index on the column serves both spellings.
const ofMetric = (id: string): string =>
  `metric_config_id IN (${MetricSql.literal(id)}, ${MetricSql.literal(id.toUpperCase())})`;

const metricSelect = ({ metricConfigId, reading, type }: MetricView): string => `
  SELECT score.run_id, score.record_id, record.testcase_id, score.ordinal,
    (${MetricSql.value(reading, type, "score.score")})::${type} AS value,
    (${MetricSql.pass(reading, "score.score")})::boolean AS pass,
    score.changed_at
  FROM scores AS score JOIN records AS record USING (run_id, record_id)
  WHERE score.${ofMetric(metricConfigId)} AND score.vanished_at IS NULL AND record.vanished_at IS NULL`;

/** Of a record with several scores of one metric config, the first that has a value. */
const wideColumn = ({ column, metricConfigId, reading, type }: MetricView): string => {
  const firstOf = (expression: string, own: string, name: string) =>
    `((array_agg((${expression})::${own} ORDER BY score.ordinal) FILTER (WHERE score.${ofMetric(metricConfigId)} ` +
    `AND (${expression}) IS NOT NULL))[1]) AS ${quoted(name)}`;
  const isScore = "score.score";
  const columns = [firstOf(MetricSql.value(reading, type, isScore), type, column)];
  // A boolean that has no other rule passes where it is true: a second column would say the same.
  return [
    ...columns,
    ...(reading.pass === undefined
      ? []
      : [firstOf(MetricSql.pass(reading, isScore), "boolean", `${column}_pass`)]),
  ].join(",\n    ");
};

const wideSelect = (views: ReadonlyArray<MetricView>): string => `
  SELECT record.run_id, record.record_id, record.testcase_id, record.position,
    greatest(record.changed_at, max(score.changed_at)) AS changed_at,
    ${views.map(wideColumn).join(",\n    ")}
  FROM records AS record LEFT JOIN scores AS score
    ON score.run_id = record.run_id AND score.record_id = record.record_id AND score.vanished_at IS NULL
  WHERE record.vanished_at IS NULL GROUP BY record.run_id, record.record_id`;

const hasCode = (error: SqlError.SqlError, code: string): boolean =>
  Database.codeOf(error) === code;

/** Creates the views of a metrics file, and drops those that an earlier file had and this one has not. */
export const replace = Effect.fn("MetricViews.replace")(function* (known: KnownMetrics) {
  const sql = yield* SqlClient.SqlClient;
  const schema = yield* SchemaName;
  const run = (statement: string) => sql`${sql.literal(statement)}`.unprepared;

  const replaceView = Effect.fnUntraced(function* (name: string, select: string, comment: string) {
    const [found] = yield* sql<{ readonly own: boolean }>`
      SELECT coalesce(obj_description(class.oid) LIKE ${`${marker}%`}, false) AND relkind = 'v' AS own
      FROM pg_class AS class JOIN pg_namespace AS space ON space.oid = relnamespace
      WHERE nspname = ${schema} AND relname = ${name}`;
    if (found?.own === false) {
      return yield* new ViewsError({
        message: `${name} exists, and mirror views has not made it: rename one of the two`,
      });
    }
    const create = run(`CREATE OR REPLACE VIEW ${quoted(name)} AS ${select}`);
    // A view whose columns have changed cannot be replaced, only dropped. The savepoint keeps the transaction alive.
    yield* sql.withTransaction(create).pipe(
      Effect.catchIf(
        (error) => hasCode(error, "42P16"),
        () => Effect.andThen(run(`DROP VIEW ${quoted(name)}`), create),
      ),
    );
    yield* run(`COMMENT ON VIEW ${quoted(name)} IS ${MetricSql.literal(`${marker}: ${comment}`)}`);
    return undefined;
  });

  return yield* Effect.gen(function* () {
    // Two commands at the same time wait for each other.
    yield* sql`SELECT pg_advisory_xact_lock(hashtext('mirror views'), hashtext(${schema}))`;
    const { views, notes } = yield* plan(known);
    for (const view of views) {
      yield* replaceView(view.view, metricSelect(view), view.description);
      yield* run(
        `COMMENT ON COLUMN ${quoted(view.view)}.value IS ${MetricSql.literal(view.description)}`,
      );
    }
    if (views.length > 0) {
      yield* replaceView(wideView, wideSelect(views), "one row for each record");
      for (const { column, description } of views) {
        yield* run(
          `COMMENT ON COLUMN ${quoted(wideView)}.${quoted(column)} IS ${MetricSql.literal(description)}`,
        );
      }
    }
    const wanted = new Set([
      ...views.map(({ view }) => view),
      ...(views.length > 0 ? [wideView] : []),
    ]);
    const existing = yield* sql<{ readonly name: string }>`
      SELECT relname AS name FROM pg_class AS class JOIN pg_namespace AS space ON space.oid = relnamespace
      WHERE nspname = ${schema} AND relkind = 'v' AND obj_description(class.oid) LIKE ${`${marker}%`}`;
    for (const { name } of existing) if (!wanted.has(name)) yield* run(`DROP VIEW ${quoted(name)}`);
    return { views, notes } satisfies MetricViews;
  }).pipe(
    Database.transaction(sql),
    Effect.catchIf(
      (error) => SqlError.isSqlError(error) && hasCode(error, "2BP01"),
      (error) =>
        new ViewsError({
          message: `${SqlError.isSqlError(error) ? Database.messageOf(error) : ""}: drop what is built on it first, or keep its entry. Nothing was changed`,
        }),
    ),
  );
});
