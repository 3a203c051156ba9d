import { assert, describe, it } from "@effect/vitest";
import {
  MetricConfigId,
  RecordId,
  type RecordWithScores,
  RunId,
  TestcaseId,
} from "@scorecard-effect/contract";
import { join } from "../../src/analysis/Comparison.ts";
import * as SliceGate from "../../src/analysis/SliceGate.ts";
import * as SlicePath from "../../src/analysis/SlicePath.ts";
import { tally } from "../../src/analysis/Summary.ts";

/** Testcases of a category and a model, by letters: `++-` is three, of which two pass. */
const records = (
  category: unknown,
  letters: string,
  model = "m",
): ReadonlyArray<RecordWithScores> =>
  Array.from(letters, (letter, index) => {
    const id = RecordId.make(`${String(category)}/${model}/${index}`);
    return {
      id,
      runId: RunId.make("1"),
      testcaseId: TestcaseId.make(id),
      inputs: { category, model },
      expected: {},
      outputs: {},
      scores:
        letter === " "
          ? []
          : [
              {
                recordId: id,
                metricConfigId: MetricConfigId.make("6f1a5c0e-0000-4000-8000-000000000001"),
                score: { passed: letter === "+" },
                ...(letter === "x" ? { validationErrors: [{ path: "", message: "wrong" }] } : {}),
              },
            ],
    };
  });

const by = (paths: ReadonlyArray<string>) =>
  paths.flatMap((text) => {
    const path = SlicePath.parse(text);
    return "problem" in path ? [] : [path];
  });

const judge = (
  metric: string,
  run: ReadonlyArray<ReadonlyArray<RecordWithScores>>,
  paths: ReadonlyArray<string> = ["inputs.category"],
) => {
  const folded = tally({ by: by(paths) });
  folded.add({ records: run.flat() });
  return SliceGate.judge({ figure: "pass rate", metric, least: 0.9 }, folded.summary());
};

const judgePair = (
  metric: string,
  baseline: ReadonlyArray<ReadonlyArray<RecordWithScores>>,
  candidate: ReadonlyArray<ReadonlyArray<RecordWithScores>>,
) => {
  const joining = join({ by: by(["inputs.category"]) });
  joining.add("baseline", { records: baseline.flat() });
  joining.add("candidate", { records: candidate.flat() });
  return SliceGate.judgeComparison({ rule: "no worse", metric }, joining.comparison());
};

const good = records("billing", "++++++++++");
const bad = records("refund", "+-");

describe("A gate on a slice", () => {
  it("with a most names the highest of all slices", () => {
    const folded = tally({ by: by(["inputs.category"]) });
    folded.add({ records: [...good, ...bad].flat() });
    const most = (bound: number) =>
      SliceGate.judge({ figure: "pass rate", metric: "6f1a@*", most: bound }, folded.summary());
    assert.deepInclude(most(1), {
      isKept: true,
      found: 1,
      says: "pass rate of 6f1a is at most 1 in each of 2 slices, 1 in the highest",
    });
    assert.isFalse(most(0.9).isKept);
  });

  it.each([
    [
      "of a slice that reaches it",
      judge("6f1a@billing", [good, bad]),
      true,
      /^in slice billing, pass rate of 6f1a.* is 1, at least 0.9$/,
    ],
    [
      "of one that does not",
      judge("6f1a@refund", [good, bad]),
      false,
      /^in slice refund, pass rate of 6f1a.* is 0.5, 0.4 below 0.9$/,
    ],
    ["of each slice", judge("6f1a@*", [good, bad]), false, /^in slice refund, .* below 0.9$/],
    [
      "of each slice, which all reach it",
      judge("6f1a@*", [good]),
      true,
      /^pass rate of 6f1a is at least 0.9 in each of 1 slice, 1 in the lowest$/,
    ],
    ["of a member", judge("6F1A/passed@billing", [good, bad]), true, /^in slice billing/],
    ["of the whole run", judge("6f1a", [good, bad]), true, /^pass rate of 6f1a.* is 0.91/],
    [
      "of no slice by this name",
      judge("6f1a@Billing", [good]),
      false,
      /no slice Billing by inputs.category/,
    ],
    ["of an empty name", judge("6f1a@", [good]), false, /no slice {2}by/],
    [
      "of no metric by this name",
      judge("7777@billing", [good]),
      false,
      /no score of a metric 7777@billing/,
    ],
    [
      "of a slice without scores",
      judge("6f1a@a", [records("a", "  "), good]),
      false,
      /it has no valid score \(0 invalid\)/,
    ],
    [
      "of slices of which one has no scores",
      judge("6f1a@*", [records("a", "  "), good]),
      true,
      /each of 1 slice/,
    ],
    [
      "of slices of which one has invalid scores alone",
      judge("6f1a@*", [records("a", "xx"), good]),
      false,
      /in slice a, .* no valid score \(2 invalid\)/,
    ],
    [
      "of slices without any score",
      judge("6f1a@*", [records("a", "  ")]),
      false,
      /no score of a metric/,
    ],
    [
      "without a path",
      judge("6f1a@billing", [good], []),
      false,
      /no metric is called 6f1a@billing: to judge a slice, say by which path, such as --by/,
    ],
    [
      "of a path that no record has",
      judge("6f1a@*", [good], ["inputs.other"]),
      false,
      /no slices by inputs.other/,
    ],
    [
      "of a text that reads like a number",
      judge("6f1a@1", [records("1", "+")]),
      true,
      /in slice "1"/,
    ],
    [
      "of a number and not of the text",
      judge("6f1a@1", [records(1, "-"), records("1", "+")]),
      false,
      /in slice 1, pass rate/,
    ],
    [
      "of a text that holds signs",
      judge("6f1a@a@b=c:*", [records("a@b=c:*", "+")]),
      true,
      /in slice a@b=c:\*/,
    ],
    [
      "of the records without the value",
      judge("6f1a@(missing)", [records(undefined, "-"), good]),
      false,
      /in slice \(missing\), pass rate .* is 0/,
    ],
  ] as const)("judges the figure %s", (_, verdict, isKept, says) => {
    assert.match(verdict.says, says);
    assert.strictEqual(verdict.isKept, isKept);
  });

  it("names the path where several have a slice of the name", () => {
    const paths = ["inputs.category", "inputs.model"];
    const run = [records("m", "+"), records("billing", "+", "m")];
    assert.match(judge("6f1a@m", run, paths).says, /choose inputs.category:m or inputs.model:m/);
    assert.isFalse(judge("6f1a@m", run, paths).isKept);
    assert.match(
      judge("6f1a@inputs.model:m", run, paths).says,
      /^in slice inputs.model:m, .* is 1/,
    );
    assert.isTrue(judge("6f1a@/inputs/category:m", run, paths).isKept);
    assert.match(judge("6f1a@inputs.category:*", run, paths).says, /each of 2 slices/);
    assert.match(judge("6f1a@*", run, paths).says, /each of 3 slices/);
  });

  it("lists a few of many slices that do not reach it", () => {
    const run = Array.from({ length: 8 }, (_, index) => records(`s${index}`, "-"));
    const { says, found } = judge("6f1a@*", run);
    assert.strictEqual(says.split("; ").length, 6);
    assert.include(says, "; and in 3 more slices");
    assert.strictEqual(found, 0);
  });
});

describe("A gate on slices of two runs", () => {
  const before = [
    records("billing", "++++++++"),
    records("refund", "--------"),
    records("few", "++"),
  ];
  const after = [
    records("billing", "--------"),
    records("refund", "++++++++"),
    records("few", "--"),
  ];

  it.each([
    ["the whole runs", judgePair("6f1a", before, after), true, /is not worse: unclear/],
    [
      "a slice that got worse",
      judgePair("6f1a@billing", before, after),
      false,
      /^in slice billing, 6f1a.* is worse: 100% to 0%, over 8 testcases$/,
    ],
    [
      "a slice that got better",
      judgePair("6f1a@refund", before, after),
      true,
      /^in slice refund, .* is not worse: better$/,
    ],
    ["each slice", judgePair("6f1a@*", before, after), false, /^in slice billing, /],
    ["each metric in each slice", judgePair("*@*", before, after), false, /^in slice billing, /],
    ["each metric in a slice", judgePair("*@refund", before, after), true, /^in slice refund, /],
    [
      "each slice, of which none got worse",
      judgePair("6f1a@*", before.slice(1), after.slice(1)),
      true,
      /^6f1a is not worse in any of 1 slice \(1 more has too few testcases\)$/,
    ],
    [
      "a slice with too few testcases",
      judgePair("6f1a@few", before, after),
      false,
      /in slice few, .* has 2 testcases in both runs: a verdict needs 6/,
    ],
    [
      "slices that all have too few",
      judgePair("6f1a@*", before.slice(2), after.slice(2)),
      false,
      /no slice has enough testcases of 6f1a/,
    ],
    ["a slice that is not there", judgePair("6f1a@tech", before, after), false, /no slice tech/],
  ] as const)("judges %s", (_, verdict, isKept, says) => {
    assert.match(verdict.says, says);
    assert.strictEqual(verdict.isKept, isKept);
  });
});
