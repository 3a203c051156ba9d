import * as Schema from "effect/Schema";

/** Flags that exclude one another, or a setting that is missing. */
export class UsageError extends Schema.TaggedError<UsageError>("@scorecard-effect/demo/UsageError")(
  "UsageError",
  { message: Schema.String },
) {}
