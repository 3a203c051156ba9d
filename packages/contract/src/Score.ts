/** A Score: the evaluation of one Record by one MetricConfig. */
import * as Schema from "effect/Schema";
import { MetricConfigId, RecordId } from "./Id.ts";
import { JsonObject } from "./JsonObject.ts";
import { OpenStruct } from "./OpenStruct.ts";

/**
 * One place where a Score violates the schema of its MetricConfig, as the API reports it.
 *
 * @example
 * ```ts
 * import type { ScoreValidationError } from "@scorecard-effect/contract";
 *
 * const error: ScoreValidationError = { path: "/intScore", message: "must be at most 5" };
 * ```
 */
export const ScoreValidationError = OpenStruct({
  path: Schema.String.annotate({
    description: "The place in the score, as a JSON Pointer (RFC 6901), such as `/intScore`.",
  }),
  message: Schema.String.annotate({ description: "What is wrong there, for a person to read." }),
}).annotate({
  description: "A place where a Score violates the schema of its MetricConfig.",
});
export interface ScoreValidationError extends Schema.Schema.Type<typeof ScoreValidationError> {}

/**
 * The evaluation of one Record by one MetricConfig.
 *
 * `score` is a free-form JSON object: the API stores what the metric produced, and lists violations of the
 * MetricConfig's schema in `validationErrors`. A missing and an empty `validationErrors` mean the same: it found none.
 *
 * @example
 * ```ts
 * import { Score } from "@scorecard-effect/contract";
 * import { Schema } from "effect";
 *
 * const score = Schema.decodeUnknownSync(Score)({
 *   recordId: "456",
 *   metricConfigId: "a1b2c3d4-e5f6-7890-1234-567890abcdef",
 *   score: { binaryScore: true, reasoning: "Names the right city." },
 * });
 * ```
 */
export const Score = OpenStruct({
  recordId: RecordId.annotate({ description: "The Record that was evaluated." }),
  metricConfigId: MetricConfigId.annotate({
    description: "The MetricConfig that evaluated it.",
  }),
  score: JsonObject.annotate({
    description:
      "What the metric produced. It should follow the MetricConfig's output schema; the API stores any object.",
  }),
  validationErrors: Schema.optionalKey(
    Schema.Array(ScoreValidationError).annotate({
      description:
        "Places where `score` violates the MetricConfig's schema; missing or empty if there are none.",
    }),
  ),
}).annotate({
  identifier: "Score",
  description: "The evaluation of one Record by one MetricConfig.",
});
export interface Score extends Schema.Schema.Type<typeof Score> {}
