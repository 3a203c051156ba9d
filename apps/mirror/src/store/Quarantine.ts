/** Records that no row can hold, set aside so that their run continues. */
import type { RecordWithScores, RunId } from "@scorecard-effect/contract";
import { Effect } from "effect";
import { SqlClient } from "effect/sql";
import * as Jsonb from "./Jsonb.ts";
import type { Checkpoint } from "./Progress.ts";

/** A record that is set aside. */
export interface Refused {
  /** Its place on its page, from 0. */
  readonly index: number;
  /** Its id, where it has one. */
  readonly id: string | undefined;
  /** Where in the record the reason is, such as `/scores/1/metricConfigId`; empty where that is not known. */
  readonly path: string;
  readonly reason: string;
  /** The record as it was parsed. */
  readonly value: unknown;
}

// A longer record is cut: `bytes` says how long it was.
const maxRecordLength = 65_536;
const maxReasonLength = 1_000;

/** The JSON of a record, which `text` can hold: strings are escaped. A long one is cut. */
const textOf = (value: unknown) => {
  const whole = Jsonb.stringify(value);
  return {
    record: whole.slice(0, maxRecordLength).toWellFormed(),
    bytes: Buffer.byteLength(whole),
  };
};

const storable = (text: string): string =>
  text.slice(0, maxReasonLength).toWellFormed().replaceAll("\0", "\uFFFD");

/** Whether a `text` column can hold a string. */
const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes("\0");

/** An id that a column can hold. */
const storableId = (id: string | undefined): string | null =>
  id !== undefined && isStorable(id) ? id : null;

/** Finds an id that no column can hold, before Postgres refuses the whole page. */
export const refusalOf = (record: RecordWithScores, index: number): Refused | undefined => {
  const keys: ReadonlyArray<readonly [path: string, id: string | null | undefined]> = [
    ["/id", record.id],
    ["/testcaseId", record.testcaseId],
    ...record.scores.map(
      ({ metricConfigId }, at) => [`/scores/${at}/metricConfigId`, metricConfigId] as const,
    ),
  ];
  const refused = keys.find(([, id]) => typeof id === "string" && !isStorable(id));
  if (refused === undefined) return undefined;
  const reason = "Postgres can hold neither U+0000 nor a lone surrogate in an id";
  return { index, id: record.id, path: refused[0], reason, value: record };
};

/** Reads and writes the quarantine. */
export const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;

  /** Sets the refused records of a page aside. `listed` is how many records of the scan came before the page. */
  const add = (
    { runId, scan, cursor }: Checkpoint,
    listed: number,
    refused: ReadonlyArray<Refused>,
  ) => {
    const rows = refused.map(({ id, index, path, reason, value }) => ({
      position: listed + index,
      index,
      record_id: storableId(id),
      path: storable(path),
      reason: storable(reason),
      ...textOf(value),
    }));
    return sql`
      INSERT INTO quarantine (run_id, scan, cursor, position, index, record_id, path, reason, record, bytes)
      SELECT ${runId}, ${scan}::integer, ${cursor}::text, * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        AS refused (position bigint, index integer, record_id text, path text, reason text, record text, bytes bigint)`;
  };

  /** Whether this scan has set records of the page with this cursor aside before: the cursors lead in a circle. */
  const hasSeen = ({ runId, scan, cursor }: Checkpoint) =>
    Effect.map(
      sql<{ readonly seen: boolean }>`SELECT EXISTS (SELECT FROM quarantine
        WHERE run_id = ${runId} AND scan = ${scan} AND cursor IS NOT DISTINCT FROM ${cursor}::text) AS seen`,
      ([row]) => row?.seen === true,
    );

  /** Drops what earlier scans have set aside. */
  const dropEarlier = ({ runId, scan }: Checkpoint) =>
    sql`DELETE FROM quarantine WHERE run_id = ${runId} AND scan < ${scan}`;

  /** Drops everything that was set aside for a run. */
  const drop = (runId: RunId) => sql`DELETE FROM quarantine WHERE run_id = ${runId}`;

  /** Tells which listed records the latest scan of a run has set aside. */
  const membership = Effect.fnUntraced(function* (runId: RunId) {
    const rows = yield* sql<{ readonly id: string | null; readonly record: string | null }>`
      SELECT record_id AS id, CASE WHEN record_id IS NULL THEN record END AS record FROM quarantine
      WHERE run_id = ${runId} AND scan = (SELECT max(scan) FROM quarantine WHERE run_id = ${runId})`;
    const ids = new Set(rows.map(({ id }) => id));
    const records = new Set(rows.map(({ record }) => record));
    return ({ id, value }: Pick<Refused, "id" | "value">): boolean => {
      const storedId = storableId(id);
      return storedId === null ? records.has(textOf(value).record) : ids.has(storedId);
    };
  });

  return { add, hasSeen, dropEarlier, drop, membership };
});

/** The operations on `quarantine`. */
export type Quarantine = Effect.Success<typeof make>;
