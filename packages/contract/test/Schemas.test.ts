import { assert, describe, expectTypeOf, it } from "@effect/vitest";
import { Effect, Result, Schema } from "effect";
import {
  ApiError,
  BooleanScore,
  Cursor,
  formatIssue,
  IntegerScore,
  type MetricConfigId,
  NumberScore,
  RecordId,
  RunId,
  TestcaseId,
  issuesOf,
  Record,
  RecordPage,
  RecordWithScores,
  Score,
} from "../src/index.ts";
import * as Standard from "../src/StandardSchema.ts";
import { damaged, Page } from "./DamagedPages.ts";

const decode = Schema.decodeUnknownResult(RecordPage);
const encode = Schema.encodeUnknownResult(RecordPage);

const knownField = [
  "data|nextCursor|hasMore|total",
  "id|runId|testcaseId|inputs|expected|outputs|scores",
  "recordId|metricConfigId|score|validationErrors|path|message",
].join("|");
const issueLine = new RegExp(
  String.raw`^(?:the value|(?:/(?:${knownField}|\d+))+): (?:Expected [^\n]+|Missing key)$`,
);

describe("A page", () => {
  it.prop(
    "decodes and encodes to itself, with unknown fields at every level",
    { page: Page },
    ({ page }) => {
      const decoded = Result.getOrThrow(decode(page));
      assert.deepStrictEqual<unknown>(decoded, page);
      assert.deepStrictEqual<unknown>(Result.getOrThrow(encode(decoded)), page);
    },
    { arbitrary: { runs: 300 } },
  );

  it("keeps a field named __proto__ as a field", () => {
    const page: unknown = JSON.parse(
      '{"data":[],"nextCursor":null,"hasMore":false,"__proto__":{"polluted":true}}',
    );
    const decoded = Result.getOrThrow(decode(page));
    assert.isTrue(Object.hasOwn(decoded, "__proto__"));
    assert.isFalse("polluted" in decoded);
  });

  it.prop(
    "that is damaged fails with one-line issues, and never throws",
    { damaged },
    ({ damaged: { values } }) => {
      for (const value of values) {
        const decoded = decode(value);
        if (Result.isSuccess(decoded)) continue;
        const issues = issuesOf(decoded.failure);
        assert.isNotEmpty(issues);
        for (const issue of issues) {
          assert.match(formatIssue(issue), issueLine);
        }
      }
    },
    { arbitrary: { runs: 300 } },
  );

  it.each([undefined, null, Number.NaN, 5n, Symbol("x"), () => 1, "", [], new Date(0), new Map()])(
    "is a JSON object, never %s",
    (value) => {
      assert.isTrue(Result.isFailure(decode(value)));
    },
  );
});

describe("The other schemas", () => {
  const record = { id: "1", runId: "2", inputs: {}, expected: {}, outputs: {}, tags: ["a"] };
  const score = {
    recordId: "1",
    metricConfigId: "00000000-0000-0000-0000-000000000000",
    score: {},
    weight: 2,
  };
  const error = { code: "A_NEW_CODE", message: "", details: { a: [] }, requestId: "r" };

  it.each<readonly [string, Schema.Codec<unknown, unknown>, object]>([
    ["Record", Record, record],
    ["RecordWithScores", RecordWithScores, { ...record, scores: [score] }],
    ["Score", Score, score],
    ["ApiError", ApiError, error],
  ])("keep unknown fields and codes: %s", (_, schema, value) => {
    const decoded = Result.getOrThrow(Schema.decodeUnknownResult(schema)(value));
    assert.deepStrictEqual<unknown>(decoded, value);
    const encoded = Schema.encodeUnknownResult(schema)(decoded);
    assert.deepStrictEqual<unknown>(Result.getOrThrow(encoded), value);
  });
});

describe("Standard Schema", () => {
  it.effect.prop(
    "gives the contract's verdict, and returns the same value",
    { damaged },
    ({ damaged: { values } }) =>
      Effect.gen(function* () {
        for (const value of values) {
          const result = yield* Effect.promise(async () =>
            Standard.RecordPage["~standard"].validate(value),
          );
          const decoded = decode(value);
          assert.strictEqual(result.issues === undefined, Result.isSuccess(decoded));
          if (Result.isSuccess(decoded)) {
            assert.deepStrictEqual<unknown>(result, { value: decoded.success });
          }
        }
      }),
    { arbitrary: { runs: 100 } },
  );
});

describe("Known scores", () => {
  it.each<readonly [string, Schema.Codec<unknown, unknown>, object, object]>([
    ["BooleanScore", BooleanScore, { binaryScore: false, more: 1 }, { binaryScore: 1 }],
    ["IntegerScore", IntegerScore, { intScore: 4, reasoning: "r", more: 1 }, { intScore: 2 ** 53 }],
    ["NumberScore", NumberScore, { value: 0.5, more: [1] }, { value: Number.POSITIVE_INFINITY }],
  ])("%s keeps unknown fields, and rejects a value of another type", (_, schema, good, bad) => {
    const decoded = Result.getOrThrow(Schema.decodeUnknownResult(schema)(good));
    assert.deepStrictEqual<unknown>(decoded, good);
    assert.isTrue(Result.isFailure(Schema.decodeUnknownResult(schema)(bad)));
  });
});

describe("Ids", () => {
  it("of one kind are not assignable to another", () => {
    expectTypeOf<RunId>().not.toExtend<RecordId>();
    expectTypeOf<RecordId>().not.toExtend<RunId>();
    expectTypeOf<TestcaseId>().not.toExtend<RecordId>();
    expectTypeOf<Cursor>().not.toExtend<RunId>();
    expectTypeOf<MetricConfigId>().not.toExtend<RecordId>();
    expectTypeOf<string>().not.toExtend<RunId>();
    const brands = [RunId, RecordId, TestcaseId, Cursor].map(({ identifier }) => identifier);
    assert.deepStrictEqual(brands, ["RunId", "RecordId", "TestcaseId", "Cursor"]);
  });
});
