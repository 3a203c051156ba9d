import { assert, describe, it } from "@effect/vitest";
import {
  RecordId,
  type RecordWithScores,
  RunId,
  type Score,
  TestcaseId,
} from "@scorecard-effect/contract";
import { FakeRun } from "@scorecard-effect/fixtures";
import { type Comparison, join, type Side } from "../../src/analysis/Comparison.ts";
import * as Interval from "../../src/analysis/statistics/Interval.ts";

const { correctness, helpfulness } = FakeRun.metrics;

/** A record of a testcase with a boolean score, a number score, or neither. */
const record = (
  testcase: string | undefined,
  passed?: Score["score"][string],
  grade?: Score["score"][string],
  flagged = false,
): RecordWithScores => {
  const id = RecordId.make(`r${testcase}`);
  const score = (metricConfigId: Score["metricConfigId"], own: Score["score"]): Score => ({
    recordId: id,
    metricConfigId,
    score: own,
    ...(flagged ? { validationErrors: [{ path: "", message: "wrong" }] } : {}),
  });
  return {
    id,
    runId: RunId.make("1"),
    ...(testcase === undefined ? {} : { testcaseId: TestcaseId.make(testcase) }),
    inputs: {},
    expected: {},
    outputs: {},
    scores: [
      ...(passed === undefined
        ? []
        : [
            score(correctness, {
              binaryScore: passed,
              reasoning: `${testcase} ${JSON.stringify(passed)}`,
            }),
          ]),
      ...(grade === undefined ? [] : [score(helpfulness, { intScore: grade })]),
    ],
  };
};

const compare = (
  baseline: ReadonlyArray<RecordWithScores>,
  candidate: ReadonlyArray<RecordWithScores>,
): Comparison => {
  const joining = join({ changes: 2, alone: 2 });
  joining.add("baseline", { records: baseline });
  joining.add("candidate", { records: candidate });
  return joining.comparison();
};

const pagesOf = (run: FakeRun.FakeRun) =>
  [0, 100, 200, 300].map((from) => ({
    records: Array.from({ length: 100 }, (_, index) => run.record(from + index)),
  }));

describe("A comparison", () => {
  it("of nothing is empty", () => {
    const part = {
      pages: 0,
      records: 0,
      testcases: 0,
      maxTrials: 0,
      withoutTestcase: 0,
      alone: 0,
      aloneIds: [],
    };
    assert.deepStrictEqual(join().comparison(), {
      baseline: part,
      candidate: part,
      paired: 0,
      reduction: "mean",
      tested: 0,
      metrics: [],
      slicedBy: [],
      testedInSlices: 0,
    });
  });

  it("counts records without a counterpart separately", () => {
    const { baseline, candidate, paired } = compare(
      [record("a"), record("b"), record("b"), record(undefined), record("c"), record("d")],
      [record("b"), record("x"), record("b"), record(undefined), record(undefined)],
    );
    assert.strictEqual(paired, 1);
    assert.deepInclude(baseline, {
      records: 6,
      withoutTestcase: 1,
      testcases: 4,
      maxTrials: 2,
      alone: 3,
    });
    assert.deepStrictEqual<ReadonlyArray<string>>(baseline.aloneIds, ["a", "c"]);
    assert.deepInclude(candidate, {
      records: 5,
      withoutTestcase: 2,
      testcases: 2,
      maxTrials: 2,
      alone: 1,
    });
    assert.deepStrictEqual<ReadonlyArray<string>>(candidate.aloneIds, ["x"]);
  });

  it("compares pass rates pair by pair", () => {
    const before = [true, true, true, true, false, false];
    const after = [false, true, false, false, true, false];
    const { metrics } = compare(
      before.map((passed, index) => record(String(index), passed)),
      after.map((passed, index) => record(String(index), passed)).toReversed(),
    );
    const [metric] = metrics;
    assert.deepInclude(metric, {
      metricConfigId: correctness,
      kind: "boolean",
      n: 6,
      baseline: 4 / 6,
      candidate: 2 / 6,
      difference: -2 / 6,
      verdict: "unclear",
      regressions: 3,
      improvements: 1,
      invalid: 0,
      missing: 0,
    });
    assert.deepStrictEqual(
      metric?.interval,
      Interval.ofRateDifference({ sum: -2, squares: 4, n: 6 }),
    );
    // Two places for three equal regressions: the lowest testcases.
    assert.deepStrictEqual<ReadonlyArray<unknown>>(metric?.worst ?? [], [
      {
        testcaseId: "0",
        baseline: { recordId: "r0", value: true, trials: 1, reasoning: "0 true" },
        candidate: { recordId: "r0", value: false, trials: 1, reasoning: "0 false" },
      },
      {
        testcaseId: "2",
        baseline: { recordId: "r2", value: true, trials: 1, reasoning: "2 true" },
        candidate: { recordId: "r2", value: false, trials: 1, reasoning: "2 false" },
      },
    ]);
    assert.deepStrictEqual(
      metric?.best.map(({ testcaseId }) => String(testcaseId)),
      ["4"],
    );
  });

  it("compares means pair by pair", () => {
    const before = [1, 2, 3, 4];
    const after = [2, 4, 4, 6];
    const [metric] = compare(
      before.map((grade, index) => record(String(index), undefined, grade)),
      after.map((grade, index) => record(String(index), undefined, grade)),
    ).metrics;
    // Differences 1, 2, 1, 2: mean 1.5, squared distances 1.
    assert.deepInclude(metric, {
      kind: "number",
      n: 4,
      baseline: 2.5,
      candidate: 4,
      difference: 1.5,
      // Four pairs are too few for a verdict.
      verdict: "too few",
      regressions: 0,
      improvements: 4,
    });
    assert.deepStrictEqual(metric?.interval, Interval.ofMean(1.5, 1, 4));
    assert.deepStrictEqual(
      metric?.best.map(({ testcaseId }) => String(testcaseId)),
      ["1", "3"],
    );
  });

  it("never counts a missing or an invalid score as zero", () => {
    const [metric] = compare(
      [record("a", true), record("b", true), record("c", true), record("d", true), record("e")],
      [
        record("a", true),
        record("b"),
        record("c", true, 1, true),
        record("d", "yes"),
        record("e", 3),
      ],
    ).metrics;
    assert.deepInclude(metric, {
      kind: "boolean",
      n: 1,
      difference: 0,
      regressions: 0,
      invalid: 2,
      missing: 2,
    });
  });

  it("does not depend on the order in which the pages of two runs arrive", () => {
    const { baseline, candidate } = FakeRun.pair({ records: 400, regression: 0.2 });
    const pages = {
      baseline: pagesOf(baseline),
      candidate: pagesOf(candidate),
    };
    const inOrder = (sides: ReadonlyArray<Side>) => {
      const joining = join({ changes: 1000 });
      const taken = { baseline: 0, candidate: 0 };
      for (const side of sides) {
        const page = pages[side][taken[side]];
        taken[side] += 1;
        if (page !== undefined) joining.add(side, page);
      }
      return joining.comparison();
    };
    const [b, c]: [Side, Side] = ["baseline", "candidate"];
    const alternating = inOrder([b, c, b, c, b, c, b, c]);
    assert.deepStrictEqual(inOrder([b, b, b, b, c, c, c, c]), alternating);
    assert.deepStrictEqual(inOrder([c, c, b, c, b, b, b, c]), alternating);
    assert.deepInclude(alternating, { paired: 400 - alternating.baseline.withoutTestcase });
    assert.deepStrictEqual(
      alternating.metrics.map(({ verdict }) => verdict),
      ["worse", "worse", "worse", "worse", "worse", "worse"],
    );
  });
});
