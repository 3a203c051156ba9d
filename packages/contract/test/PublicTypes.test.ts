// What users see of the contract's types. The type check judges these, not the run: `pnpm check` and `pnpm test` run it.
import { describe, expectTypeOf, it } from "@effect/vitest";
import type { Schema } from "effect";
import * as Contract from "../src/index.ts";

// Never called: only its types count.
const writes = (record: Contract.RecordWithScores, page: Contract.RecordPage) => {
  // @ts-expect-error: a record is as it arrived.
  record.inputs = {};
  // @ts-expect-error: and so is a page.
  page.data.push(record);
};

const describesRuns = () => [
  // @ts-expect-error: inputs are an object.
  Contract.TypedRecord.make({ inputs: Contract.RunId }),
  // @ts-expect-error: there is no such part of a record.
  Contract.TypedRecord.make({ labels: Contract.BooleanScore }),
];

describe("public types", () => {
  it("keep the ids apart, from each other and from strings", () => {
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

  it("need no service to decode, and are not to be written to", () => {
    expectTypeOf<(typeof Contract.RecordPage)["DecodingServices"]>().toBeNever();
    expectTypeOf(Contract.RecordPage).toExtend<Schema.Codec<Contract.RecordPage, unknown>>();
    expectTypeOf(writes).toBeFunction();
  });

  it("refuse descriptions of runs that cannot be", () => {
    expectTypeOf(describesRuns).toBeFunction();
  });
});
