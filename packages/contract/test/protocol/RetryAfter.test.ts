import { assert, describe, it } from "@effect/vitest";
import { Duration } from "effect";
import * as RetryAfter from "../../src/protocol/RetryAfter.ts";

const now = Date.parse("2026-01-01T00:00:00Z");
const millis = (headers: { readonly [name: string]: string }) => {
  const wait = RetryAfter.parse(headers, now);
  return wait === undefined ? undefined : Duration.toMillis(wait);
};

describe("RetryAfter", () => {
  it.each([
    [{ "retry-after": "2" }, 2000],
    [{ "retry-after": "0.5" }, 500],
    [{ "retry-after": "Thu, 01 Jan 2026 00:01:30 GMT" }, 90_000],
    [{ "retry-after": "Thursday, 01-Jan-26 00:01:30 GMT" }, 90_000],
    [{ "retry-after": "Thu Jan  1 00:01:30 2026" }, 90_000],
    [{ "retry-after-ms": "250", "retry-after": "9" }, 250],
    [{ "retry-after-ms": "soon", "retry-after": "9" }, 9000],
    [{ "retry-after": "99999999999" }, 99_999_999_999_000],
  ] as const)("reads %j", (headers, expected) => {
    assert.strictEqual(millis(headers), expected);
  });

  it.each([
    {},
    { "retry-after": "0" },
    { "retry-after": "-1" },
    { "retry-after": "soon" },
    { "retry-after": "" },
    { "retry-after": "Infinity" },
    { "retry-after": "in 5 minutes, at most" },
    { "retry-after": "2099-01-01T00:00:00Z" },
    { "retry-after": "March 7" },
    { "retry-after": "9".repeat(400) },
    { "retry-after": "Wed, 31 Dec 2025 23:59:59 GMT" },
  ])("finds nothing usable in %j", (headers) => {
    assert.isUndefined(millis(headers));
  });
});
