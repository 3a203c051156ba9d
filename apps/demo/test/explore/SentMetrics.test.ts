import { assert, describe, it } from "@effect/vitest";
import { RecordWithScores } from "@scorecard-effect/contract";
import { parseMetricsFile } from "@scorecard-effect/contract/metrics";
import { Result, Schema } from "effect";
import * as FileKnowledge from "../../src/analysis/FileKnowledge.ts";
import * as MetricKnowledge from "../../src/analysis/MetricKnowledge.ts";
import * as Detail from "../../src/explore/Detail.ts";
import * as RecordExport from "../../src/explore/RecordExport.ts";
import * as SentMetrics from "../../src/explore/SentMetrics.ts";

const id = "11111111-0000-4000-8000-000000000000";
const other = "22222222-0000-4000-8000-000000000000";
const record = Schema.decodeUnknownSync(RecordWithScores)({
  id: "1",
  runId: "1",
  inputs: {},
  expected: {},
  outputs: {},
  scores: [
    { recordId: "1", metricConfigId: id.toUpperCase(), score: { details: { tone: "4" } } },
    { recordId: "1", metricConfigId: other, score: { x: 3, score: 0.5 } },
  ],
});

describe("What a metrics file says", () => {
  it("reaches a saved report, which reads and exports records by it", () => {
    const file = {
      metrics: {
        [id]: [
          { name: "Tone", path: "/details/tone", kind: "number" },
          { name: "Nice", path: "/details/tone", pass: ">= 4" },
        ],
        "*": { path: "/x" },
      },
    };
    const known = FileKnowledge.make(Result.getOrThrow(parseMetricsFile(JSON.stringify(file))));
    const sent = JSON.parse(JSON.stringify(SentMetrics.toMeta(known)));
    const received = SentMetrics.fromMeta(sent);
    const detail = Detail.fromRecord(record, received);
    assert.deepStrictEqual(detail, Detail.fromRecord(record, known));
    assert.deepStrictEqual(
      detail.scores.map(({ readings }) => readings),
      [
        [
          { member: "details/tone", value: 4 },
          { member: "details/tone >= 4", value: true },
        ],
        [{ member: "x", value: 3 }],
      ],
    );
    const encoder = RecordExport.make("csv", received);
    const csv = Buffer.concat([encoder.add([record]), encoder.end()]).toString();
    assert.match(csv, /^id,runId,testcaseId,Tone,Nice,Tone_reasoning,22222222-\S+,/);
  });

  it("is nothing without a file", () => {
    assert.isUndefined(SentMetrics.toMeta(MetricKnowledge.nothing));
    assert.strictEqual(SentMetrics.fromMeta(undefined), MetricKnowledge.nothing);
  });
});
