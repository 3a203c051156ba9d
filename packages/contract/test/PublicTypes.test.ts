// The contract's types as users see them. The type check judges them: both `pnpm check` and `pnpm test` run it.
import { describe, expectTypeOf, it } from "@effect/vitest";
import { type Result, Schema } from "effect";
import * as Contract from "../src/index.ts";

// Never called: only its types matter.
const writeToRecords = (record: Contract.RecordWithScores, page: Contract.RecordPage) => {
  // @ts-expect-error: a record is read-only.
  record.inputs = {};
  // @ts-expect-error: and so is a page.
  page.data.push(record);
};

const correct = "a1b2c3d4-e5f6-7890-1234-567890abcdef";
const Support = Contract.TypedRecord.make({
  inputs: Schema.Struct({ question: Schema.String }),
  outputs: Schema.Struct({ seconds: Schema.NumberFromString }),
  scores: { [correct]: Contract.BooleanScore },
});
type Support = Contract.TypedRecord.Type<typeof Support>;

// Never called.
const readScores = (record: Support) => [
  // @ts-expect-error: a metric may not have scored the record.
  record.scores[correct].score,
  // @ts-expect-error: a score may not fit its schema.
  record.scores[correct]?.score.success,
  // @ts-expect-error: the description does not name this metric.
  record.scores["b2c3d4e5-f6a7-8901-2345-67890abcdef0"],
];

// Never called.
const describeRuns = () => [
  // @ts-expect-error: inputs are an object.
  Contract.TypedRecord.make({ inputs: Contract.RunId }),
  // @ts-expect-error: a record has no such part.
  Contract.TypedRecord.make({ labels: Contract.BooleanScore }),
];

describe("public types", () => {
  it("keep ids apart from each other and from strings", () => {
    expectTypeOf<string>().not.toExtend<Contract.RunId>();
    expectTypeOf<Contract.RunId>().toExtend<string>();
    expectTypeOf<Contract.RunId>().not.toExtend<Contract.RecordId>();
    expectTypeOf<Contract.RecordId>().not.toExtend<Contract.TestcaseId>();
    expectTypeOf<Contract.TestcaseId>().not.toExtend<Contract.MetricConfigId>();
    expectTypeOf<Contract.MetricConfigId>().not.toExtend<Contract.Cursor>();
    expectTypeOf<Contract.Cursor>().not.toExtend<Contract.RunId>();
  });

  it("leave open what the service leaves open", () => {
    expectTypeOf<Contract.RecordWithScores["inputs"]>().toEqualTypeOf<Contract.JsonObject>();
    expectTypeOf<Contract.Score["score"]>().toEqualTypeOf<Contract.JsonObject>();
    expectTypeOf<Contract.JsonObject[string]>().toBeUnknown();
    expectTypeOf<Contract.RecordWithScores["testcaseId"]>().toEqualTypeOf<
      Contract.TestcaseId | undefined
    >();
    expectTypeOf<Contract.RecordPage["nextCursor"]>().toEqualTypeOf<Contract.Cursor | null>();
    expectTypeOf<Contract.RecordPage["data"]>().toEqualTypeOf<
      ReadonlyArray<Contract.RecordWithScores>
    >();
  });

  it("need no service to decode, and are read-only", () => {
    expectTypeOf<(typeof Contract.RecordPage)["DecodingServices"]>().toBeNever();
    expectTypeOf(Contract.RecordPage).toExtend<Schema.Codec<Contract.RecordPage, unknown>>();
    expectTypeOf(writeToRecords).toBeFunction();
  });

  it("give the parts of a record the types of its description, and leave the others open", () => {
    expectTypeOf<Support["inputs"]>().toEqualTypeOf<{ readonly question: string }>();
    expectTypeOf<Support["outputs"]>().toEqualTypeOf<{ readonly seconds: number }>();
    expectTypeOf<Support["expected"]>().toEqualTypeOf<Contract.JsonObject>();
    expectTypeOf<Support["source"]>().toEqualTypeOf<Contract.RecordWithScores>();
    const described = Contract.TypedRecord.make({
      expected: Schema.Struct({ answer: Schema.String }),
    });
    expectTypeOf<Contract.TypedRecord.Type<typeof described>["expected"]>().toEqualTypeOf<{
      readonly answer: string;
    }>();
  });

  it("give scores as Results, only for the metrics that a description names", () => {
    expectTypeOf<keyof Support["scores"]>().toEqualTypeOf<typeof correct>();
    expectTypeOf<NonNullable<Support["scores"][typeof correct]>["score"]>().toEqualTypeOf<
      Result.Result<Contract.BooleanScore, Contract.TypedRecord.InvalidScore>
    >();
    expectTypeOf(readScores).toBeFunction();
  });

  it("reject invalid descriptions of runs", () => {
    expectTypeOf(describeRuns).toBeFunction();
  });
});
