/**
 * The contract's schemas with a [Standard Schema](https://standardschema.dev) interface (`~standard`, with
 * JSON Schema), for libraries that take any validator. They keep fields that the contract does not know, and
 * report every issue, not only the first.
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

const standard = <S extends Schema.ConstraintDecoder<unknown>>(schema: S) =>
  Schema.toStandardJSONSchemaV1(Schema.toStandardSchemaV1(schema));

/** An error response's body. */
export const ApiError = standard(Errors.ApiError);
/** A Record without its scores. */
export const Record = standard(Records.Record);
/** A Record with its scores. */
export const RecordWithScores = standard(Records.RecordWithScores);
/** A page of records. */
export const RecordPage = standard(Pages.RecordPage);
/** A Score. */
export const Score = standard(Scores.Score);
/** A place where a Score departs from the schema of its MetricConfig. */
export const ScoreValidationError = standard(Scores.ScoreValidationError);
/** A score that passes or fails. */
export const BooleanScore = standard(Known.BooleanScore);
/** A score on a scale of whole numbers. */
export const IntegerScore = standard(Known.IntegerScore);
/** A score that is any finite number. */
export const NumberScore = standard(Known.NumberScore);
