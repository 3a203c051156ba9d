import { assert, describe, it } from "@effect/vitest";
import { MetricConfigId, RecordId, TestcaseId } from "@scorecard-effect/contract";
import { FakeRun } from "@scorecard-effect/fixtures";
import { type Comparison, join } from "../../src/analysis/Comparison.ts";
import * as Interval from "../../src/analysis/statistics/Interval.ts";
import { tally } from "../../src/analysis/Summary.ts";
import { type Reduction, reductions } from "../../src/analysis/Reduction.ts";

const metricConfigId = MetricConfigId.make("00000001-0000-4000-8000-000000000001");
const base = FakeRun.make({ records: 1 }).record(0);

/** The records of some testcases, each with the values of its trials, by the member `value`. */
const recordsOf = (
  testcases: ReadonlyArray<ReadonlyArray<boolean | number | string>>,
  name = "r",
) =>
  testcases.flatMap((trials, testcase) =>
    trials.map((value, trial) => {
      const id = RecordId.make(`${name}${testcase}.${trial}`);
      return {
        ...base,
        id,
        testcaseId: TestcaseId.make(`T${testcase}`),
        scores: [{ recordId: id, metricConfigId, score: { value } }],
      };
    }),
  );

const summaryOf = (
  testcases: ReadonlyArray<ReadonlyArray<boolean | number | string>>,
  reduction?: Reduction,
) => {
  const run = tally({ reduction });
  run.add({ records: recordsOf(testcases) });
  return run.summary();
};

const compare = (
  baseline: ReadonlyArray<ReadonlyArray<boolean | number | string>>,
  candidate: ReadonlyArray<ReadonlyArray<boolean | number | string>>,
  reduction?: Reduction,
): Comparison => {
  const joining = join({ reduction });
  joining.add("baseline", { records: recordsOf(baseline, "a") });
  joining.add("candidate", { records: recordsOf(candidate, "b") });
  return joining.comparison();
};

const times = <A>(n: number, value: A): ReadonlyArray<A> => Array.from({ length: n }, () => value);

describe("Trials", () => {
  it("count by testcase: one with many trials weighs no more than one with few", () => {
    const { metrics, testcases, maxTrials } = summaryOf([[true, true, true, true], [false]]);
    assert.deepInclude({ testcases, maxTrials }, { testcases: 2, maxTrials: 4 });
    assert.deepInclude(metrics[0], { n: 2, passRate: 0.5 });
    assert.deepInclude(summaryOf([[1, 2, 3], [8]]).metrics[0], { n: 2, mean: 5 });
  });

  it.each<readonly [Reduction, passRate: number, mean: number]>([
    ["mean", (1 / 3 + 2 / 3 + 1 + 0.5) / 4, (2 + 3 + 4 + 1) / 4],
    ["any", 1, (3 + 4 + 4 + 2) / 4],
    ["all", 1 / 4, (1 + 2 + 4 + 0) / 4],
    // A tie does not pass.
    ["majority", 2 / 4, (2 + 3 + 4 + 1) / 4],
  ])("reduce by %s", (reduction, passRate, mean) => {
    const passes = [[true, false, false], [true, true, false], [true], [true, false]];
    const grades = [[1, 2, 3], [3, 4, 2], [4], [0, 2]];
    const [rate] = summaryOf(passes, reduction).metrics;
    assert.closeTo(rate?.passRate ?? Number.NaN, passRate, 1e-12);
    assert.closeTo(summaryOf(grades, reduction).metrics[0]?.mean ?? Number.NaN, mean, 1e-12);
  });

  it("have the category of most of them, and all where several have the most", () => {
    const { metrics } = summaryOf([["C", "I", "C"], ["I", "C"], ["I"]]);
    assert.deepStrictEqual(metrics[0]?.categories, [
      { name: "C", count: 1 },
      { name: "C | I", count: 1 },
      { name: "I", count: 1 },
    ]);
    assert.deepStrictEqual(metrics[0]?.trials, {
      total: 6,
      min: 1,
      max: 3,
      agreement: 0,
      passAt: [],
    });
    const agreed = summaryOf([["C", "C"], ["I", "C"], ["I"]]).metrics[0];
    assert.strictEqual(agreed?.trials.agreement, 0.5);
  });

  it("have pass@k, pass^k, and their spread within and between testcases", () => {
    const [metric] = summaryOf(times(10, [true, false, false])).metrics;
    assert.deepInclude(metric, { n: 10, standardDeviation: 0 });
    assert.closeTo(metric?.passRate ?? Number.NaN, 1 / 3, 1e-12);
    assert.closeTo(metric?.trials.deviation ?? Number.NaN, Math.sqrt(1 / 3), 1e-12);
    assert.deepInclude(metric?.trials, { total: 30, min: 3, max: 3 });
    assert.notProperty(metric?.trials, "agreement");
    const [one, two, three] = metric?.trials.passAt ?? [];
    assert.closeTo(one?.any ?? Number.NaN, 1 / 3, 1e-12);
    // Of the 3 pairs of trials, 2 hold the one that passes.
    assert.closeTo(two?.any ?? Number.NaN, 2 / 3, 1e-12);
    assert.deepInclude(three, { k: 3, any: 1, all: 0, n: 10 });
  });

  it("leave testcases with fewer than k out of pass@k", () => {
    const passAt = summaryOf([[true, false], [true]]).metrics[0]?.trials.passAt;
    assert.deepStrictEqual(passAt, [
      { k: 1, any: 0.75, all: 0.75, n: 2 },
      { k: 2, any: 1, all: 0, n: 1 },
    ]);
  });

  it("widen the interval where those of a testcase agree", () => {
    // 5 testcases pass in all of 3 trials, 5 in none: as much as 10 records.
    const alike = [...times(5, [true, true, true]), ...times(5, [false, false, false])];
    assert.deepStrictEqual(summaryOf(alike).metrics[0]?.interval, Interval.ofRate(0.5, 10));
    // Each testcase passes in 1 of 2: as much as 20 records.
    assert.deepStrictEqual(
      summaryOf(times(10, [true, false])).metrics[0]?.interval,
      Interval.ofRate(0.5, 20),
    );
    for (const reduction of reductions.slice(1)) {
      const [metric] = summaryOf([...alike, ...times(10, [true, false])], reduction).metrics;
      assert.deepStrictEqual(metric?.interval, Interval.ofRate(metric?.passRate ?? 0, 20));
    }
  });

  it("are pairs by testcase in a comparison, never the first alone", () => {
    const { metrics, baseline, candidate } = compare(
      times(10, [true, true, true]),
      times(10, [true, false, false]),
    );
    assert.deepInclude(baseline, { records: 30, testcases: 10, maxTrials: 3, alone: 0 });
    assert.deepInclude(candidate, { records: 30, testcases: 10, maxTrials: 3, alone: 0 });
    const [metric] = metrics;
    assert.deepInclude(metric, {
      n: 10,
      baseline: 1,
      verdict: "worse",
      regressions: 10,
      improvements: 0,
    });
    assert.closeTo(metric?.candidate ?? Number.NaN, 1 / 3, 1e-12);
    assert.closeTo(metric?.difference ?? Number.NaN, -2 / 3, 1e-12);
    assert.isBelow(metric?.interval?.upper ?? Number.NaN, 0);
    // A trial that failed stands for the testcase, and not the first one, which passed.
    assert.deepInclude(metric?.worst[0], {
      testcaseId: TestcaseId.make("T0"),
      baseline: { recordId: RecordId.make("a0.0"), value: true, trials: 3 },
      candidate: { recordId: RecordId.make("b0.1"), value: 1 / 3, trials: 3 },
    });
  });

  it.each<readonly [Reduction, candidate: number]>([
    ["mean", 1 / 3],
    ["any", 1],
    ["all", 0],
    ["majority", 0],
  ])("of a comparison reduce by %s", (reduction, candidate) => {
    const { metrics } = compare(
      times(6, [true, true, true]),
      times(6, [true, false, false]),
      reduction,
    );
    assert.closeTo(metrics[0]?.candidate ?? Number.NaN, candidate, 1e-12);
    assert.strictEqual(metrics[0]?.verdict, candidate === 1 ? "same" : "worse");
  });
});

/** The first metric gets worse in six testcases; the others change at random. */
const scores = (side: number, testcase: number, others: number) =>
  Array.from({ length: others + 1 }, (_, metric) => ({
    recordId: RecordId.make("1"),
    metricConfigId: MetricConfigId.make(
      `000000${String(metric).padStart(2, "0")}-0000-4000-8000-000000000001`,
    ),
    score: { value: metric === 0 ? side === 0 || testcase > 5 : (side + testcase) % 2 === 0 },
  }));

const withOthers = (others: number) => {
  const joining = join();
  for (const [side, name] of (["baseline", "candidate"] as const).entries()) {
    joining.add(name, {
      records: Array.from({ length: 12 }, (_, testcase) => ({
        ...base,
        testcaseId: TestcaseId.make(String(testcase)),
        scores: scores(side, testcase, others),
      })),
    });
  }
  return joining.comparison();
};

describe("Runs with different numbers of trials", () => {
  const baseline = times(10, [false]);
  const candidate = times(10, [false, true, false]);

  it("have no verdict by any or all trials, which more trials change by themselves", () => {
    const [metric] = compare(baseline, candidate, "any").metrics;
    assert.deepInclude(metric, {
      baseline: 0,
      candidate: 1,
      unequalTrials: 10,
      verdict: "unclear",
    });
    // Not even that they are the same: of three trials, one passes.
    assert.strictEqual(compare(candidate, baseline, "all").metrics[0]?.verdict, "unclear");
  });

  it("are compared by their means", () => {
    assert.strictEqual(compare(baseline, candidate).metrics[0]?.verdict, "better");
  });
});

describe("A verdict", () => {
  it("needs six pairs, though all of them changed", () => {
    const comparisons = [1, 5, 6, 10].map((pairs) =>
      compare(times(pairs, [true]), times(pairs, [false])),
    );
    const verdicts = comparisons.map(({ metrics }) => metrics[0]?.verdict);
    assert.deepStrictEqual(verdicts, ["too few", "too few", "worse", "worse"]);
  });

  it("is that nothing changed where changes are within the rounding of floating-point arithmetic", () => {
    const [metric] = compare([[0.1 + 0.2], [0.1 + 0.2]], [[0.3], [0.3]]).metrics;
    assert.deepInclude(metric, {
      verdict: "same",
      difference: 0,
      regressions: 0,
      improvements: 0,
      worst: [],
      best: [],
    });
  });

  it("of categories says that they changed, and what became of what", () => {
    const [metric] = compare([["C"], ["C"], ["I"]], [["I"], ["C"], ["I"]]).metrics;
    assert.deepInclude(metric, { kind: "category", n: 3, verdict: "changed", changed: 1 });
    assert.deepStrictEqual(metric?.categoryChanges, [{ from: "C", to: "I", count: 1 }]);
    assert.strictEqual(compare([["C"]], [["C"]]).metrics[0]?.verdict, "same");
  });

  it("is adjusted for how many metrics were looked at", () => {
    assert.deepInclude(withOthers(0).metrics[0], { verdict: "worse" });
    const many = withOthers(19);
    assert.strictEqual(many.tested, 20);
    assert.strictEqual(many.metrics[0]?.verdict, "unclear");
    assert.closeTo(
      many.metrics[0]?.adjustedP ?? Number.NaN,
      Math.min(1, 20 * (many.metrics[0]?.p ?? Number.NaN)),
      1e-12,
    );
  });

  it("counts lower values as better where the member's name says so", () => {
    const joining = join();
    for (const [side, cost] of [
      ["baseline", 1],
      ["candidate", 2],
    ] as const) {
      joining.add(side, {
        records: Array.from({ length: 8 }, (_, testcase) => ({
          ...base,
          testcaseId: TestcaseId.make(String(testcase)),
          scores: [
            {
              recordId: base.id,
              metricConfigId,
              score: { quality: cost + testcase / 10, cost: cost + testcase / 10 },
            },
          ],
        })),
      });
    }
    assert.deepStrictEqual(
      joining
        .comparison()
        .metrics.map(({ member, verdict, regressions }) => [member, verdict, regressions]),
      [
        ["quality", "better", 0],
        ["cost", "worse", 8],
      ],
    );
  });
});
