import * as Schema from "effect/Schema";

/**
 * A whole number that JavaScript can hold exactly. In JSON Schema it is `integer` and no more, as the
 * published API has it: the bound that exactness sets is ours, not the API's.
 */
export const WholeNumber = Schema.Number.check(
  Schema.isInt({
    expected: "a whole number of at most 2^53 - 1",
    toJsonSchema: () => ({ type: "integer" }),
  }),
);
