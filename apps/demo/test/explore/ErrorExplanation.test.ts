import { assert, describe, it } from "@effect/vitest";
import { RequestRejected } from "@scorecard-effect/client";
import { RunId } from "@scorecard-effect/contract";
import { explain } from "../../src/explore/ErrorExplanation.ts";

const rejected = (more: Partial<ConstructorParameters<typeof RequestRejected>[0]> = {}) =>
  explain(
    new RequestRejected({
      runId: RunId.make("135"),
      attempts: 1,
      status: 404,
      ...more,
    }),
    (text) => text,
  );

describe("What the explorer says of a 404", () => {
  it("doubts the base URL where the API gives no reason", () => {
    for (const { title, advice } of [rejected(), rejected({ serverMessage: "Not Found" })]) {
      assert.strictEqual(title, "There is no such run, or the base URL is wrong");
      assert.include(advice, "Check the base URL, which usually ends with /api/v2");
    }
  });

  it("doubts the run where the API gives the reason", () => {
    const { title, advice } = rejected({
      apiError: { code: "NOT_FOUND", message: "Run 135 does not exist", details: {} },
    });
    assert.strictEqual(title, "There is no such run");
    assert.notInclude(advice, "base URL");
  });
});
