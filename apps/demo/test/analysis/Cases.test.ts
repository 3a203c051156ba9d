/** Runs of kinds that once made the demo say something wrong, each with what is right. */
import { assert, describe, it } from "@effect/vitest";
import {
  MetricConfigId,
  RecordId,
  type RecordWithScores,
  RunId,
  type Score,
  TestcaseId,
} from "@scorecard-effect/contract";
import { type Comparison, join } from "../../src/analysis/Comparison.ts";
import * as ComparisonGate from "../../src/analysis/ComparisonGate.ts";
import * as SlicePath from "../../src/analysis/SlicePath.ts";
import { tally } from "../../src/analysis/Summary.ts";
import * as ComparisonReport from "../../src/terminal/ComparisonReport.ts";
import { widthOf } from "../../src/terminal/Layout.ts";
import * as RunReport from "../../src/terminal/RunReport.ts";
import { plainScreen, type Screen } from "../../src/terminal/Screen.ts";
import * as SlicedReport from "../../src/terminal/SlicedReport.ts";
import { everything } from "../../web/query/Query.ts";
import { viewOf } from "../setup/PageView.ts";

const metricOf = (number: number) =>
  MetricConfigId.make(`0000000${number}-0000-4000-8000-00000000000${number}`);

/** A record with a score for each metric: `scores[i]` of metric i + 1; several in a list. */
const record = (
  runId: string,
  id: string,
  testcaseId: string | undefined,
  scores: ReadonlyArray<Score["score"] | ReadonlyArray<Score["score"]>>,
): RecordWithScores => ({
  id: RecordId.make(id),
  runId: RunId.make(runId),
  ...(testcaseId === undefined ? {} : { testcaseId: TestcaseId.make(testcaseId) }),
  inputs: { question: `Q${id}` },
  expected: { idealAnswer: "A" },
  outputs: { response: `R${id}` },
  scores: scores.flatMap((own, index) =>
    [own].flat().map((score) => ({
      recordId: RecordId.make(id),
      metricConfigId: metricOf(index + 1),
      score,
    })),
  ),
});

const summaryOf = (records: ReadonlyArray<RecordWithScores>) => {
  const run = tally();
  run.add({ records });
  return run.summary();
};

const comparisonOf = (records: ReadonlyArray<RecordWithScores>): Comparison => {
  const joining = join();
  joining.add("baseline", { records: records.filter(({ runId }) => runId === "A") });
  joining.add("candidate", { records: records.filter(({ runId }) => runId === "B") });
  return joining.comparison();
};

const runs = { baselineId: RunId.make("A"), candidateId: RunId.make("B") };
const compareText = (records: ReadonlyArray<RecordWithScores>, screen?: Screen) =>
  ComparisonReport.text(comparisonOf(records), runs, 3, screen);
const tableText = (records: ReadonlyArray<RecordWithScores>, screen?: Screen) =>
  RunReport.table(summaryOf(records), screen);

const numbered = <A>(n: number, make: (number: number) => A): ReadonlyArray<A> =>
  Array.from({ length: n }, (_, index) => make(index + 1));

const trial = (run: string, testcase: number, number: number, binaryScore: boolean) =>
  record(run, `${run}${testcase}.${number}`, `T${testcase}`, [{ binaryScore }]);

describe("epoch-min, epochs: several trials of a testcase", () => {
  const minimal = [
    trial("A", 1, 1, true),
    trial("A", 1, 2, true),
    trial("B", 1, 1, true),
    trial("B", 1, 2, false),
  ];
  const epochs = numbered(10, (testcase) =>
    [0, 1, 2].flatMap((number) => [
      trial("A", testcase, number, true),
      trial("B", testcase, number, number === 0),
    ]),
  ).flat();

  it("one testcase is too few for a verdict", () => {
    const [metric] = comparisonOf(minimal).metrics;
    assert.deepInclude(metric, { n: 1, baseline: 1, candidate: 0.5, difference: -0.5 });
    assert.deepInclude(metric, { verdict: "too few", regressions: 1, improvements: 0 });
    const [shown] = viewOf(minimal, "A", "B").metrics;
    assert.deepInclude(shown?.change, {
      verdict: "too few",
      difference: { n: 1, value: -0.5, interval: metric?.interval ?? null },
    });
  });

  it("ten testcases of which the candidate fails two of three trials are worse", () => {
    const [metric] = comparisonOf(epochs).metrics;
    assert.deepInclude(metric, { n: 10, baseline: 1, verdict: "worse", regressions: 10 });
    assert.closeTo(metric?.candidate ?? Number.NaN, 1 / 3, 1e-12);
    const text = compareText(epochs);
    assert.match(text, /worse +10 +100% +33\.33% +−66\.67 points/);
    assert.include(text, "100% of 3 pass → 33.33% of 3 pass  testcase T1  records A1.0 and B1.1");
    assert.include(text, "Each testcase counts once, with the mean of its trials.");
    const [shown] = viewOf(epochs, "A", "B").metrics;
    assert.strictEqual(shown?.change?.verdict, "worse");
    // Each testcase of the candidate is mixed: none passes, none fails.
    assert.deepStrictEqual(
      shown?.bars.map(({ condition, all, baseline }) => [condition.is, all, baseline]),
      [
        ["fail", 0, 0],
        ["mixed", 10, 0],
        ["pass", 0, 10],
      ],
    );
  });

  it("one run has pass@k and its trials", () => {
    const text = RunReport.trials(summaryOf(epochs.filter(({ runId }) => runId === "B")));
    assert.include(text, "3 a testcase, 30 in all");
    assert.include(text, "pass@3 100%, pass^3 0%");
  });
});

describe("noise: 0.1 + 0.2 against 0.3", () => {
  const records = ["T1", "T2"].flatMap((testcase) => [
    record("A", `a${testcase}`, testcase, [{ value: 0.1 + 0.2 }]),
    record("B", `b${testcase}`, testcase, [{ value: 0.3 }]),
  ]);

  it("is the same", () => {
    const [metric] = comparisonOf(records).metrics;
    assert.deepInclude(metric, { verdict: "same", difference: 0, regressions: 0, worst: [] });
    const text = compareText(records);
    assert.match(text, /same +2 +0\.3 +0\.3 +0 /);
    assert.notInclude(text, "−0");
    assert.notInclude(text, "Regressions");
    const view = viewOf(records, "A", "B");
    assert.deepStrictEqual(
      view.metrics[0]?.change?.bars.map(({ condition, all }) => [condition.is, all]),
      [
        ["worse", 0],
        ["same", 2],
        ["better", 0],
      ],
    );
  });
});

describe("cost, tiny: small and huge numbers", () => {
  const cost = numbered(30, (n) => [
    record("A", `${n}`, `T${n}`, [{ value: 0.00042 + n * 1e-5 }, { value: 1.2e-6 * n }]),
    record("B", `${n}`, `T${n}`, [{ value: 0.00084 + n * 1e-5 }, { value: 2.4e-6 * n }]),
  ]).flat();
  const tiny = numbered(30, (n) => [
    record("A", `a${n}`, `T${n}`, [
      { value: 0.12345678 + n * 1e-9 },
      { value: 0.1 + 0.2 },
      { value: n * 1e-12 },
      { value: 1e15 + n },
    ]),
    record("B", `b${n}`, `T${n}`, [
      { value: 0.12345688 + n * 1.1e-9 },
      { value: 0.3 },
      { value: n * 1.001e-12 + 1e-13 },
      { value: 1e15 + n + (n % 2 === 1 ? 2 : 1) },
    ]),
  ]).flat();

  it("print significant digits, never 0", () => {
    const [first, second] = summaryOf(cost.filter(({ runId }) => runId === "A")).metrics;
    assert.closeTo(first?.mean ?? Number.NaN, 0.000575, 1e-12);
    assert.closeTo(second?.percentiles?.p50 ?? Number.NaN, 1.86e-5, 1e-12);
    const text = tableText(cost.filter(({ runId }) => runId === "A"));
    assert.match(text, /mean 0\.000575 ± 0\.000088 +0\.000542 to 0\.000608 +0\.000575/);
    assert.match(text, /mean 0\.0000186 ± 0\.0000106/);
    assert.match(compareText(cost), /0\.000575 +0\.000995 +\+0\.00042/);
  });

  it("tell two numbers apart that differ late, and leave out what only rounding makes different", () => {
    const text = compareText(tiny);
    assert.match(text, /better +30 +0\.1234568 +0\.1234569 +\+1\.02e-7/);
    assert.match(text, /same +30 +0\.3 +0\.3 +0 /);
    assert.match(text, /better +30 +1\.55e-11 +1\.56e-11 +\+1\.16e-13/);
    assert.match(text, /1\.000000000000016e15 +1\.000000000000017e15 +\+1\.5/);
  });

  it.each([40, 80, 200])("keep the layout: %s columns", (width) => {
    const screen = { ...plainScreen, width };
    for (const text of [
      tableText(
        tiny.filter(({ runId }) => runId === "A"),
        screen,
      ),
      tableText(
        cost.filter(({ runId }) => runId === "B"),
        screen,
      ),
      compareText(tiny, screen),
      compareText(cost, screen),
    ]) {
      for (const line of text.split("\n")) assert.isAtMost(widthOf(line), width, line);
    }
  });
});

describe("dup-metric: two scores of one metric in a record", () => {
  const records = [
    record("1", "1", "T1", [[{ binaryScore: false }, { binaryScore: true }]]),
    record("1", "2", "T2", [[{ binaryScore: true }, { binaryScore: true }]]),
  ];

  it("count once, with their mean, in the terminal and on the page", () => {
    const summary = summaryOf(records);
    assert.deepInclude(summary.metrics[0], { n: 2, passRate: 0.75 });
    assert.include(
      RunReport.readings(summary),
      "2 records have several scores of this metric: each counts once, with their mean",
    );
    const view = viewOf(records, "1");
    assert.deepInclude(view.metrics[0]?.figures, { n: 2, value: 0.75 });
    assert.deepStrictEqual(
      view.metrics[0]?.bars.map(({ condition, all }) => [condition.is, all]),
      [
        ["fail", 0],
        ["mixed", 1],
        ["pass", 1],
      ],
    );
  });
});

describe("Two scores of one metric in a record, of two kinds", () => {
  it("contradict each other: the record is invalid, and the report says so", () => {
    const summary = summaryOf([
      record("1", "1", "T1", [[{ passed: true }, { passed: 3 }]]),
      record("1", "2", "T2", [[{ passed: true }, { passed: true }]]),
    ]);
    assert.deepInclude(summary.metrics[0], { n: 1, passRate: 1, invalid: 1 });
    assert.include(
      RunReport.readings(summary),
      "each counts once, with their mean, unless they are of several kinds: then it is invalid",
    );
  });
});

describe("labels, shapes: categories and other forms of scores", () => {
  const names = ["bad", "good", "unsure", "good", "bad", "good", "unsure", "good"];
  const labels = names.map((value, index) =>
    record("1", `${index}`, undefined, [{ value, reasoning: "r" }]),
  );

  it("are counted, filtered and compared", () => {
    assert.deepStrictEqual(summaryOf(labels).metrics[0]?.categories, [
      { name: "good", count: 4 },
      { name: "bad", count: 2 },
      { name: "unsure", count: 2 },
    ]);
    assert.match(tableText(labels), /category +good 4, bad 2, unsure 2 +8 +good 50%/);
    const metric = metricOf(1);
    const filtered = viewOf(labels, "1", undefined, {
      ...everything,
      sort: "listed",
      filter: `${metric} = bad`,
    });
    assert.deepStrictEqual(Array.from(filtered.records[0] ?? []), [0, 4]);
    const pair = names.flatMap((value, index) => [
      record("A", `a${index}`, `T${index}`, [{ value }]),
      record("B", `b${index}`, `T${index}`, [{ value: index < 2 ? "good" : value }]),
    ]);
    assert.deepInclude(comparisonOf(pair).metrics[0], {
      kind: "category",
      verdict: "changed",
      changed: 1,
      categoryChanges: [{ from: "bad", to: "good", count: 1 }],
    });
    assert.match(compareText(pair), /Changed\n +00000001… +bad → good +testcase T0/);
  });

  it("with several members are several readings, and what was not recognised is reported", () => {
    const shapes = [
      [{ passed: true, score: 0.9, explanation: "why" }, { value: null }, { value: "NaN" }, {}],
      [{ passed: false, score: 0.1, explanation: "why not" }, { value: 0.5 }, { value: 1.5 }],
      [{ passed: true, score: 1, explanation: "" }, { value: 0.75 }, { value: 2 }, { value: "x" }],
    ].map((scores, index) => record("1", `${index}`, undefined, scores));
    const summary = summaryOf(shapes);
    assert.deepStrictEqual(
      summary.metrics.map(({ member, kind, n, invalid, missing }) => [
        member,
        kind,
        n,
        invalid,
        missing,
      ]),
      [
        ["passed", "boolean", 3, 0, 0],
        ["score", "number", 3, 0, 0],
        ["value", "number", 2, 1, 0],
        ["value", "number", 2, 1, 0],
        ["value", "category", 1, 1, 1],
      ],
    );
    assert.strictEqual(summary.metrics[0]?.worst[0]?.reasoning, "why not");
    const text = RunReport.readings(summary);
    assert.include(text, "00000002…  1 of 3 scores was not recognised: 1 × value (null)");
    assert.include(text, "00000004…  1 of 2 scores was not recognised: 1 × no members");
  });
});

describe("long-ids: ids that differ late", () => {
  it("are different testcases in the commands and on the page", () => {
    const long = "t".repeat(250);
    const records = [1, 2].flatMap((n) => [
      record("A", `${long}a${n}`, `${long}${n}`, [{ binaryScore: true }]),
      record("B", `${long}b${n}`, `${long}${n}`, [{ binaryScore: n === 1 }]),
    ]);
    assert.deepInclude(comparisonOf(records), { paired: 2 });
    assert.deepInclude(comparisonOf(records).metrics[0], { n: 2, regressions: 1 });
    assert.deepStrictEqual(viewOf(records, "A", "B").parts, {
      both: 2,
      baseline: 0,
      candidate: 0,
      neither: 0,
    });
  });
});

describe("ids: ids of odd characters", () => {
  it("are testcases of their own, whole, and safe to print", () => {
    const ids = ["", "a b", "a:b", "é", "%41", "%", "../x", "<b>", "\u202eabc", "\n", "1:2"];
    const records = ids.flatMap((id, index) => [
      record("A", id, id, [{ binaryScore: true }]),
      record("B", id, id, [{ binaryScore: index % 2 === 0 }]),
    ]);
    const comparison = comparisonOf(records);
    assert.deepInclude(comparison, { paired: 11 });
    assert.deepInclude(comparison.metrics[0], { n: 11, regressions: 5 });
    assert.sameMembers(
      comparison.metrics[0]?.worst.map(({ testcaseId }): string => testcaseId) ?? [],
      ["a b", "é", "%", "<b>", "\n"],
    );
    assert.notMatch(compareText(records), /\u202e|\n\n\n/);
    const bad = ["A", "B"].map((run) => record(run, "", "", [{ binaryScore: run === "A" }]));
    assert.include(compareText(bad), 'pass → fail  testcase ""  records "" and ""');
  });
});

describe("case: a metric's id in two spellings", () => {
  it("is one metric", () => {
    const [first, second] = ["1", "2"].map((id) =>
      record("1", id, undefined, [{ binaryScore: id === "1" }]),
    );
    if (first === undefined || second === undefined) throw new Error("no records");
    const upper = {
      ...second,
      scores: second.scores.map((score) => ({
        ...score,
        metricConfigId: MetricConfigId.make("ABCDEF00-0000-4000-8000-00000000000A"),
      })),
    };
    const lower = {
      ...first,
      scores: first.scores.map((score) => ({
        ...score,
        metricConfigId: MetricConfigId.make("abcdef00-0000-4000-8000-00000000000a"),
      })),
    };
    const { metrics } = summaryOf([upper, lower]);
    assert.lengthOf(metrics, 1);
    assert.deepInclude(metrics[0], {
      metricConfigId: "abcdef00-0000-4000-8000-00000000000a",
      n: 2,
      passRate: 0.5,
    });
  });
});

describe("meta: scores by a category of the inputs", () => {
  it("are sliced by it: one category fails where the others pass", () => {
    const records = numbered(60, (number) => ({
      ...record("135", String(number), `T${number}`, [{ binaryScore: number % 3 !== 0 }]),
      inputs: { category: ["billing", "refund", "tech"][number % 3] },
    }));
    const path = SlicePath.parse("inputs.category");
    if ("problem" in path) throw new Error(path.problem);
    const run = tally({ by: [path] });
    run.add({ records });
    const summary = run.summary();
    assert.deepStrictEqual(
      summary.slicedBy[0]?.slices.map(({ value, metrics: [metric] }) => [
        value.name,
        metric?.n,
        metric?.passRate,
      ]),
      [
        ["billing", 20, 0],
        ["refund", 20, 1],
        ["tech", 20, 1],
      ],
    );
    assert.match(
      SlicedReport.text(summary),
      /By inputs\.category: 3 slices\n.*\n.* billing +20 +0% pass +0% to 16\.11%/,
    );
  });
});

const noWorse = (comparison: Comparison) =>
  ComparisonGate.judge({ rule: "no worse", metric: "*" }, comparison);

describe("A gate that nothing gets worse", () => {
  it("is not kept by numbers that are too large to be compared", () => {
    const records = numbered(8, (n) => [
      record("A", `a${n}`, `T${n}`, [{ value: 1.7e308 }]),
      record("B", `b${n}`, `T${n}`, [{ value: -1.7e308 }]),
    ]).flat();
    const comparison = comparisonOf(records);
    assert.deepInclude(comparison.metrics[0], { verdict: "unclear", regressions: 8 });
    assert.deepInclude(noWorse(comparison), { isKept: false });
    assert.include(noWorse(comparison).says, "cannot be judged: its numbers are too large");
  });

  it("is not kept by the best of two trials against the best of eight", () => {
    const joining = join({ reduction: "any" });
    for (const [side, run, count] of [
      ["baseline", "A", 2],
      ["candidate", "B", 8],
    ] as const) {
      // Each testcase passes once: in half of the trials before, in an eighth of them after.
      joining.add(side, {
        records: numbered(10, (testcase) =>
          numbered(count, (number) => trial(run, testcase, number, number === 1)),
        ).flat(),
      });
    }
    const comparison = joining.comparison();
    assert.deepInclude(comparison.metrics[0], { verdict: "unclear", baseline: 1, candidate: 1 });
    assert.deepInclude(noWorse(comparison), { isKept: false });
    assert.include(noWorse(comparison).says, "10 testcases with more trials in one run");
  });

  it("says how many testcases it rests on, where the candidate lost the others", () => {
    const records = numbered(20, (n) => [
      record("A", `a${n}`, `T${n}`, [{ binaryScore: true }]),
      record("B", `b${n}`, `T${n}`, n > 10 ? [] : [{ binaryScore: true }]),
    ]).flat();
    const { isKept, says } = noWorse(comparisonOf(records));
    assert.isTrue(isKept);
    assert.include(says, "over 10 of 20 testcases: the others lack a valid score in a run");
  });
});

describe("Values of several kinds in one metric", () => {
  it("are counted and named where they do not count", () => {
    const records = numbered(20, (n) =>
      record("A", `${n}`, `T${n}`, [{ value: n > 10 ? true : n }]),
    );
    const summary = summaryOf(records);
    assert.deepInclude(summary.metrics[0], { n: 10, passRate: 1, invalid: 10, otherKind: 10 });
    assert.include(
      RunReport.readings(summary),
      "10 records have a value of another kind than most, which pass or fail: they count as invalid",
    );
  });

  it("are named where two runs have one kind each", () => {
    const records = numbered(20, (n) => [
      record("A", `a${n}`, `T${n}`, [{ value: n > 10 }]),
      record("B", `b${n}`, `T${n}`, [{ value: n > 10 ? 1 : 0 }]),
    ]).flat();
    assert.include(compareText(records), "has no testcase to compare: in one run or both");
  });
});

describe("Low and high scores", () => {
  it("are listed by how bad they are, under a title that is true of both", () => {
    const summary = summaryOf(
      numbered(4, (n) => record("A", `${n}`, `T${n}`, [{ latencyMs: 10 * n }, { value: n }])),
    );
    assert.match(
      RunReport.worst(summary, 1),
      /^ {2}Worst scores\n {2}\S+ +40 +record 4 .*\n {2}\S+ +1 +record 1 /,
    );
  });
});

/** Scores in the form of Inspect's logs: "C" is correct, "I" incorrect. */
describe("Logs of Inspect", () => {
  it("have categories and explanations", () => {
    const records = [
      ["Yes", "C"],
      ["No", "C"],
      ["No", "I"],
    ].map(([answer = "", value = ""], index) =>
      record("2", `${7201 + index}`, `${index + 1}`, [
        { value, answer, explanation: `The answer ${answer}.\n\nIn two paragraphs.`, metadata: {} },
      ]),
    );
    const summary = summaryOf(records);
    assert.deepInclude(summary.metrics[0], { kind: "category", n: 3, invalid: 0, missing: 0 });
    assert.deepStrictEqual(summary.metrics[0]?.categories, [
      { name: "C", count: 2 },
      { name: "I", count: 1 },
    ]);
    assert.deepInclude(summary.readings[0], {
      unrecognised: 0,
      members: [{ name: "value", count: 3 }],
      reasoning: [{ name: "explanation", count: 3 }],
    });
    assert.strictEqual(RunReport.readings(summary), "");
  });
});
