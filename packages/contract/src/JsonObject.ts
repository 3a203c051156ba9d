import * as Schema from "effect/Schema";

/**
 * A JSON object whose members the API leaves open: `inputs`, `expected`, `outputs`, `score` and an error's `details`.
 * Its members are `unknown`, because the team that owns the run decides what they hold. Arrays and `null` are not
 * objects.
 */
export const JsonObject = Schema.Record(Schema.String, Schema.Unknown);
export type JsonObject = typeof JsonObject.Type;
