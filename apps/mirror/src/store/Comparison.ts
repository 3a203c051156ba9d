/** Compares a run in the tables with a listing of it, and changes nothing. */
import type { RecordWithScores, RunId } from "@scorecard-effect/contract";
import { Effect } from "effect";
import { SqlClient, type SqlError } from "effect/sql";
import * as Rows from "./Rows.ts";

/** A record that the tables hold differently, or not at all; or hold, although the listing does not have it. */
export interface Difference {
  readonly recordId: string;
  readonly kind: "missing" | "different" | "extra";
}

/** Compares a page of the listing with the tables. */
export type ComparePage = (
  records: ReadonlyArray<RecordWithScores>,
) => Effect.Effect<ReadonlyArray<Difference>, SqlError.SqlError>;

/** The function that compares a run. */
export const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;

  const comparePage = (runId: RunId): ComparePage =>
    Effect.fnUntraced(function* (listing) {
      const listed = Rows.lastOfEachId(listing);
      const recordRows = JSON.stringify(listed.map((record) => Rows.recordRow(runId, record, 0)));
      const byRecord = yield* sql<Difference>`
        WITH listed AS (
          SELECT * FROM jsonb_to_recordset(${recordRows}::jsonb) AS listed (${Rows.recordLayout.definitions})
        ), noted AS (INSERT INTO mirror_listed SELECT record_id FROM listed)
        SELECT listed.record_id AS "recordId",
          CASE WHEN kept.record_id IS NULL OR kept.vanished_at IS NOT NULL THEN 'missing' ELSE 'different' END AS kind
        FROM listed LEFT JOIN records AS kept
          ON kept.run_id = ${runId} AND ${Rows.recordLayout.haveSameKey("kept", "listed")}
        WHERE kept.record_id IS NULL OR kept.vanished_at IS NOT NULL OR ${Rows.recordLayout.differ("kept", "listed")}`;
      const recordIds = JSON.stringify(listed.map(({ id }) => id));
      const scoreRows = JSON.stringify(listed.flatMap(Rows.scoreRows));
      const byScores = yield* sql<{ readonly recordId: string }>`
        WITH listed AS (
          SELECT * FROM jsonb_to_recordset(${scoreRows}::jsonb) AS listed (${Rows.scoreLayout.definitions})
        ), kept AS (
          SELECT * FROM scores WHERE run_id = ${runId} AND vanished_at IS NULL
            AND record_id IN (SELECT jsonb_array_elements_text(${recordIds}::jsonb))
        )
        SELECT DISTINCT coalesce(listed.record_id, kept.record_id) AS "recordId"
        FROM listed FULL JOIN kept ON ${Rows.scoreLayout.haveSameKey("kept", "listed")}
        WHERE listed.record_id IS NULL OR kept.record_id IS NULL OR ${Rows.scoreLayout.differ("kept", "listed")}`;
      const reported = new Set(byRecord.map(({ recordId }) => recordId));
      return [
        ...byRecord,
        ...byScores.flatMap(({ recordId }) =>
          reported.has(recordId) ? [] : [{ recordId, kind: "different" } as const],
        ),
      ];
    });

  // A temporary table needs one connection for all pages. It needs no transaction: a long one would keep Postgres from
  // removing what others delete meanwhile.
  const onOneConnection = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.scoped(
      Effect.flatMap(sql.reserve, (connection) =>
        Effect.provideService(effect, sql.transactionService, [connection, 0]),
      ),
    );

  return Effect.fnUntraced(
    function* <E, R>(runId: RunId, list: (compare: ComparePage) => Effect.Effect<void, E, R>) {
      yield* sql`CREATE TEMPORARY TABLE mirror_listed (record_id text)`;
      yield* list(comparePage(runId));
      return yield* sql<Difference>`
        SELECT record_id AS "recordId", 'extra' AS kind FROM records AS kept
        WHERE run_id = ${runId} AND vanished_at IS NULL AND NOT EXISTS
          (SELECT FROM mirror_listed AS listed WHERE listed.record_id = kept.record_id)`;
    },
    Effect.ensuring(Effect.ignore(sql`DROP TABLE IF EXISTS pg_temp.mirror_listed`)),
    onOneConnection,
  );
});
