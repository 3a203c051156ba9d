import { assert, describe, expectTypeOf, it } from "@effect/vitest";
import { Option, Result, Schema } from "effect";
import {
  BooleanScore,
  IntegerScore,
  type Issue,
  type JsonObject,
  NumberScore,
  RecordWithScores,
  type Score,
  TypedRecord,
} from "../src/index.ts";

const correct = "a1b2c3d4-e5f6-7890-1234-567890abcdef";
const helpful = "b2c3d4e5-f6a7-8901-2345-67890abcdef0";
const exact = "c3d4e5f6-a7b8-9012-3456-7890abcdef01";
const unknown = "d4e5f6a7-b8c9-0123-4567-890abcdef012";

const Support = TypedRecord.make({
  inputs: Schema.Struct({ question: Schema.String }),
  outputs: Schema.Struct({ response: Schema.String, at: Schema.DateFromString }),
  scores: { [correct]: BooleanScore, [helpful]: IntegerScore, [exact]: NumberScore },
});
type Support = TypedRecord.Type<typeof Support>;

const record = (change: object, scores: ReadonlyArray<object> = []) =>
  Schema.decodeUnknownSync(RecordWithScores)({
    id: "1",
    runId: "135",
    inputs: { question: "?" },
    expected: { any: ["thing"] },
    outputs: { response: "!", at: "2026-01-01T00:00:00.000Z" },
    scores: scores.map((score) => ({ recordId: "1", ...score })),
    ...change,
  });
const read = (value: RecordWithScores): Support => Result.getOrThrow(Support.decode(value));

describe("TypedRecord", () => {
  it("reads the parts by their schemas, and keeps the record as it arrived", () => {
    const source = record({ testcaseId: "7", tags: ["new"] });
    const typed = read(source);
    assert.strictEqual(typed.inputs.question, "?");
    assert.strictEqual(typed.outputs.at.getTime(), Date.UTC(2026, 0, 1));
    assert.deepStrictEqual(typed.expected, { any: ["thing"] });
    assert.strictEqual(typed.testcaseId, source.testcaseId);
    assert.strictEqual(typed.source, source);
  });

  it("reads known scores, whatever the case of their ids, and passes others through untouched", () => {
    const odd = { metricConfigId: unknown, score: { f1_score: 0.5 }, weight: 3 };
    const typed = read(
      record({}, [
        odd,
        {
          metricConfigId: correct.toUpperCase(),
          score: { binaryScore: true, reasoning: "r", more: 1 },
        },
        {
          metricConfigId: helpful,
          score: { intScore: 4 },
          validationErrors: [{ path: "/x", message: "m" }],
        },
        { metricConfigId: helpful, score: { intScore: 5 } },
      ]),
    );
    assert.deepStrictEqual<unknown>(
      typed.scores[correct]?.score,
      Result.succeed({ binaryScore: true, reasoning: "r", more: 1 }),
    );
    assert.deepStrictEqual<unknown>(typed.scores[helpful]?.score, Result.succeed({ intScore: 4 }));
    assert.deepStrictEqual(typed.scores[helpful]?.validationErrors, [{ path: "/x", message: "m" }]);
    assert.deepStrictEqual(typed.scores[correct]?.validationErrors, []);
    assert.isUndefined(typed.scores[exact]);
    assert.deepStrictEqual(
      typed.otherScores.map(({ score }) => score),
      [{ f1_score: 0.5 }, { intScore: 5 }],
    );
    assert.strictEqual(typed.otherScores[0], typed.source.scores[0]);
  });

  it.each([
    [correct, { binaryScore: "yes" }, "/binaryScore", "Expected boolean"],
    [correct, {}, "/binaryScore", "Missing key"],
    [correct, { binaryScore: true, reasoning: 1 }, "/reasoning", "Expected string"],
    [helpful, { intScore: 4.5 }, "/intScore", "Expected an integer"],
    [exact, { value: "0.5" }, "/value", "Expected"],
  ] as const)(
    "keeps a score of %s that does not fit as a value: %j",
    (id, score, path, message) => {
      const flag = { path: "/", message: "from the API" };
      const typed = read(record({}, [{ metricConfigId: id, score, validationErrors: [flag] }]));
      const found = typed.scores[id];
      const invalid =
        found === undefined
          ? Option.none()
          : Result.getFailure<unknown, TypedRecord.InvalidScore>(found.score);
      const { issues, value } = Option.getOrThrow(invalid);
      assert.deepStrictEqual<unknown>(value, score);
      assert.strictEqual(issues[0]?.path, path);
      assert.include(issues[0]?.message, message);
      assert.deepStrictEqual(found?.validationErrors, [flag]);
    },
  );

  it("says every place where inputs or outputs do not fit, and loses nothing", () => {
    const source = record({ inputs: {}, outputs: { response: 1, at: "x" } });
    const misfit = Option.getOrThrow(Result.getFailure(Support.decode(source)));
    assert.strictEqual(misfit._tag, "RecordMisfit");
    assert.strictEqual(misfit.record, source);
    assert.deepStrictEqual(
      misfit.issues.map(({ path }) => path),
      ["/inputs/question", "/outputs/response", "/outputs/at"],
    );
    assert.match(
      misfit.message,
      /^Record "1" of run "135" does not fit: \/inputs\/question: Missing key; [^\n]+$/,
    );
  });

  it("describes nothing by default", () => {
    const source = record({ inputs: { a: 1 } }, [{ metricConfigId: correct, score: {} }]);
    const typed = Result.getOrThrow(TypedRecord.make({}).decode(source));
    assert.deepStrictEqual(typed.inputs, { a: 1 });
    assert.deepStrictEqual(typed.otherScores, source.scores);
  });

  it("refuses a description that cannot be right", () => {
    assert.throws(
      () => TypedRecord.make({ scores: { correctness: BooleanScore } }),
      /no MetricConfig id/,
    );
    assert.throws(
      () =>
        TypedRecord.make({
          scores: { [correct]: BooleanScore, [correct.toUpperCase()]: NumberScore },
        }),
      /described twice/,
    );
  });

  it("has the types that the description gives it", () => {
    expectTypeOf<Support["inputs"]>().toEqualTypeOf<{ readonly question: string }>();
    expectTypeOf<Support["expected"]>().toEqualTypeOf<JsonObject>();
    expectTypeOf<Support["outputs"]>().toEqualTypeOf<{
      readonly response: string;
      readonly at: Date;
    }>();
    expectTypeOf<keyof Support["scores"]>().toEqualTypeOf<
      typeof correct | typeof helpful | typeof exact
    >();
    type Read = NonNullable<Support["scores"][typeof correct]>["score"];
    expectTypeOf<Read>().toEqualTypeOf<
      Result.Result<typeof BooleanScore.Type, TypedRecord.InvalidScore>
    >();
    expectTypeOf<TypedRecord.InvalidScore["issues"]>().toEqualTypeOf<ReadonlyArray<Issue>>();
    expectTypeOf<Support["otherScores"]>().toEqualTypeOf<ReadonlyArray<Score>>();
    const open = TypedRecord.make({});
    expectTypeOf<TypedRecord.Type<typeof open>["inputs"]>().toEqualTypeOf<JsonObject>();
    expectTypeOf<keyof TypedRecord.Type<typeof open>["scores"]>().toEqualTypeOf<never>();
    // @ts-expect-error: an array is no schema of an object's members
    TypedRecord.make({ inputs: [] });
    // @ts-expect-error: a metric that was not described is not in `scores`
    expectTypeOf<Support["scores"][typeof unknown]>();
  });
});
