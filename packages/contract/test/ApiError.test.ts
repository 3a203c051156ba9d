import { assert, describe, it } from "@effect/vitest";
import { Schema } from "effect";
import { ApiError, ApiServiceError, ApiUnauthenticatedError } from "../src/index.ts";

const wire = { code: "SOMETHING_NEW", message: "Never seen before.", details: { at: [1, 2] } };

describe("ApiError", () => {
  it("decodes any code", () => {
    assert.deepStrictEqual<unknown>(Schema.decodeSync(ApiError)(wire), wire);
  });

  it.each([ApiUnauthenticatedError, ApiServiceError])("has no tag on the wire (%s)", (Class) => {
    const error = Schema.decodeSync(Class)(wire);
    assert.isTrue(error instanceof Class);
    assert.strictEqual(error.message, wire.message);
    assert.deepStrictEqual<unknown>(Schema.encodeSync(Class)(error), wire);
  });

  it.each([
    { message: "no code", details: {} },
    { code: "X", details: {} },
    { code: "X", message: "no details" },
  ])("refuses a body with a field missing (%j)", (body) => {
    assert.isFalse(Schema.is(ApiError)(body));
  });
});
