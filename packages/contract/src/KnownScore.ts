/**
 * The shapes of score that Scorecard's own metrics produce. The API promises none of them: a `Score` is any
 * JSON object. `TypedRecord` reads scores by them.
 */
import * as Schema from "effect/Schema";
import { OpenStruct } from "./OpenStruct.ts";
import { WholeNumber } from "./WholeNumber.ts";

const reasoning = Schema.optionalKey(
  Schema.String.annotate({ description: "Why the score is what it is, in words." }),
);

/** A score that passes or fails: `{ binaryScore: true, reasoning: "…" }`. */
export const BooleanScore = OpenStruct({ binaryScore: Schema.Boolean, reasoning }).annotate({
  identifier: "BooleanScore",
  description: "A score that passes or fails.",
});
export interface BooleanScore extends Schema.Schema.Type<typeof BooleanScore> {}

/** A score on a scale of whole numbers: `{ intScore: 4, reasoning: "…" }`. Its scale is the metric's own. */
export const IntegerScore = OpenStruct({ intScore: WholeNumber, reasoning }).annotate({
  identifier: "IntegerScore",
  description: "A score on a scale of whole numbers.",
});
export interface IntegerScore extends Schema.Schema.Type<typeof IntegerScore> {}

/** A score that is any finite number: `{ value: 0.87, reasoning: "…" }`. Its range is the metric's own. */
export const NumberScore = OpenStruct({ value: Schema.Finite, reasoning }).annotate({
  identifier: "NumberScore",
  description: "A score that is a number.",
});
export interface NumberScore extends Schema.Schema.Type<typeof NumberScore> {}
