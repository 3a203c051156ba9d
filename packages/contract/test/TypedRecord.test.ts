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

const makeRecord = (change: object, scores: ReadonlyArray<object> = []) =>
  Schema.decodeUnknownSync(RecordWithScores)({
    id: "1",
    runId: "135",
    inputs: { question: "?" },
    expected: { any: ["thing"] },
    outputs: { response: "!", at: "2026-01-01T00:00:00.000Z" },
    scores: scores.map((score) => ({ recordId: "1", ...score })),
    ...change,
  });
const decode = (value: RecordWithScores): Support => Result.getOrThrow(Support.decode(value));

describe("TypedRecord", () => {
  it("decodes the parts with their schemas, and keeps the record as it arrived", () => {
    const source = makeRecord({ testcaseId: "7", tags: ["new"] });
    const typed = decode(source);
    assert.strictEqual(typed.inputs.question, "?");
    assert.strictEqual(typed.outputs.at.getTime(), Date.UTC(2026, 0, 1));
    assert.deepStrictEqual(typed.expected, { any: ["thing"] });
    assert.strictEqual(typed.testcaseId, source.testcaseId);
    assert.strictEqual(typed.source, source);
  });

  it("decodes known scores, in either case of their ids, and keeps others as they arrived", () => {
    const unknownScore = { metricConfigId: unknown, score: { f1_score: 0.5 }, weight: 3 };
    const typed = decode(
      makeRecord({}, [
        unknownScore,
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
    [helpful, { intScore: 4.5 }, "/intScore", "Expected a whole number of at most 2^53 - 1"],
    [exact, { value: "0.5" }, "/value", "Expected"],
  ] as const)(
    "keeps a score of %s that does not fit, with the reason: %j",
    (id, score, path, message) => {
      const flag = { path: "/", message: "from the API" };
      const typed = decode(
        makeRecord({}, [{ metricConfigId: id, score, validationErrors: [flag] }]),
      );
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

  it("reports every place where inputs or outputs do not fit, and keeps the record", () => {
    const source = makeRecord({ inputs: {}, outputs: { response: 1, at: "x" } });
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

  it("leaves every part open by default", () => {
    const source = makeRecord({ inputs: { a: 1 } }, [{ metricConfigId: correct, score: {} }]);
    const typed = Result.getOrThrow(TypedRecord.make({}).decode(source));
    assert.deepStrictEqual(typed.inputs, { a: 1 });
    assert.deepStrictEqual(typed.otherScores, source.scores);
  });

  it("decodes expected with its schema too", () => {
    const Answered = TypedRecord.make({ expected: Schema.Struct({ ideal: Schema.String }) });
    const fitting = Answered.decode(makeRecord({ expected: { ideal: "!" } }));
    assert.strictEqual(Result.getOrThrow(fitting).expected.ideal, "!");
    const misfit = Option.getOrThrow(Result.getFailure(Answered.decode(makeRecord({}))));
    assert.strictEqual(misfit.issues[0]?.path, "/expected/ideal");
  });

  it("finds a score by the id as the description spells it, and keeps its source", () => {
    const upper = "A1B2C3D4-E5F6-7890-1234-567890ABCDEF";
    const UpperCase = TypedRecord.make({ scores: { [upper]: BooleanScore } });
    const source = makeRecord({}, [
      { metricConfigId: correct, score: { binaryScore: true }, weight: 2 },
    ]);
    const typed = Result.getOrThrow(UpperCase.decode(source));
    const found = typed.scores[upper];
    assert.strictEqual(found?.recordId, source.scores[0]?.recordId);
    assert.strictEqual(found?.metricConfigId, correct);
    assert.strictEqual(found?.source, source.scores[0]);
    assert.deepStrictEqual(Object.keys(typed.scores), [upper]);
  });

  interface Tree {
    readonly kids: ReadonlyArray<Tree>;
  }
  const Tree: Schema.Codec<Tree> = Schema.Struct({
    kids: Schema.Array(Schema.suspend((): Schema.Codec<Tree> => Tree)),
  });
  const Throwing = Schema.Struct({ a: Schema.optionalKey(Schema.Unknown) }).check(
    Schema.makeFilter((): boolean => {
      throw new Error("a check\nthat throws");
    }),
  );
  const deep: unknown = JSON.parse(`${'{"kids":['.repeat(5000)}${"]}".repeat(5000)}`);

  it.each([
    ["overflows the stack", Tree, deep],
    ["throws", Throwing, {}],
  ] as const)("rejects a value if its schema %s", (_, schema, value) => {
    const scored = TypedRecord.make({ scores: { [correct]: schema } }).decode(
      makeRecord({}, [{ metricConfigId: correct, score: value }]),
    );
    const { score } = Result.getOrThrow(scored).scores[correct] ?? {};
    assert.isTrue(score !== undefined && Result.isFailure(score));
    const misfit = TypedRecord.make({ inputs: schema }).decode(makeRecord({ inputs: value }));
    const { message } = Option.getOrThrow(Result.getFailure(misfit));
    assert.match(message, /does not fit: \/inputs: Expected a value that the schema can read: /);
    assert.notMatch(message, /\n/);
  });

  it("has a one-line error message of bounded length, for any keys", () => {
    const Numbers = TypedRecord.make({ inputs: Schema.Record(Schema.String, Schema.Finite) });
    const keys = ["a\nb: all is well", "\u001b[2J", "\u202e", "k".repeat(100_000)];
    const inputs = Object.fromEntries(
      [...keys, ...Array.from({ length: 1000 }, (_, index) => `n${index}`)].map((key) => [
        key,
        "x",
      ]),
    );
    const misfit = Option.getOrThrow(
      Result.getFailure(Numbers.decode(makeRecord({ id: "\u202e1\n", inputs }))),
    );
    assert.strictEqual(misfit.issues.length, 1004);
    assert.notMatch(misfit.message, /[\p{Cc}\p{Cf}]/u);
    assert.isBelow(misfit.message.length, 3000);
    assert.match(misfit.message, /; and 999 more$/);
  });

  it("rejects an invalid description", () => {
    assert.throws(
      () => TypedRecord.make({ scores: { correctness: BooleanScore } }),
      /is not a MetricConfig id/,
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
    // @ts-expect-error: an array is not a schema
    TypedRecord.make({ inputs: [] });
    // @ts-expect-error: a string is not an object
    TypedRecord.make({ outputs: Schema.String });
    // @ts-expect-error: `scores` has only described metrics
    expectTypeOf<Support["scores"][typeof unknown]>();
  });
});
