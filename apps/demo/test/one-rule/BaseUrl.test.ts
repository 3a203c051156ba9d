/** A base URL has one check. The tables say what each of its users makes of the same odd inputs; the verdicts are written by hand. */
import { assert, describe, it } from "@effect/vitest";
import { FakeRun } from "@scorecard-effect/fixtures";
import * as Msw from "@scorecard-effect/fixtures/msw";
import { Redacted } from "effect";
import * as RealApi from "../../src/source/RealApi.ts";
import { users, outcome, assertOutcome } from "../setup/RuleUsers.ts";

describe.each(users)("A base URL, for %s", (_, user) => {
  it.each<readonly [unknown, string | RegExp]>([
    ["http://x.test", "http://x.test/runs/135/records"],
    ["HTTP://X.TEST:80/a///", "http://x.test/a/runs/135/records"],
    ["  http://x.test/a\n", "http://x.test/a/runs/135/records"],
    ["http://[::1]:9/a(b)", "http://[::1]:9/a(b)/runs/135/records"],
    ["http://x.test/a/../b", "http://x.test/b/runs/135/records"],
    ["http://x.test/a%2Fb%20c", "http://x.test/a%2Fb%20c/runs/135/records"],
    ["http://x.test/{a}", "http://x.test/%7Ba%7D/runs/135/records"],
    [new URL("http://x.test/a/"), "http://x.test/a/runs/135/records"],
    ["", /expected an absolute http or https URL/],
    ["x.test", /expected an absolute http or https URL/],
    ["/api", /expected an absolute http or https URL/],
    ["ftp://x.test", /expected an absolute http or https URL/],
    ["http://", /expected an absolute http or https URL/],
    [5, /expected an absolute http or https URL/],
    ["http://u:p@x.test", /must not have credentials, a query or a fragment/],
    ["http://x.test/?a=b", /must not have credentials, a query or a fragment/],
    ["http://x.test/#a", /must not have credentials, a query or a fragment/],
  ])("%o", async (baseUrl, expected) => {
    const actual = await outcome(user, { baseUrl });
    assert.isString(actual);
    assertOutcome(actual, expected);
  });
});

describe("A base URL that cannot be read from", () => {
  it.each(["", "ftp://x.test", "http://u:p@x.test", "http://x.test/?a=ak_b", "http://x.test/#a"])(
    "%j is refused by the handlers for Mock Service Worker, and not shown by the demo",
    (baseUrl) => {
      assert.throws(() => Msw.make({ runs: [FakeRun.make()], baseUrl }), RangeError);
      const apiKey = Redacted.make("ak_any-key");
      assert.strictEqual(
        RealApi.source({ apiKey, baseUrl }).description,
        "real API at a malformed URL",
      );
    },
  );
});
