import { assert, describe, it } from "@effect/vitest";
import { Result, Schema } from "effect";
import { issuesOf, RecordPage } from "../src/index.ts";
import examplePage from "./data/example-page.json" with { type: "json" };

const decode = Schema.decodeUnknownResult(RecordPage);
const changed = (change: (page: typeof examplePage) => object) =>
  change(structuredClone(examplePage));

describe("RecordPage", () => {
  it("decodes a page in the form of the published example", () => {
    const page = Result.getOrThrow(decode(examplePage));
    assert.deepStrictEqual<unknown>(page, examplePage);
    assert.isTrue(Schema.is(RecordPage)(examplePage));
  });

  it("decodes a page without optional fields, and with free-form ones", () => {
    const open = {
      data: [
        {
          id: "1",
          runId: "2",
          inputs: { "": [null, { deep: [1] }] },
          expected: {},
          outputs: {},
          scores: [
            {
              recordId: "1",
              metricConfigId: "A1B2C3D4-E5F6-7890-1234-567890ABCDEF",
              score: {},
              validationErrors: [],
            },
            {
              recordId: "1",
              metricConfigId: "00000000-0000-0000-0000-000000000000",
              score: { any: "thing" },
              validationErrors: [{ path: "/any", message: "must be number" }],
            },
          ],
        },
      ],
      nextCursor: null,
      hasMore: false,
      total: 1,
    };
    assert.deepStrictEqual<unknown>(Result.getOrThrow(decode(open)), open);
  });

  it("accepts fields that it does not know", () => {
    const extended = changed((page) => ({
      ...page,
      took: 3,
      data: page.data.map((record) => ({ ...record, tags: ["a"] })),
    }));
    assert.isTrue(Schema.is(RecordPage)(extended));
  });

  const invalidPages: ReadonlyArray<readonly [string, string, object]> = [
    ["data missing", "/data", { nextCursor: null, hasMore: false }],
    ["data not an array", "/data", { data: {}, nextCursor: null, hasMore: false }],
    ["hasMore missing", "/hasMore", { data: [], nextCursor: null }],
    ["hasMore a string", "/hasMore", { data: [], nextCursor: null, hasMore: "false" }],
    ["nextCursor missing", "/nextCursor", { data: [], hasMore: false }],
    ["nextCursor a number", "/nextCursor", { data: [], nextCursor: 7, hasMore: true }],
    ["total negative", "/total", { data: [], nextCursor: null, hasMore: false, total: -1 }],
    ["total a fraction", "/total", { data: [], nextCursor: null, hasMore: false, total: 1.5 }],
    [
      "a record's scores missing",
      "/data/0/scores",
      changed((page) => ({ ...page, data: [{ ...page.data[0], scores: undefined }] })),
    ],
    [
      "inputs an array",
      "/data/0/inputs",
      changed((page) => ({ ...page, data: [{ ...page.data[0], inputs: [] }] })),
    ],
    [
      "testcaseId null",
      "/data/0/testcaseId",
      changed((page) => ({ ...page, data: [{ ...page.data[0], testcaseId: null }] })),
    ],
    [
      "a metricConfigId that is not a UUID",
      "/data/0/scores/0/metricConfigId",
      changed((page) => {
        const [record] = page.data;
        return {
          ...page,
          data: [{ ...record, scores: [{ ...record?.scores[0], metricConfigId: "m1" }] }],
        };
      }),
    ],
  ];

  it.each(invalidPages)("fails on %s, at %s", (_, path, page) => {
    const result = decode(page);
    assert.isTrue(Result.isFailure(result));
    if (Result.isFailure(result)) {
      const [issue] = issuesOf(result.failure);
      assert.strictEqual(issue?.path, path);
      assert.match(issue?.message ?? "", /^[^\n]+$/);
    }
    assert.isFalse(Schema.is(RecordPage)(page));
  });
});
