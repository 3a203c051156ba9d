// Views of metrics: the SQL means what the contract's readers mean, and the views are named, replaced and dropped safely.
import { NodeServices } from "@effect/platform-node";
import { assert, layer } from "@effect/vitest";
import { type KnownMetrics, parseMetricsFile, readScore } from "@scorecard-effect/contract/metrics";
import { FakeRun } from "@scorecard-effect/fixtures";
import { Effect, Layer, Result } from "effect";
import { SqlClient } from "effect/sql";
import * as EmbeddedPostgres from "../../src/store/EmbeddedPostgres.ts";
import * as MetricSql from "../../src/store/MetricSql.ts";
import * as MetricViews from "../../src/store/MetricViews.ts";
import { MirrorStore } from "../../src/store/MirrorStore.ts";

const Live = MirrorStore.layer.pipe(
  Layer.provideMerge(EmbeddedPostgres.layer),
  Layer.provide(NodeServices.layer),
);

const id = "6f1a5c0e-8d1b-4a7e-9c55-0b6a4e1f2d31";
const other = "b84e2f97-3c60-4d2a-8f7e-51c9d0a7e642";
const known = (metrics: unknown): KnownMetrics =>
  Result.getOrThrow(parseMetricsFile(JSON.stringify({ metrics })));

const values = [
  true,
  false,
  null,
  0,
  1,
  -1,
  3,
  4,
  4.5,
  1e21,
  0.1 + 0.2,
  0.3,
  0.7 + 0.1,
  2 ** 53,
  "0",
  "1",
  "4",
  " 4 ",
  "4x",
  "-4.5e2",
  "1e400",
  "0x10",
  "",
  " ",
  "C",
  " C ",
  "c",
  "true",
  "good",
  "excellent",
  "it's",
  "back\\slash",
  "a\nb",
  "ü🙂",
  "x".repeat(60),
  "x".repeat(61),
  "x".repeat(200),
  [],
  [4],
  {},
  { a: 4 },
];
const scores: ReadonlyArray<unknown> = [
  ...values.map((v) => ({ v, deep: { "a/b~'": [1, v] }, "0": v, "-1": v })),
  [7, 8],
  { "0": true },
  "text",
  null,
  {},
  { v: { v: 4 } },
  { deep: [4] },
  { deep: { "a/b~'": { "1": "C" } } },
];
const paths = ["/v", "/deep/a~1b~0'/1", "/0", "/-1", "/v/v", "/v/0"];
const kinds = [undefined, "boolean", "number", "category"] as const;
const rules = [
  undefined,
  true,
  4,
  0,
  0.3,
  "C",
  "it's",
  ["good", 4, true, "x".repeat(61)],
  ">= 4",
  "> 4",
  "< 0.8",
  "<= 0.3",
  ">= 0.8",
  "!= C",
  "!= 0",
  '!= "0"',
] as const;
const entries = kinds.flatMap((kind) =>
  rules.map((pass) => ({
    ...(kind === undefined ? {} : { kind }),
    ...(pass === undefined ? {} : { pass }),
  })),
);

const sum = (numbers: ReadonlyArray<number>) => numbers.reduce((total, own) => total + own, 0);

layer(Live, { timeout: 60_000 })("Views of metrics", (it) => {
  it.effect("read the value that the contract's readers read, of every kind, rule and path", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient;
      for (const path of paths) {
        // A metric has at most fifty entries, so these are in two files' worth of names.
        const valid = entries.flatMap((entry) => {
          // The file refuses a rule whose values are of another kind.
          const parsed = parseMetricsFile(
            JSON.stringify({ metrics: { [id]: { path, ...entry } } }),
          );
          return Result.isSuccess(parsed)
            ? [{ entry, readings: parsed.success.metrics.get(id) ?? [] }]
            : [];
        });
        assert.isAbove(valid.length, 30);
        const readings = valid.flatMap((own) => own.readings);
        const placed = readings.map((reading) => ({ ...reading, path: reading.path ?? [] }));
        const columns = placed.flatMap((reading, index) => [
          `(${MetricSql.pass(reading, "score")})::boolean AS p${index}`,
          ...(["boolean", "double precision", "text"] as const).map(
            (type) =>
              `(${MetricSql.value(reading, type, "score")})::${type} AS ${type.slice(0, 1)}${index}`,
          ),
        ]);
        const rows = yield* sql<{ readonly [column: string]: unknown }>`
          SELECT ${sql.literal(columns.join(", "))} FROM jsonb_array_elements(${JSON.stringify(scores)}::jsonb)
          WITH ORDINALITY AS listed (score, place) ORDER BY place`.unprepared;
        assert.strictEqual(rows.length, scores.length);
        for (const [row, score] of scores.entries()) {
          for (const [index, reading] of placed.entries()) {
            const what = `${JSON.stringify(score)} ${path} ${JSON.stringify(valid[index]?.entry)}`;
            const read = readScore(reading, score);
            const { pass, kind } = reading;
            if (pass !== undefined) {
              assert.strictEqual(rows[row]?.[`p${index}`], read ?? null, what);
              continue;
            }
            // One of the three types holds the value, and the others nothing that contradicts it.
            const type =
              kind === "boolean"
                ? "b"
                : kind === "number"
                  ? "d"
                  : kind === "category"
                    ? "t"
                    : (typeof read)
                        .slice(0, 1)
                        .replace("n", "d")
                        .replace("s", "t")
                        .replace("u", "t");
            const held = rows[row]?.[`${type}${index}`];
            if (typeof read === "string" && /^[\d.e+-]+$/i.test(read) && typeof held === "string") {
              // Postgres writes 1e21 in full.
              assert.strictEqual(Number(held), Number(read), what);
            } else assert.strictEqual(held, read ?? null, what);
          }
        }
      }
    }),
  );

  it.effect(
    "are named safely, replaced with their types, and dropped when the file drops them",
    () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient;
        const store = yield* MirrorStore;
        const run = FakeRun.make({ seed: 12, records: 60, runId: "viewed" });
        const { scan } = yield* store.start(run.runId);
        const records = Array.from({ length: 60 }, (_, index) => run.record(index));
        yield* store.writePage({
          runId: run.runId,
          scan,
          cursor: null,
          next: null,
          records,
          total: 60,
          acceptIncomplete: false,
          refreshForMillis: 0,
        });
        const file = known({
          [id]: [
            { name: "Correct", path: "/binaryScore", unit: "it's" },
            { name: "correct!", path: "/binaryScore", pass: true },
          ],
          [other]: [
            { name: "Helpfulness", path: "/intScore" },
            { name: "Helpful", path: "/intScore", pass: ">= 4" },
            { name: 'Robert"); DROP TABLE runs; --', path: "/reasoning", kind: "category" },
            { name: "Überprüfung der Länge: ".repeat(4).trim(), path: "/length", kind: "number" },
            { name: "Run ID", path: "/id", kind: "number" },
          ],
          "00000000-0000-4000-8000-000000000000": { name: "Without a path" },
        });
        const { views, notes } = yield* MetricViews.replace(file);
        assert.deepStrictEqual(
          views.map(({ view, type }) => [view, type]),
          [
            ["metric_correct", "boolean"],
            ["metric_correct_2", "boolean"],
            ["metric_helpfulness", "double precision"],
            ["metric_helpful", "double precision"],
            ["metric_robert_drop_table_runs", "text"],
            ["metric_überprüfung_der_länge_überprüfung_der_län", "double precision"],
            ["metric_run_id_2", "double precision"],
          ],
        );
        assert.deepStrictEqual(notes, [
          "correct! is named correct_2, because correct is taken",
          "Run ID is named run_id_2, because run_id is taken",
          "Without a path has no view: its entry has no path",
        ]);
        // The views hold what the records hold.
        const scoresOf = (own: string) =>
          records.flatMap((record) =>
            record.scores.flatMap((score) =>
              score.metricConfigId === own ? [{ record: record.id, score: score.score }] : [],
            ),
          );
        const helpful = scoresOf(other).map(({ score }) => Number(score["intScore"]));
        assert.isAbove(helpful.length, 0);
        const [totals] = yield* sql<{
          readonly count: number;
          readonly sum: number;
          readonly passed: number;
        }>`
        SELECT count(*)::integer AS count, sum(value) AS sum, (count(*) FILTER (WHERE pass))::integer AS passed
        FROM metric_helpful WHERE run_id = 'viewed'`;
        assert.deepStrictEqual(totals, {
          count: helpful.length,
          sum: sum(helpful),
          passed: helpful.filter((own) => own >= 4).length,
        });
        const [wide] = yield* sql<{
          readonly records: number;
          readonly sum: number;
          readonly correct: number;
          readonly passed: number;
        }>`
        SELECT count(*)::integer AS records, sum(helpfulness) AS sum, (count(*) FILTER (WHERE correct))::integer AS correct,
          (count(*) FILTER (WHERE correct_2_pass))::integer AS passed FROM metrics_wide WHERE run_id = 'viewed'`;
        const correct = scoresOf(id).filter(({ score }) => score["binaryScore"] === true).length;
        assert.deepStrictEqual(wide, { records: 60, sum: sum(helpful), correct, passed: correct });
        const [comment] = yield* sql<{ readonly text: string }>`
        SELECT col_description('metric_correct'::regclass, attnum) AS text FROM pg_attribute
        WHERE attrelid = 'metric_correct'::regclass AND attname = 'value'`;
        assert.strictEqual(comment?.text, `Correct; unit: it's; metric ${id}`);

        // Another type, and one metric less, while a reader sees either the old views or the new ones.
        const later = known({ [id]: { name: "Correct", path: "/binaryScore", kind: "category" } });
        yield* sql`CREATE VIEW report AS SELECT * FROM metric_helpful`;
        const refused = yield* Effect.flip(MetricViews.replace(later));
        assert.match(refused.message, /metric_helpful.*depend.*Nothing was changed$/);
        assert.strictEqual(
          (yield* sql`SELECT * FROM metric_correct WHERE value LIMIT 1`).length,
          1,
        );
        yield* sql`DROP VIEW report`;
        yield* MetricViews.replace(later);
        const left = yield* sql<{ readonly name: string }>`
        SELECT viewname AS name FROM pg_views WHERE schemaname = 'mirror' AND viewname LIKE 'metric%' ORDER BY 1`;
        assert.deepStrictEqual(
          left.map(({ name }) => name),
          ["metric_correct", "metrics_wide"],
        );
        assert.isAbove((yield* sql`SELECT * FROM metric_correct WHERE value = 'true'`).length, 0);

        // What a person has made is not replaced.
        yield* sql`CREATE VIEW metric_mine AS SELECT 1 AS one`;
        const mine = yield* Effect.flip(
          MetricViews.replace(known({ [id]: { name: "mine", path: "/a" } })),
        );
        assert.include(mine.message, "metric_mine exists, and mirror views has not made it");
        yield* sql`DROP VIEW metric_mine`;

        // The entry * reads the metrics that the tables hold.
        const rest = yield* MetricViews.replace(
          known({ "*": { path: "/intScore", kind: "number" } }),
        );
        assert.isAtLeast(rest.views.length, 2);
        yield* MetricViews.replace(known({}));
        assert.strictEqual(
          (yield* sql`SELECT 1 FROM pg_views WHERE viewname LIKE 'metric%'`).length,
          0,
        );
      }),
  );
});
