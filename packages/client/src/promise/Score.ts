import type { JsonObject, RecordWithScores } from "./PlainRecord.ts";

/**
 * What a metric says of a record: its score, or undefined if it has not scored the record. Ids compare without case.
 *
 * @example
 * ```ts
 * import { createClient, scoreOf } from "@scorecard-effect/client/promise";
 *
 * const correct = "a1b2c3d4-e5f6-7890-1234-567890abcdef";
 * for await (const record of createClient().listRecords("135")) {
 *   if (scoreOf(record, correct)?.["binaryScore"] === false) console.log("failed:", record.id);
 * }
 * ```
 */
export const scoreOf = (
  { scores }: Pick<RecordWithScores, "scores">,
  metricConfigId: string,
): JsonObject | undefined =>
  scores.find((score) => score.metricConfigId.toLowerCase() === metricConfigId.toLowerCase())
    ?.score;
