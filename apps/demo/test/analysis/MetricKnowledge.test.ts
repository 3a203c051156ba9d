import { assert, describe, it } from "@effect/vitest";
import { RecordWithScores } from "@scorecard-effect/contract";
import { parseMetricsFile } from "@scorecard-effect/contract/metrics";
import { Result, Schema } from "effect";
import * as ComparisonGate from "../../src/analysis/ComparisonGate.ts";
import { join } from "../../src/analysis/Comparison.ts";
import * as FileKnowledge from "../../src/analysis/FileKnowledge.ts";
import * as Gate from "../../src/analysis/Gate.ts";
import * as MetricLookUp from "../../src/analysis/MetricLookUp.ts";
import { tally } from "../../src/analysis/Summary.ts";

const idA = "6f1a5c0e-3d2b-4c8a-9e7f-1a2b3c4d5e6f";
const idB = "b84e2f97-0c61-4d35-8a9b-7e6f5d4c3b2a";

const knowledgeOf = (metrics: object) =>
  FileKnowledge.make(Result.getOrThrow(parseMetricsFile(JSON.stringify({ metrics }))));

const recordOf = (index: number, scores: Readonly<Record<string, unknown>>) =>
  Schema.decodeUnknownSync(RecordWithScores)({
    id: String(index),
    runId: "1",
    testcaseId: String(index),
    inputs: {},
    expected: {},
    outputs: {},
    scores: Object.entries(scores).map(([metricConfigId, score]) => ({
      recordId: String(index),
      metricConfigId,
      score,
    })),
  });
const records = (
  metricConfigId: string,
  scores: ReadonlyArray<unknown>,
): ReadonlyArray<RecordWithScores> =>
  scores.map((score, index) => recordOf(index, { [metricConfigId]: score }));

const summaryOf = (metrics: object, of: ReadonlyArray<RecordWithScores>) => {
  const run = tally({ knowledge: knowledgeOf(metrics) });
  run.add({ records: of });
  return run.summary();
};
const figures = (metrics: object, scores: ReadonlyArray<unknown>, id = idA) =>
  summaryOf(metrics, records(id, scores)).metrics.map(
    ({ name, member, kind, n, passRate, mean, invalid, missing }) => [
      name ?? null,
      member,
      kind,
      n,
      passRate ?? mean ?? null,
      invalid,
      missing,
    ],
  );

describe("With a metrics file", () => {
  it("each entry is a series, whatever the case of ids", () => {
    const entries = {
      [idA.toUpperCase()]: [
        { name: "Helpfulness", path: "/intScore" },
        { name: "Helpful", path: "/intScore", pass: ">= 4" },
      ],
    };
    assert.deepStrictEqual(
      figures(entries, [{ intScore: 5, cost: 1 }, { intScore: 3 }, { intScore: 4 }]),
      [
        ["Helpfulness", "intScore", "number", 3, 4, 0, 0],
        ["Helpful", "intScore >= 4", "boolean", 3, 2 / 3, 0, 0],
      ],
    );
  });

  it("a value of another kind is invalid, a path that leads nowhere is missing", () => {
    const entries = {
      [idA]: [
        { name: "Passed", path: "/passed", kind: "boolean" },
        { name: "Score", path: "/score", kind: "number" },
        { name: "Never", path: "/never" },
      ],
    };
    assert.deepStrictEqual(
      figures(entries, [
        { passed: true, score: 0.5 },
        { passed: false, score: "high" },
        { passed: false },
        { other: 1 },
      ]),
      [
        ["Passed", "passed", "boolean", 3, 1 / 3, 1, 0],
        ["Score", "score", "number", 1, 0.5, 2, 1],
        ["Never", "never", "other", 0, null, 1, 3],
      ],
    );
  });

  it("reads values where no rule looks: in lists, in other objects, in texts", () => {
    const score = { votes: ["yes", "no"], detail: { tone: 0.25 }, grade: "0.75" };
    const entries = {
      [idA]: [
        { name: "First vote", path: "/votes/0", pass: "yes" },
        { name: "Tone", path: "/detail/tone" },
        { name: "Grade", path: "/grade", kind: "number" },
      ],
    };
    assert.deepStrictEqual(figures(entries, [score]), [
      ["First vote", "votes/0", "boolean", 1, 1, 0, 0],
      ["Tone", "detail/tone", "number", 1, 0.25, 0, 0],
      ["Grade", "grade", "number", 1, 0.75, 0, 0],
    ]);
  });

  it("an entry without a path names every value that is recognised", () => {
    assert.deepStrictEqual(figures({ [idA]: { name: "Tone" } }, [{ passed: true, score: 0.5 }]), [
      ["Tone", "passed", "boolean", 1, 1, 0, 0],
      ["Tone", "score", "number", 1, 0.5, 0, 0],
    ]);
    assert.deepStrictEqual(
      figures({ [idA]: { name: "Grade", pass: ["C", "P"] } }, [
        { value: "C", confidence: 0.9 },
        { value: "I", confidence: 0.1 },
      ]),
      [["Grade", "value", "boolean", 2, 0.5, 0, 0]],
    );
    assert.deepStrictEqual(figures({ "*": { kind: "number" } }, [{ passed: true, score: 0.5 }]), [
      [null, "score", "number", 1, 0.5, 0, 0],
    ]);
  });

  it("a metric that is not in it is read as without one", () => {
    assert.deepStrictEqual(figures({ [idB]: { name: "Other", path: "/x" } }, [{ passed: true }]), [
      [null, "passed", "boolean", 1, 1, 0, 0],
    ]);
  });

  it("a score in which nothing is found is counted as not recognised", () => {
    const summary = summaryOf({ [idA]: { path: "/x", kind: "number" } }, [
      ...records(idA, [{ x: "a" }, { y: 1 }, { x: 1 }]),
    ]);
    assert.deepInclude(summary.readings[0], {
      scores: 3,
      unrecognised: 2,
      members: [{ name: "x", count: 1 }],
    });
  });

  it("says which values are better: of a pass rate with lower better, what passes is worst", () => {
    const [metric] = summaryOf(
      { [idA]: { name: "Refusals", path: "/refused", better: "lower" } },
      records(idA, [{ refused: false }, { refused: true }, { refused: false }]),
    ).metrics;
    assert.isTrue(metric?.isLowerBetter);
    assert.deepStrictEqual(
      metric?.worst.map(({ recordId, value }) => [String(recordId), value]),
      [["1", true]],
    );
    const [cost] = summaryOf(
      { [idA]: { name: "Cost", path: "/cost", better: "higher" } },
      records(idA, [{ cost: 1 }, { cost: 2 }]),
    ).metrics;
    assert.isFalse(cost?.isLowerBetter);
    assert.deepStrictEqual(
      cost?.worst.map(({ value }) => value),
      [1, 2],
    );
    const [cheap] = summaryOf(
      { [idA]: { name: "Cheap", path: "/cost", pass: "< 2" } },
      records(idA, [{ cost: 1 }, { cost: 2 }]),
    ).metrics;
    assert.isFalse(cheap?.isLowerBetter);
  });

  it("a comparison judges by its direction, and its gates take names", () => {
    const joining = join({
      knowledge: knowledgeOf({
        [idA]: { name: "Answer time", path: "/t", better: "lower", unit: "s" },
      }),
    });
    const times = Array.from({ length: 20 }, (_, index) => 1 + index / 10);
    joining.add("baseline", {
      records: records(
        idA,
        times.map((t) => ({ t })),
      ),
    });
    joining.add("candidate", {
      records: records(
        idA.toUpperCase(),
        times.map((t) => ({ t: t + 1 + t / 100 })),
      ),
    });
    const comparison = joining.comparison();
    const verdict = ComparisonGate.judge({ rule: "no worse", metric: "answer TIME" }, comparison);
    assert.deepStrictEqual(
      comparison.metrics.map(({ name, unit, verdict: is }) => [name, unit, is]),
      [["Answer time", "s", "worse"]],
    );
    assert.isFalse(verdict.isKept);
    assert.strictEqual(verdict.says, "Answer time is worse: 1.95 s to 2.97 s, over 20 testcases");
    assert.strictEqual(
      ComparisonGate.judge({ rule: "max regressions", most: 19 }, comparison).says,
      "20 testcases got worse in Answer time, more than 19 (of 20 testcases, and 0 got better)",
    );
    assert.isTrue(ComparisonGate.judge({ rule: "max regressions", most: 20 }, comparison).isKept);
  });

  it("rounding is no regression", () => {
    const joining = join();
    joining.add("baseline", { records: records(idA, [{ value: 0.3 }, { value: 1 }]) });
    joining.add("candidate", { records: records(idA, [{ value: 0.1 + 0.2 }, { value: 0.5 }]) });
    const comparison = joining.comparison();
    assert.isTrue(ComparisonGate.judge({ rule: "max regressions", most: 1 }, comparison).isKept);
    assert.isFalse(ComparisonGate.judge({ rule: "max regressions", most: 0 }, comparison).isKept);
  });
});

describe("A look-up of metrics", () => {
  const metrics = [
    { metricConfigId: idA, member: "binaryScore", name: "Correctness" },
    { metricConfigId: idB, member: "f1", name: "Overlap" },
    { metricConfigId: idB, member: "recall", name: "Overlap" },
    { metricConfigId: "b84e0000-0c61-4d35-8a9b-7e6f5d4c3b2a", member: "Value" },
    { metricConfigId: "bad00000-0c61-4d35-8a9b-7e6f5d4c3b2a", member: "value" },
    { metricConfigId: "cccc0000-0c61-4d35-8a9b-7e6f5d4c3b2a", member: "x", name: "b" },
    { metricConfigId: "cccc0000-0c61-4d35-8a9b-7e6f5d4c3b2a", member: "y", name: "pass/fail = 1" },
  ];
  const find = (wanted: string) => {
    const found = MetricLookUp.find(wanted, metrics);
    return "problem" in found ? found.problem : found.series.map(({ member }) => member);
  };

  it.each<readonly [string, ReadonlyArray<string>]>([
    ["Correctness", ["binaryScore"]],
    [" cORRECTNESS ", ["binaryScore"]],
    ["correctness/binaryScore", ["binaryScore"]],
    ["Overlap", ["f1", "recall"]],
    ["overlap/RECALL", ["recall"]],
    ["pass/fail = 1", ["y"]],
    [idB.toUpperCase(), ["f1", "recall"]],
    ["B84E2", ["f1", "recall"]],
    ["b84e2f97/f1", ["f1"]],
    ["B84E0/Value", ["Value"]],
    // A name, though the ids of three metrics start with it.
    ["B", ["x"]],
  ])("finds %s", (wanted, members) => {
    assert.deepStrictEqual(find(wanted), Array.from(members));
  });

  it.each([
    [
      "b84e",
      "the ids of 2 metrics start with b84e: Overlap/f1, Overlap/recall, b84e0000-0c61-4d35-8a9b-7e6f5d4c3b2a",
    ],
    [
      "Corectness",
      "the run has no score of a metric Corectness: there are Correctness, Overlap/f1, Overlap/recall, b84e0000-0c61-4d35-8a9b-7e6f5d4c3b2a, bad00000-0c61-4d35-8a9b-7e6f5d4c3b2a and 2 more; did you mean Correctness?",
    ],
    [
      "b84e2f97/accuracy",
      "the scores of metric b84e2f97-0c61-4d35-8a9b-7e6f5d4c3b2a have no member accuracy, but Overlap/f1, Overlap/recall",
    ],
  ])("lists the candidates for %s", (wanted, problem) => {
    assert.strictEqual(find(wanted), problem);
  });

  it("is that of the gates on a run", () => {
    const summary = summaryOf(
      {
        [idA]: [
          { name: "Helpfulness", path: "/v" },
          { name: "Helpful", path: "/v", pass: ">= 4" },
        ],
      },
      records(idA, [{ v: 4 }, { v: 1 }]),
    );
    const judge = (figure: Gate.Gate["figure"], metric: string, least: number) =>
      Gate.judge({ figure, metric, least }, summary).says;
    assert.strictEqual(
      judge("pass rate", "helpful", 0.5),
      "pass rate of Helpful is 0.5, at least 0.5",
    );
    assert.strictEqual(judge("mean", "HELPFULNESS", 3), "mean of Helpfulness is 2.5, 0.5 below 3");
    assert.strictEqual(
      judge("pass rate", "6F1A", 0.5),
      "pass rate of Helpful is 0.5, at least 0.5",
    );
    assert.strictEqual(
      judge("mean", "Helpful", 3),
      "metric Helpful has no mean: its scores are of kind boolean",
    );
  });
});
