import { assert, describe, it } from "@effect/vitest";
import * as FailureReason from "../../src/protocol/FailureReason.ts";

const refused = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), {
  code: "ECONNREFUSED",
});
const coded = Object.assign(new Error("Client network socket disconnected"), {
  code: "ECONNRESET",
});
const circle = new Error("around and around");
circle.cause = new Error("and back", { cause: circle });

describe("FailureReason", () => {
  it.each([
    ["an error without a cause", new Error("why"), "why"],
    ["the innermost cause", new TypeError("fetch failed", { cause: refused }), refused.message],
    ["the first of several", new AggregateError([refused, coded]), refused.message],
    ["an empty list of causes", new AggregateError([], "none of them"), "none of them"],
    ["a code that the message lacks", coded, `${coded.message} (ECONNRESET)`],
    ["an error without a message", new RangeError(), "RangeError"],
    ["a string", "it broke", "it broke"],
    ["no reason at all", { reason: "?" }, "the transport gave no reason"],
    ["a cause that is neither an error nor a text", new Error("outer", { cause: 5 }), "outer"],
    ["a cause that is a text", new Error("outer", { cause: "inner" }), "inner"],
  ])("describes %s", (_, failure, expected) => {
    assert.strictEqual(FailureReason.describe(failure), expected);
  });

  it("terminates if causes form a circle", () => {
    assert.oneOf(FailureReason.describe(circle), ["around and around", "and back"]);
  });
});
