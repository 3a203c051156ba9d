/** A Retry-After has one meaning. The tables say what each of its users makes of the same odd inputs; the verdicts are written by hand. */
import { assert, describe, it } from "@effect/vitest";
import { stub, promiseClient, users } from "../setup/RuleUsers.ts";

describe.each(users)("A Retry-After, for %s", (_, user) => {
  const date = "Thu, 01 Jan 2026 00:00:00 GMT";
  it.each<readonly [string, number | undefined]>([
    ["7", 7000],
    [" 7 ", 7000],
    ["0.25", 250],
    ["Thu, 01 Jan 2026 00:00:07 GMT", 7000],
    ["Thursday, 01-Jan-26 00:00:07 GMT", 7000],
    ["Thu Jan  1 00:00:07 2026", 7000],
    ["0", undefined],
    ["-7", undefined],
    ["7s", undefined],
    ["1e1", undefined],
    ["7, 8", undefined],
    ["Infinity", undefined],
    ["Wed, 31 Dec 2025 23:59:59 GMT", undefined],
    ["2026-01-01T00:00:07Z", undefined],
    ["soon", undefined],
  ])("of %j is a wait of %o ms", async (value, millis) => {
    const headers = { "retry-after": value, date };
    const { fetch } = stub(() => new Response("{}", { status: 429, headers }));
    const waits: Array<number> = [];
    const error: unknown = await user({}, fetch, waits).catch((own: unknown) => own);
    if (user === promiseClient) {
      assert.strictEqual(Reflect.get(Object(error), "retryAfter"), millis);
    } else if (millis === undefined) {
      assert.notInclude(waits, 7000);
    } else {
      assert.include(waits.map(Math.round), millis);
    }
  });
});
