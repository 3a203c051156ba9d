import { assert, describe, it } from "@effect/vitest";
import type { JsonObject, RecordWithScores } from "@scorecard-effect/contract";
import { FakeRun } from "@scorecard-effect/fixtures";
import { isMeasure, measuresOf, withMeasures } from "../../src/analysis/Measures.ts";
import * as Series from "../../src/analysis/Series.ts";

const base = FakeRun.make({ records: 1 }).record(0);
const recordWith = (outputs: JsonObject, inputs: JsonObject = {}): RecordWithScores => ({
  ...base,
  inputs,
  outputs,
});
const membersIn = (outputs: JsonObject, inputs?: JsonObject) =>
  measuresOf(recordWith(outputs, inputs)).map(({ root, member, value }) => [
    `${root}/${member}`,
    value,
  ]);

describe("The measures of a record", () => {
  it("are its latency, cost and tokens, where known names hold numbers", () => {
    assert.deepStrictEqual(membersIn({ latencyMs: 2809, usage: { total_tokens: 12 }, cost: 0.5 }), [
      ["outputs/latencyMs", 2809],
      ["outputs/cost", 0.5],
      ["outputs/usage/total_tokens", 12],
    ]);
    assert.deepStrictEqual(membersIn({ metadata: { "Latency-MS": 3 } }, { cost: 1 }), [
      ["outputs/metadata/Latency-MS", 3],
      ["inputs/cost", 1],
    ]);
  });

  it("are one of each kind, the outputs' before the inputs'", () => {
    assert.deepStrictEqual(
      membersIn({ totalTime: 2, latency: 1, usage: { latency: 9 } }, { latency: 5 }),
      [["outputs/latency", 1]],
    );
  });

  it("count the tokens of input and output apart where there is no total", () => {
    assert.deepStrictEqual(membersIn({ usage: { promptTokens: 3, completionTokens: 0 } }), [
      ["outputs/usage/promptTokens", 3],
      ["outputs/usage/completionTokens", 0],
    ]);
  });

  it("are nothing else: no text, no list, nothing deeper", () => {
    const outputs = {
      latency: "2 s",
      cost: [1],
      usage: { nested: { tokens: 1 } },
      steps: [{ latency: 1 }],
      other: { cost: 1 },
      score: 1,
    };
    assert.deepStrictEqual(membersIn(outputs), []);
  });

  it("are series of their own, named and better when lower", () => {
    const index = Series.make();
    const cells = withMeasures(recordWith({ latencyMs: 5 }), index, [true, null]);
    const [, series] = index.all;
    assert.deepStrictEqual(cells, [true, 5]);
    assert.deepInclude(series, { name: "latencyMs", unit: "ms", isLowerBetter: true });
    assert.isTrue(series !== undefined && isMeasure(series));
    assert.isFalse(isMeasure({ metricId: base.scores[0]?.metricConfigId ?? "", member: null }));
  });
});
