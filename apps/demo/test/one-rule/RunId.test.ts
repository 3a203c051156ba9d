/** A run id has one check. The tables say what each of its users makes of the same odd inputs; the verdicts are written by hand. */
import { assert, describe, it } from "@effect/vitest";
import { users, outcome, assertOutcome } from "../setup/RuleUsers.ts";

describe.each(users)("A run id, for %s", (_, user) => {
  it.each<readonly [unknown, string | RegExp]>([
    ["a/b", "http://x.test/api/runs/a%2Fb/records"],
    ["%2e", "http://x.test/api/runs/%252e/records"],
    ["%2e%2e/..", "http://x.test/api/runs/%252e%252e%2F../records"],
    ["...", "http://x.test/api/runs/.../records"],
    [" ", "http://x.test/api/runs/%20/records"],
    ["?a#b", "http://x.test/api/runs/%3Fa%23b/records"],
    ["é😀", "http://x.test/api/runs/%C3%A9%F0%9F%98%80/records"],
    ["\\\\", "http://x.test/api/runs/%5C%5C/records"],
    ["\u0000\n", "http://x.test/api/runs/%00%0A/records"],
    ["", /The run id is empty/],
    [".", /A run id of dots alone cannot be sent/],
    ["..", /A run id of dots alone cannot be sent/],
    ["\ud800", /The run id is not well-formed Unicode/],
    ["a\udc00b", /The run id is not well-formed Unicode/],
    [135, /The run id is not a string/],
  ])("%j", async (runId, expected) => {
    const actual = await outcome(user, { runId });
    assert.isString(actual);
    assertOutcome(actual, expected);
  });
});
