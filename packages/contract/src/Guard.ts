/**
 * Type guards for pages and records. They give the same verdict as `Schema.is`, and look at each field only once.
 * They are written by hand because every page passes through them; tests hold guards and schemas to the same verdict
 * (docs/decisions/0007).
 */
import * as Predicate from "effect/Predicate";
import type { ApiError } from "./ApiError.ts";
import type { RecordWithScores } from "./Record.ts";
import type { RecordPage } from "./RecordPage.ts";
import { isMetricConfigId } from "./Uuid.ts";

/**
 * Whether a value, such as the result of `JSON.parse`, is a {@link RecordPage}. The guard copies nothing: a value that
 * passes keeps the fields that the contract does not know.
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
  Predicate.isObject(value) &&
  isArrayOf(value["data"], isRecordWithScores) &&
  (typeof value["nextCursor"] === "string" || value["nextCursor"] === null) &&
  typeof value["hasMore"] === "boolean" &&
  (isCount(value["total"]) || !("total" in value));

/** Whether a value is a {@link RecordWithScores}. */
export const isRecordWithScores = (value: unknown): value is RecordWithScores =>
  Predicate.isObject(value) &&
  typeof value["id"] === "string" &&
  typeof value["runId"] === "string" &&
  (typeof value["testcaseId"] === "string" || !("testcaseId" in value)) &&
  Predicate.isObject(value["inputs"]) &&
  Predicate.isObject(value["expected"]) &&
  Predicate.isObject(value["outputs"]) &&
  isArrayOf(value["scores"], isScore);

/** Whether a value is an {@link ApiError}. */
export const isApiError = (value: unknown): value is ApiError =>
  Predicate.isObject(value) &&
  typeof value["code"] === "string" &&
  typeof value["message"] === "string" &&
  Predicate.isObject(value["details"]);

const isScore = (value: unknown): boolean =>
  Predicate.isObject(value) &&
  typeof value["recordId"] === "string" &&
  typeof value["metricConfigId"] === "string" &&
  isMetricConfigId(value["metricConfigId"]) &&
  Predicate.isObject(value["score"]) &&
  (!("validationErrors" in value) || isArrayOf(value["validationErrors"], isValidationError));

const isValidationError = (value: unknown): boolean =>
  Predicate.isObject(value) &&
  typeof value["path"] === "string" &&
  typeof value["message"] === "string";

const isCount = (value: unknown): boolean =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;

// A loop, because `every` skips holes and costs a call for each item.
const isArrayOf = (value: unknown, isItem: (item: unknown) => boolean): boolean => {
  if (!Array.isArray(value)) return false;
  for (const item of value) if (!isItem(item)) return false;
  return true;
};
