import { assert, describe, expectTypeOf, it } from "@effect/vitest";
import { Effect, Option, Result, Schema } from "effect";
import {
  ApiError,
  BooleanScore,
  Cursor,
  formatIssue,
  formatIssues,
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
import { damaged, Page } from "./Wire.ts";

const decode = Schema.decodeUnknownResult(RecordPage);
const encode = Schema.encodeUnknownResult(RecordPage);

describe("A page", () => {
  it.prop(
    "decodes and encodes to itself, unknown fields at every level included",
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
    "that is damaged fails with a path and an expectation in one line, and never throws",
    { damaged },
    ({ damaged: { judged } }) => {
      for (const value of judged) {
        const decoded = decode(value);
        if (Result.isSuccess(decoded)) continue;
        const issues = issuesOf(decoded.failure);
        assert.isNotEmpty(issues);
        for (const issue of issues) {
          assert.match(
            formatIssue(issue),
            /^(?:the value|(?:\/(?:data|nextCursor|hasMore|total|id|runId|testcaseId|inputs|expected|outputs|scores|recordId|metricConfigId|score|validationErrors|path|message|\d+))+): (?:Expected [^\n]+|Missing key)$/,
          );
        }
      }
    },
    { arbitrary: { runs: 300 } },
  );

  it.each([undefined, null, Number.NaN, 5n, Symbol("x"), () => 1, "", [], new Date(0), new Map()])(
    "is none of what JSON does not hold (%s)",
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
  const error = { code: "A_CODE_OF_TOMORROW", message: "", details: { a: [] }, requestId: "r" };

  it.each<readonly [string, Schema.Codec<unknown, unknown>, object]>([
    ["Record", Record, record],
    ["RecordWithScores", RecordWithScores, { ...record, scores: [score] }],
    ["Score", Score, score],
    ["ApiError", ApiError, error],
  ])("keep unknown fields, and codes: %s", (_, schema, value) => {
    const decoded = Result.getOrThrow(Schema.decodeUnknownResult(schema)(value));
    assert.deepStrictEqual<unknown>(decoded, value);
    const encoded = Schema.encodeUnknownResult(schema)(decoded);
    assert.deepStrictEqual<unknown>(Result.getOrThrow(encoded), value);
  });
});

describe("Standard Schema", () => {
  it.effect.prop(
    "judges as the contract does, and hands on the same value",
    { damaged },
    ({ damaged: { judged } }) =>
      Effect.gen(function* () {
        for (const value of judged) {
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
  ])("%s keeps unknown fields, and refuses what it cannot be", (_, schema, good, bad) => {
    const decoded = Result.getOrThrow(Schema.decodeUnknownResult(schema)(good));
    assert.deepStrictEqual<unknown>(decoded, good);
    assert.isTrue(Result.isFailure(Schema.decodeUnknownResult(schema)(bad)));
  });
});

describe("Ids", () => {
  it("of one kind do not pass for another", () => {
    expectTypeOf<RunId>().not.toExtend<RecordId>();
    expectTypeOf<RecordId>().not.toExtend<RunId>();
    expectTypeOf<TestcaseId>().not.toExtend<RecordId>();
    expectTypeOf<Cursor>().not.toExtend<RunId>();
    expectTypeOf<MetricConfigId>().not.toExtend<RecordId>();
    expectTypeOf<string>().not.toExtend<RunId>();
    const { brands } = {
      brands: [RunId, RecordId, TestcaseId, Cursor].map(({ identifier }) => identifier),
    };
    assert.deepStrictEqual(brands, ["RunId", "RecordId", "TestcaseId", "Cursor"]);
  });
});

describe("An issue", () => {
  it("is one line, though its schema's words are many", () => {
    const Odd = Schema.Struct({
      "a\nb/c~d": Schema.String.check(Schema.makeFilter(() => "two\nlines \u202e")),
    });
    const [issue] = issuesOf(
      Option.getOrThrow(Result.getFailure(Schema.decodeUnknownResult(Odd)({ "a\nb/c~d": "" }))),
    );
    assert.deepStrictEqual(issue, { path: "/a\nb~1c~0d", message: "two lines \u202e" });
    assert.strictEqual(
      formatIssue(issue ?? { path: "", message: "" }),
      String.raw`/a\u{a}b~1c~0d: two lines \u{202e}`,
    );
  });

  it("is not told for ever", () => {
    const issues = Array.from({ length: 9 }, () => ({
      path: "p".repeat(9000),
      message: "m".repeat(9000),
    }));
    assert.isBelow(formatIssues(issues).length, 3100);
    assert.match(formatIssues(issues), /; and 4 more$/);
    assert.strictEqual(
      formatIssues(issues.slice(0, 1)),
      formatIssue(issues[0] ?? { path: "", message: "" }),
    );
  });
});
