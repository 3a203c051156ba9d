/**
 * The contract's schemas as JSON Schema, draft 2020-12: for validators, forms and code generators that do
 * not know Effect. Each document stands alone; what it refers to is in its `$defs`.
 *
 * @example
 * ```ts
 * import * as JsonSchema from "@scorecard-effect/contract/json-schema";
 *
 * console.log(JSON.stringify(JsonSchema.RecordPage, null, 2));
 * ```
 */
import * as Schema from "effect/Schema";
import * as Errors from "./ApiError.ts";
import { type Json, jsonOf, mapValues, plain } from "./JsonSchemaForm.ts";
import * as Known from "./KnownScore.ts";
import * as Records from "./Record.ts";
import * as Pages from "./RecordPage.ts";
import * as Scores from "./Score.ts";

/** A JSON Schema document: a plain JSON object. */
export type JsonSchema = Json;

const document = (schema: Schema.Constraint): JsonSchema => {
  const derived = Schema.toJsonSchemaDocument(schema);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    ...jsonOf(plain(derived.schema)),
    ...(Object.keys(derived.definitions).length > 0
      ? { $defs: mapValues(derived.definitions, plain) }
      : {}),
  };
};

/** JSON Schema of an error response's body. */
export const ApiError: JsonSchema = document(Errors.ApiError);
/** JSON Schema of a Record without its scores. */
export const Record: JsonSchema = document(Records.Record);
/** JSON Schema of a Record with its scores. */
export const RecordWithScores: JsonSchema = document(Records.RecordWithScores);
/** JSON Schema of a page of records. */
export const RecordPage: JsonSchema = document(Pages.RecordPage);
/** JSON Schema of a Score. */
export const Score: JsonSchema = document(Scores.Score);
/** JSON Schema of a place where a Score departs from the schema of its MetricConfig. */
export const ScoreValidationError: JsonSchema = document(Scores.ScoreValidationError);
/** JSON Schema of a score that passes or fails. */
export const BooleanScore: JsonSchema = document(Known.BooleanScore);
/** JSON Schema of a score on a scale of whole numbers. */
export const IntegerScore: JsonSchema = document(Known.IntegerScore);
/** JSON Schema of a score that is any finite number. */
export const NumberScore: JsonSchema = document(Known.NumberScore);
