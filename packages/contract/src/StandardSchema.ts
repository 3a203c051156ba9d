/**
 * The contract's schemas with a [Standard Schema](https://standardschema.dev) interface (`~standard`, with JSON
 * Schema), for libraries that accept any validator. They keep fields that the contract does not know, and report every
 * issue, not only the first.
 *
 * @example
 * ```ts
 * import { RecordPage } from "@scorecard-effect/contract/standard-schema";
 *
 * const result = await RecordPage["~standard"].validate({ data: [], nextCursor: null });
 * if (result.issues !== undefined) console.log(result.issues); // [{ path: ["hasMore"], … }]
 * ```
 */
import * as Schema from "effect/Schema";
import * as Errors from "./ApiError.ts";
import * as Known from "./KnownScore.ts";
import * as Records from "./Record.ts";
import * as Pages from "./RecordPage.ts";
import * as Scores from "./Score.ts";

const toStandard = <S extends Schema.ConstraintDecoder<unknown>>(schema: S) =>
  Schema.toStandardJSONSchemaV1(Schema.toStandardSchemaV1(schema));

/** An error response's body. */
export const ApiError = toStandard(Errors.ApiError);
/** A Record without its scores. */
export const Record = toStandard(Records.Record);
/** A Record with its scores. */
export const RecordWithScores = toStandard(Records.RecordWithScores);
/** A page of records. */
export const RecordPage = toStandard(Pages.RecordPage);
/** A Score. */
export const Score = toStandard(Scores.Score);
/** A place where a Score violates the schema of its MetricConfig. */
export const ScoreValidationError = toStandard(Scores.ScoreValidationError);
/** A score that passes or fails. */
export const BooleanScore = toStandard(Known.BooleanScore);
/** A score on a scale of whole numbers. */
export const IntegerScore = toStandard(Known.IntegerScore);
/** A score that is any finite number. */
export const NumberScore = toStandard(Known.NumberScore);
