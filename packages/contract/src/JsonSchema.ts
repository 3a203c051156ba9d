/**
 * The contract's schemas as JSON Schema (draft 2020-12), for validators, forms and code generators that do not use
 * Effect. Each document is self-contained: its `$defs` have every schema that it refers to.
 *
 * @example
 * ```ts
 * import * as JsonSchema from "@scorecard-effect/contract/json-schema";
 *
 * console.log(JSON.stringify(JsonSchema.RecordPage, null, 2));
 * ```
 */
import * as Rec from "effect/Record";
import * as Schema from "effect/Schema";
import * as Errors from "./ApiError.ts";
import type { JsonObject } from "./JsonObject.ts";
import { asObject, toPublishedSchema } from "./JsonSchemaForm.ts";
import * as Known from "./KnownScore.ts";
import * as Metrics from "./metrics/MetricsFile.ts";
import * as Records from "./Record.ts";
import * as Pages from "./RecordPage.ts";
import * as Scores from "./Score.ts";

/** A JSON Schema document: a plain JSON object. */
export type JsonSchema = JsonObject;

const toDocument = (
  schema: Schema.Constraint,
  options?: Schema.ToJsonSchemaOptions,
): JsonSchema => {
  const derived = Schema.toJsonSchemaDocument(schema, options);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    ...asObject(toPublishedSchema(derived.schema)),
    ...(Rec.isEmptyReadonlyRecord(derived.definitions)
      ? {}
      : { $defs: Rec.map(derived.definitions, toPublishedSchema) }),
  };
};

/** JSON Schema of an error response's body. */
export const ApiError: JsonSchema = toDocument(Errors.ApiError);
/** JSON Schema of a Record without its scores. */
export const Record: JsonSchema = toDocument(Records.Record);
/** JSON Schema of a Record with its scores. */
export const RecordWithScores: JsonSchema = toDocument(Records.RecordWithScores);
/** JSON Schema of a page of records. */
export const RecordPage: JsonSchema = toDocument(Pages.RecordPage);
/** JSON Schema of a Score. */
export const Score: JsonSchema = toDocument(Scores.Score);
/** JSON Schema of a place where a Score violates the schema of its MetricConfig. */
export const ScoreValidationError: JsonSchema = toDocument(Scores.ScoreValidationError);
/** JSON Schema of a score that passes or fails. */
export const BooleanScore: JsonSchema = toDocument(Known.BooleanScore);
/** JSON Schema of a score on a scale of whole numbers. */
export const IntegerScore: JsonSchema = toDocument(Known.IntegerScore);
/** JSON Schema of a score that is any finite number. */
export const NumberScore: JsonSchema = toDocument(Known.NumberScore);
/** JSON Schema of a metrics file: the same as `metrics.schema.json`. It allows no unknown keys. */
export const MetricsFile: JsonSchema = toDocument(Metrics.MetricsFile, {
  onExcessProperty: "error",
});
