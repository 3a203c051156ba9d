import * as Schema from "effect/Schema";

/**
 * A whole number that JavaScript can hold exactly. Its JSON Schema is `integer` without a bound, as in the published
 * API: only JavaScript needs the bound.
 */
export const WholeNumber = Schema.Number.check(
  Schema.isInt({
    expected: "a whole number of at most 2^53 - 1",
    toJsonSchema: () => ({ type: "integer" }),
  }),
);
