/** A failure of the transport has one reason. The tables say what each of its users makes of the same odd inputs; the verdicts are written by hand. */
import { assert, describe, it } from "@effect/vitest";
import { stub, users, assertSafe } from "../setup/RuleUsers.ts";

describe.each(users)("A failure of the transport, for %s", (_, user) => {
  const circle = new Error("round and round");
  circle.cause = new Error("and round", { cause: circle });
  it.each<readonly [string, unknown, string]>([
    [
      "one cause",
      new TypeError("fetch failed", { cause: new Error("ECONNREFUSED 1") }),
      "ECONNREFUSED 1",
    ],
    [
      "three causes",
      new Error("a", { cause: new Error("b", { cause: new Error("the innermost") }) }),
      "the innermost",
    ],
    [
      "several errors",
      new AggregateError([new Error("of IPv6"), new Error("of IPv4")], "both"),
      "of IPv6",
    ],
    ["a circle", circle, "round"],
    ["no message but a code", Object.assign(new Error(""), { code: "ENOENT" }), "ENOENT"],
    ["a text", "a text of its own", "a text of its own"],
    ["the key", new Error("sent ak_any-key to nobody"), "to nobody"],
    ["control characters", new Error("a\u001b[31mb\u202ec"), "31m"],
  ])("gives its reason: %s", async (__, cause, reason) => {
    const { fetch } = stub(() => Promise.reject(cause));
    const text = await user({}, fetch).catch((error: unknown) => String(error));
    assert.include(text, reason);
    assert.notInclude(text, "ak_any-key");
    assertSafe(text);
  });
});
