import { assert, describe, it } from "@effect/vitest";
import { Schema } from "effect";
import { JsonObject, RecordWithScores, Score } from "../../src/index.ts";
import * as KnownFields from "../../src/protocol/KnownFields.ts";

const score = Schema.decodeUnknownSync(Score)({
  recordId: "1",
  metricConfigId: "6f1a5c0e-8d1b-4a7e-9c55-0b6a4e1f2d31",
  score: { passed: true },
  validationErrors: [{ path: "/passed", message: "is no number" }],
});
const record = Schema.decodeUnknownSync(RecordWithScores)({
  id: "1",
  runId: "2",
  testcaseId: "3",
  inputs: {},
  expected: {},
  outputs: {},
  scores: [score],
});

describe("KnownFields", () => {
  it("knows each field of the contract", () => {
    assert.deepStrictEqual(
      Object.keys(record).toSorted(),
      Object.keys(RecordWithScores.fields).toSorted(),
    );
    assert.isUndefined(KnownFields.othersOfRecord(record));
    assert.deepStrictEqual(Object.keys(score).toSorted(), Object.keys(Score.fields).toSorted());
    assert.isUndefined(KnownFields.othersOfScore(score));
  });

  it("keeps the others, whatever they are called", () => {
    const json = '{"__proto__":{"a":1},"constructor":2,"":null}';
    const withOthers = { ...record, ...Schema.decodeUnknownSync(JsonObject)(JSON.parse(json)) };
    assert.strictEqual(JSON.stringify(KnownFields.othersOfRecord(withOthers)), json);
    const weighted = { ...score, weight: 2 };
    assert.deepStrictEqual(KnownFields.othersOfScore(weighted), { weight: 2 });
  });
});
