/**
 * Whether a value is a page of records, or a record: the same verdict as `Schema.is` gives, at about the
 * cost of looking at each field once. Written out by hand, because a page is the one thing that is
 * checked a million times over; the tests hold both to the same verdict (docs/decisions/0007).
 */
import { metricConfigIdPattern } from "./Id.ts";
import type { RecordWithScores } from "./Record.ts";
import type { RecordPage } from "./RecordPage.ts";

/**
 * Whether a value, such as `JSON.parse` returns, is a {@link RecordPage}. Nothing is copied: what passes is
 * the value itself, with the fields that the contract does not know.
 *
 * @example
 * ```ts
 * import { isRecordPage } from "@scorecard-effect/contract";
 *
 * const body: unknown = JSON.parse('{ "data": [], "nextCursor": null, "hasMore": false }');
 * if (isRecordPage(body)) console.log(body.data.length);
 * ```
 */
export const isRecordPage = (value: unknown): value is RecordPage =>
  isObject(value) &&
  isArrayOf(value["data"], isRecordWithScores) &&
  (typeof value["nextCursor"] === "string" || value["nextCursor"] === null) &&
  typeof value["hasMore"] === "boolean" &&
  (isCount(value["total"]) || !("total" in value));

/** Whether a value is a {@link RecordWithScores}. */
export const isRecordWithScores = (value: unknown): value is RecordWithScores =>
  isObject(value) &&
  typeof value["id"] === "string" &&
  typeof value["runId"] === "string" &&
  (typeof value["testcaseId"] === "string" || !("testcaseId" in value)) &&
  isObject(value["inputs"]) &&
  isObject(value["expected"]) &&
  isObject(value["outputs"]) &&
  isArrayOf(value["scores"], isScore);

const isScore = (value: unknown): boolean =>
  isObject(value) &&
  typeof value["recordId"] === "string" &&
  typeof value["metricConfigId"] === "string" &&
  metricConfigIdPattern.test(value["metricConfigId"]) &&
  isObject(value["score"]) &&
  (!("validationErrors" in value) || isArrayOf(value["validationErrors"], isValidationError));

const isValidationError = (value: unknown): boolean =>
  isObject(value) && typeof value["path"] === "string" && typeof value["message"] === "string";

const isCount = (value: unknown): boolean =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;

const isObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

// A loop, not `every`: `every` skips holes and costs a call.
const isArrayOf = (value: unknown, isItem: (item: unknown) => boolean): boolean => {
  if (!Array.isArray(value)) return false;
  for (const item of value) if (!isItem(item)) return false;
  return true;
};
