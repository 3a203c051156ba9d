import { assert, describe, it } from "@effect/vitest";
import { Schema } from "effect";
import { ApiError, ApiServiceError, ApiUnauthenticatedError } from "../src/index.ts";

const body = { code: "SOMETHING_NEW", message: "Never seen before.", details: { at: [1, 2] } };

describe("ApiError", () => {
  it("accepts any code", () => {
    assert.deepStrictEqual<unknown>(Schema.decodeSync(ApiError)(body), body);
  });

  it.each([
    ["ApiUnauthenticatedError", ApiUnauthenticatedError],
    ["ApiServiceError", ApiServiceError],
  ] as const)("has no _tag in its encoded form (%s)", (_, Class) => {
    const error = Schema.decodeSync(Class)(body);
    assert.isTrue(error instanceof Class);
    assert.strictEqual(error.message, body.message);
    assert.deepStrictEqual<unknown>(Schema.encodeSync(Class)(error), body);
  });

  it.each([
    { message: "no code", details: {} },
    { code: "X", details: {} },
    { code: "X", message: "no details" },
  ])("rejects a body without one of its fields (%j)", (incomplete) => {
    assert.isFalse(Schema.is(ApiError)(incomplete));
  });
});
