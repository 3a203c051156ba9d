/**
 * Schemas for the scores that Scorecard's own metrics produce. The API does not promise these shapes: a `Score` may
 * hold any JSON object. Pass them to `TypedRecord.make` to read scores with types.
 */
import * as Schema from "effect/Schema";
import { OpenStruct } from "./OpenStruct.ts";
import { WholeNumber } from "./WholeNumber.ts";

const reasoning = Schema.optionalKey(
  Schema.String.annotate({ description: "Why the metric gave this score, for a person to read." }),
);

/** A score that passes or fails: `{ binaryScore: true, reasoning: "…" }`. */
export const BooleanScore = OpenStruct({ binaryScore: Schema.Boolean, reasoning }).annotate({
  identifier: "BooleanScore",
  description: "A score that passes or fails.",
});
export interface BooleanScore extends Schema.Schema.Type<typeof BooleanScore> {}

/** A score on a scale of whole numbers: `{ intScore: 4, reasoning: "…" }`. The metric defines the scale. */
export const IntegerScore = OpenStruct({ intScore: WholeNumber, reasoning }).annotate({
  identifier: "IntegerScore",
  description: "A score on a scale of whole numbers.",
});
export interface IntegerScore extends Schema.Schema.Type<typeof IntegerScore> {}

/** A score that is any finite number: `{ value: 0.87, reasoning: "…" }`. The metric defines the range. */
export const NumberScore = OpenStruct({ value: Schema.Finite, reasoning }).annotate({
  identifier: "NumberScore",
  description: "A score that is any finite number.",
});
export interface NumberScore extends Schema.Schema.Type<typeof NumberScore> {}
