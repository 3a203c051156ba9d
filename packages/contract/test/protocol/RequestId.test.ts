import { assert, describe, it } from "@effect/vitest";
import * as RequestId from "../../src/protocol/RequestId.ts";

const redact = (text: string): string => text.replaceAll("ak_secret", "<redacted>");
const of = (headers: Readonly<Record<string, string>>) =>
  RequestId.of((name) => headers[name], redact);

describe("RequestId.of", () => {
  it.each(
    RequestId.headers.map((name, index) => [name, RequestId.headers.slice(index + 1)] as const),
  )("reads %s, and prefers it to %j", (name, worse) => {
    const others = Object.fromEntries(worse.map((other) => [other, "other"]));
    assert.strictEqual(of({ ...others, [name]: "req_7" }), "req_7");
  });

  it("is one bounded line without the key", () => {
    assert.strictEqual(of({ "x-request-id": " a\tb\u009bc\u202e " }), "a b c");
    assert.strictEqual(of({ "x-request-id": "<ak_secret>" }), "<<redacted>>");
    assert.strictEqual(of({ "x-request-id": "x".repeat(500) })?.length, 200);
  });

  it("passes over empty headers, and is undefined without any", () => {
    assert.strictEqual(of({ "x-request-id": " ", "cf-ray": "8f-FRA" }), "8f-FRA");
    assert.isUndefined(of({ "content-type": "text/html" }));
  });
});
