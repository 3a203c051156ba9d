/** A text from outside is made safe for a terminal in one way. The tables say what each of its users makes of the same odd inputs; the verdicts are written by hand. */
import { assert, describe, it } from "@effect/vitest";
import { formatIssue, printable } from "@scorecard-effect/contract";
import * as Complaint from "@scorecard-effect/contract/cli/Complaint";
import { stub, users, assertSafe } from "../setup/RuleUsers.ts";

// What a terminal would obey, or a reader be misled by.
const hostile = "a\u0000b\u001b[2Jc\u009bd\u202ee\u2066f\u200bg\ufeffh\u2028i\u0007j\r\nk";

describe("A text that a terminal would obey is safe", () => {
  it.each(users)("in what %s prints of a response", async (_, user) => {
    const body = { code: hostile, message: hostile, details: {} };
    const { fetch } = stub(() => Response.json(body, { status: 403 }));
    const text = await user({}, fetch).catch((error: unknown) => String(error));
    assert.include(text, "[2Jc");
    assertSafe(text);
  });

  it.each(users)("in what %s prints of an id", async (_, user) => {
    const { fetch } = stub(() => new Response("{}", { status: 500 }));
    const text = await user({ runId: hostile }, fetch).catch((error: unknown) => String(error));
    assert.isNotEmpty(text);
    assertSafe(text);
  });

  it("in what commands and formats print", () => {
    assert.include(printable(hostile), "[2Jc");
    assertSafe(printable(hostile));
    assertSafe(formatIssue({ path: `/${hostile}`, message: hostile }));
    assertSafe(Complaint.format("program", hostile));
  });
});
