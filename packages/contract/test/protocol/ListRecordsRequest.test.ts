import { runInNewContext } from "node:vm";
import { assert, describe, it } from "@effect/vitest";
import { Result } from "effect";
import * as ListRecordsRequest from "../../src/protocol/ListRecordsRequest.ts";

describe("baseUrl", () => {
  it.each([
    ["https://api.example/v2", "https://api.example/v2"],
    ["HTTP://API.example:80/v2//", "http://api.example/v2"],
    [new URL("http://127.0.0.1:8080"), "http://127.0.0.1:8080"],
  ])("accepts %s", (input, expected) => {
    assert.deepStrictEqual(ListRecordsRequest.baseUrl(input), Result.succeed(expected));
  });

  it("accepts a URL of another realm", () => {
    const foreign: unknown = runInNewContext("({ href, origin: 'x' })", {
      href: "https://api.example/v2/",
    });
    assert.deepStrictEqual(
      ListRecordsRequest.baseUrl(foreign),
      Result.succeed("https://api.example/v2"),
    );
  });

  it.each([
    ["", "api.example/v2", "ftp://api.example", "https://", undefined, null, 1, {}],
    ["https://u:p@api.example", "https://api.example?x=1", "https://api.example#f"],
  ])("rejects values such as %j", (...inputs) => {
    for (const input of inputs) {
      assert.isTrue(Result.isFailure(ListRecordsRequest.baseUrl(input)));
    }
  });
});

describe("run ids and cursors", () => {
  it.each(["135", "a/b", "?", "...", " ", "%2e", "0", "\u{1f44b}"])("may be %j", (text) => {
    assert.deepStrictEqual<unknown>(ListRecordsRequest.runId(text), Result.succeed(text));
    assert.deepStrictEqual<unknown>(ListRecordsRequest.cursor(text), Result.succeed(text));
    assert.isTrue(ListRecordsRequest.isCursor(text));
  });

  it.each(["", "\ud800", 135, null, undefined, {}])("must not be %j", (value) => {
    assert.isTrue(Result.isFailure(ListRecordsRequest.runId(value)));
    assert.isTrue(Result.isFailure(ListRecordsRequest.cursor(value)));
    assert.isFalse(ListRecordsRequest.isCursor(value));
  });

  it.each([".", ".."])("%j is a cursor, but not a run id", (dots) => {
    assert.isTrue(Result.isFailure(ListRecordsRequest.runId(dots)));
    assert.isTrue(ListRecordsRequest.isCursor(dots));
  });
});

describe("pageSize", () => {
  it("is a whole number from 1 to 100", () => {
    for (const size of [1, 20, 100]) {
      assert.deepStrictEqual(ListRecordsRequest.pageSize(size), Result.succeed(size));
    }
    for (const size of [0, -1, 101, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "20", null, 20n]) {
      assert.isTrue(Result.isFailure(ListRecordsRequest.pageSize(size)), String(size));
    }
  });
});

describe("tags", () => {
  it.each([
    [[]],
    [["urgent"]],
    [["urgent", "regression", "urgent"]],
    [[" ", "a,b", "&tags=", "\u{1f44b}"]],
    [Array.from({ length: 50 }, (_, index) => `tag ${index}`)],
  ])("may be %j", (values) => {
    const checked = ListRecordsRequest.tags(values);
    assert.deepStrictEqual(checked, Result.succeed(values));
    assert.notStrictEqual(Result.getOrThrow(checked), values);
  });

  it.each([
    ["urgent", "The tags are not an array"],
    [null, "The tags are not an array"],
    [new Set(["urgent"]), "The tags are not an array"],
    [["urgent", ""], "Tag 2 is empty"],
    [[1], "Tag 1 is not a string"],
    // oxlint-disable-next-line no-sparse-arrays
    [["a", , "b"], "Tag 2 is not a string"],
    [["\ud800"], "Tag 1 is not well-formed Unicode"],
    [Array.from({ length: 51 }, () => "urgent"), "There must be at most 50 tags, not 51"],
  ])("must not be %j", (values, problem) => {
    const checked = ListRecordsRequest.tags(values);
    assert.include(Result.isFailure(checked) ? checked.failure : "", problem);
  });
});

describe("url", () => {
  it("repeats the parameter tags, in the given order, and never joins tags", () => {
    const page = { baseUrl: "", runId: "135", limit: 20, cursor: "c" };
    assert.strictEqual(
      ListRecordsRequest.url({ ...page, tags: ["urgent", "a,b&c=d", "é", "urgent"] }),
      "/runs/135/records?limit=20&cursor=c&tags=urgent&tags=a%2Cb%26c%3Dd&tags=%C3%A9&tags=urgent",
    );
    assert.strictEqual(
      ListRecordsRequest.url({ ...page, tags: [] }),
      "/runs/135/records?limit=20&cursor=c",
    );
  });

  it("percent-encodes run id and cursor, and omits parameters that are undefined", () => {
    const baseUrl = "https://api.example/v2";
    assert.strictEqual(
      ListRecordsRequest.url({ baseUrl, runId: "a/b?", limit: 20, cursor: "1+1 &=é" }),
      "https://api.example/v2/runs/a%2Fb%3F/records?limit=20&cursor=1%2B1%20%26%3D%C3%A9",
    );
    assert.strictEqual(ListRecordsRequest.url({ baseUrl: "", runId: "135" }), "/runs/135/records");
  });
});
