import { assert, describe, it } from "@effect/vitest";
import type { RecordWithScores } from "@scorecard-effect/contract";
import { FakeRun } from "@scorecard-effect/fixtures";
import type { Cell } from "../../src/analysis/Cell.ts";
import { cellsOf } from "../../src/analysis/Cell.ts";
import { judge } from "../../src/analysis/ChangeVerdict.ts";
import * as Comparison from "../../src/analysis/Comparison.ts";
import { type Reduction } from "../../src/analysis/Reduction.ts";
import * as Series from "../../src/analysis/Series.ts";
import * as SlicePath from "../../src/analysis/SlicePath.ts";
import { everything, type Query } from "../../web/query/Query.ts";
import * as Engine from "../../web/worker/Engine.ts";
import type { View } from "../../web/worker/View.ts";
import type { FieldColumns } from "../../web/worker/FieldColumns.ts";
import * as CellBatches from "../setup/CellBatches.ts";

const category = SlicePath.parse("inputs.category");
const by = "problem" in category ? [] : [category];

const fieldsOf = (runs: ReadonlyArray<ReadonlyArray<RecordWithScores>>): FieldColumns => ({
  pointers: () => ["/inputs/category"],
  few: () => 1,
  problem: () => null,
  column: (run) => {
    const values: Array<unknown> = [undefined];
    const codes = Uint32Array.from(runs[run] ?? [], (record) => {
      const value = "problem" in category ? undefined : SlicePath.read(category, record);
      const known = values.indexOf(value);
      return known >= 0 ? known : values.push(value) - 1;
    });
    return { values, codes };
  },
});

/** Records arrive in pages of 100, from all runs in turn. */
const engineOf = (
  runs: ReadonlyArray<ReadonlyArray<RecordWithScores>>,
  reduction: Reduction = "mean",
): Engine.Engine => {
  const engine = Engine.make(runs.length, fieldsOf(runs), reduction);
  const session = CellBatches.start();
  const longest = Math.max(...runs.map(({ length }) => length));
  for (let from = 0; from < longest; from += 100) {
    for (const [run, records] of runs.entries()) {
      const page = records.slice(from, from + 100).map((record) => ({
        testcaseId: record.testcaseId ?? null,
        cells: cellsOf(record, session.series),
      }));
      if (page.length > 0) engine.add(session.batch(run, page));
    }
  }
  return engine;
};

/** Five runs over the same testcases, but that some are missing in the third. */
const generated = (preset: "chat" | "trials" | "classification") =>
  [0.75, 0.65, 0.8, 0.75, 0.4].map((quality, run) => {
    const made = FakeRun.make({ preset, records: 300, quality, answerSeed: run + 1 });
    return Array.from({ length: made.size }, (_, index) => made.record(index)).filter(
      (_, index) => run !== 2 || index % 3 > 0,
    );
  });

const joinOf = (
  [baseline, candidate]: readonly [
    ReadonlyArray<RecordWithScores>,
    ReadonlyArray<RecordWithScores>,
  ],
  reduction: Reduction,
): Comparison.Comparison => {
  const joining = Comparison.join({ reduction, by });
  joining.add("baseline", { records: baseline });
  joining.add("candidate", { records: candidate });
  return joining.comparison();
};

const keyOf = ({ metricConfigId, member }: Comparison.MetricChange): string =>
  Series.keyText({ metricId: metricConfigId, member });

/** By item: the indexes of its records in the first run and in a later one. */
const recordsIn = ({ records }: View, later: number) =>
  Array.from(records[0] ?? [], (record, item) => [record, records[later]?.[item]]);

describe("Three to five runs", () => {
  for (const [preset, count, reduction] of [
    ["chat", 3, "mean"],
    ["trials", 5, "mean"],
    ["trials", 3, "majority"],
    ["classification", 5, "mean"],
  ] as const) {
    const runs = generated(preset).slice(0, count);
    const [first = [], ...later] = runs;
    const comparisons = later.map((candidate) => joinOf([first, candidate], reduction));
    const engine = engineOf(runs, reduction);

    it(`have for each pair what compare says of it: ${count} runs, ${preset}, ${reduction}`, () => {
      const view = engine.view(everything);
      const changes = view.metrics.flatMap((metric) => metric.changes);
      assert.lengthOf(changes, comparisons.flatMap(({ metrics }) => metrics).length);
      for (const [place, { metrics, tested }] of comparisons.entries()) {
        assert.isAbove(tested, 0);
        for (const metric of metrics) {
          const own = view.metrics.find(({ key }) => key === keyOf(metric))?.changes[place];
          const { n } = metric;
          assert.deepInclude(own, {
            run: place + 1,
            before: { n, value: metric.baseline ?? null, interval: null },
            after: { n, value: metric.candidate ?? null, interval: null },
            difference: {
              n,
              value: metric.difference ?? null,
              interval: metric.interval ?? null,
            },
            worse: metric.regressions,
            better: metric.improvements,
            changed: metric.changed,
          });
        }
      }
    });

    it(`adjust p-values for all pairs together: ${count} runs, ${preset}, ${reduction}`, () => {
      const view = engine.view(everything);
      const all = comparisons.flatMap(({ metrics }) => metrics);
      const judged = judge(
        all.map((metric) => ({
          kind: metric.kind,
          n: metric.n,
          changed: metric.changed,
          gain:
            metric.difference === undefined
              ? undefined
              : metric.isLowerBetter
                ? -metric.difference
                : metric.difference,
          p: metric.p,
        })),
      );
      const { length } = judged.filter(({ adjustedP }) => adjustedP !== undefined);
      assert.deepStrictEqual(view.tested, { scores: length, measures: 0 });
      for (const [index, metric] of all.entries()) {
        const place = comparisons.findIndex(({ metrics }) => metrics.includes(metric));
        const own = view.metrics.find(({ key }) => key === keyOf(metric))?.changes[place];
        assert.strictEqual(own?.verdict, judged[index]?.verdict);
        const { adjustedP } = judged[index] ?? {};
        if (metric.p !== undefined && adjustedP !== undefined) {
          assert.closeTo(own?.adjustedP ?? -1, adjustedP, 1e-12);
        }
      }
    });

    it(`have for each pair the slices of compare: ${count} runs, ${preset}, ${reduction}`, () => {
      const view = engine.view({ ...everything, by: "inputs.category" });
      const { slices = [] } = view.slices ?? {};
      let compared = 0;
      for (const [place, { slicedBy }] of comparisons.entries()) {
        for (const { value, paired, metrics } of slicedBy[0]?.slices ?? []) {
          const own = slices.find(({ name }) => name === value.name)?.changes[place];
          assert.strictEqual(own?.testcases, paired);
          for (const metric of metrics) {
            compared += 1;
            const number = view.metrics.findIndex(({ key }) => key === keyOf(metric));
            assert.deepInclude(own?.metrics[number], {
              n: metric.n,
              value: metric.candidate ?? null,
              baseline: metric.baseline ?? null,
              difference: metric.difference ?? null,
              interval: metric.interval ?? null,
            });
          }
        }
      }
      assert.isAbove(compared, count);
      // As many as all pairs have, tested together.
      assert.strictEqual(
        view.slices?.tested,
        comparisons.reduce((sum, { testedInSlices }) => sum + testedInSlices, 0),
      );
    });
  }

  it("count the testcases whose trials disagree in each run", () => {
    const engine = engineOf(generated("trials").slice(0, 3));
    const counts = [1, 2].map((focus) => {
      const { flaky } = engine.view({ ...everything, focus });
      const found = engine.view({ ...everything, filter: `flaky@${focus + 1} = yes` });
      assert.strictEqual(found.matching, flaky);
      // Without a run it is about the one in focus.
      assert.strictEqual(
        engine.view({ ...everything, focus, filter: "flaky = yes" }).matching,
        flaky,
      );
      return flaky;
    });
    assert.isTrue(counts.every((count) => count > 0));
    assert.notStrictEqual(counts[0], counts[1]);
  });

  it("say which of them cannot be judged fairly for its number of trials", () => {
    // The third run lacks a third of the trials: fewer are easier to pass all together.
    const [first = [], ...later] = generated("trials").slice(0, 3);
    for (const reduction of ["all", "mean"] as const) {
      const { metrics } = engineOf([first, ...later], reduction).view(everything);
      const comparisons = later.map((candidate) => joinOf([first, candidate], reduction));
      const expected = comparisons.flatMap((comparison) =>
        comparison.metrics.map(({ unequalTrials }) => unequalTrials === 0 || reduction === "mean"),
      );
      const found = comparisons.flatMap((comparison, place) =>
        comparison.metrics.map((metric) => {
          const own = metrics.find(({ key }) => key === keyOf(metric))?.changes[place];
          if (own?.isFair === false) assert.strictEqual(own.verdict, "unclear");
          return own?.isFair;
        }),
      );
      assert.deepStrictEqual(found, expected);
      assert.strictEqual(found.includes(false), reduction === "all");
    }
  });

  it("have in focus what the page of the two runs alone shows", () => {
    const runs = generated("chat");
    const [first = [], , third = []] = runs;
    const own = engineOf(runs).view({ ...everything, focus: 2 });
    const pair = engineOf([first, third]).view(everything);
    assert.deepStrictEqual(
      own.metrics.map(({ change, figures, baseline }) => [
        { ...change, verdict: "" },
        figures,
        baseline,
      ]),
      pair.metrics.map(({ change, figures, baseline }) => [
        { ...change, verdict: "" },
        figures,
        baseline,
      ]),
    );
    assert.deepStrictEqual({ ...own.parts, neither: 0 }, pair.parts);
    assert.deepStrictEqual(
      // Records without a testcase that the second run alone has come last.
      recordsIn(own, 2).slice(0, pair.matching),
      recordsIn(pair, 1),
    );
  });
});

/** A run as testcases with their cells, of a metric that passes or fails. */
type Scored = Readonly<Record<string, Cell>>;

const scoredEngine = (...runs: ReadonlyArray<Scored>): Engine.Engine => {
  const engine = Engine.make(runs.length);
  const session = CellBatches.start();
  session.series.of("passed", "value");
  for (const [run, records] of runs.entries()) {
    const batched = Object.entries(records).map(([testcaseId, cell]) => ({
      testcaseId,
      cells: typeof cell === "object" && cell !== null ? [cell, null] : [null, cell],
    }));
    engine.add(session.batch(run, batched));
  }
  return engine;
};

describe("A testcase of several runs", () => {
  const engine = scoredEngine(
    { a: true, b: true, c: false, d: true },
    { a: true, b: false, c: false, d: true, e: true },
    { a: false, b: true, c: true, d: { flaw: "invalid" }, f: false },
  );
  const ids = ["a", "b", "c", "d", "e", "f"];
  /** The testcases that a query finds, in order. */
  const found = (query: Partial<Query>): string => {
    const { records, matching } = engine.view({ ...everything, sort: "listed", ...query });
    const [first = [], second = [], third = []] = records.map((own) => Array.from(own));
    return Array.from({ length: matching }, (_, item) =>
      (first[item] ?? -1) >= 0
        ? ids[first[item] ?? -1]
        : (second[item] ?? -1) >= 0
          ? "e"
          : (third[item] ?? -1) >= 0
            ? "f"
            : "?",
    ).join("");
  };

  it("is one item, with the records that the runs have of it", () => {
    const { records, items, parts } = engine.view({ ...everything, sort: "listed" });
    assert.strictEqual(items, 6);
    assert.deepStrictEqual(
      records.map((own) => Array.from(own)),
      [
        [0, 1, 2, 3, -1, -1],
        [0, 1, 2, 3, 4, -1],
        [0, 1, 2, 3, -1, 4],
      ],
    );
    assert.deepStrictEqual(parts, { both: 4, baseline: 0, candidate: 1, neither: 1 });
    assert.deepStrictEqual(engine.view({ ...everything, focus: 2 }).parts, {
      both: 4,
      baseline: 0,
      candidate: 1,
      neither: 1,
    });
    assert.strictEqual(found({ only: "candidate" }), "e");
    assert.strictEqual(found({ only: "candidate", focus: 2 }), "f");
  });

  it("is found by what is said of each run, or of the one in focus", () => {
    for (const [filter, focus, expected] of [
      ["passed = fail", null, "bc"],
      ["passed = fail", 2, "af"],
      ["passed@3 = fail", null, "af"],
      ["passed is worse", null, "b"],
      ["passed is worse", 2, "a"],
      ["passed@2 is worse or passed@3 is worse", null, "ab"],
      ["passed@3 is better", 1, "c"],
      ["passed@3 is invalid", null, "d"],
      ["passed@3 is missing", null, "e"],
      ["passed@3 < passed@2", null, "a"],
      ["changed = worse", 2, "a"],
      ["changed@2 = worse", 2, "b"],
    ] as const) {
      assert.strictEqual(found({ filter, focus }), expected, `${filter}, focus ${focus}`);
    }
  });

  it("is sorted by the run in focus, or by the worst of all", () => {
    assert.strictEqual(found({ sort: "worst" })[0], "b");
    assert.strictEqual(found({ sort: "worst", focus: 2 })[0], "a");
    assert.strictEqual(found({ sort: "worst", isByWorst: true }).slice(0, 2), "ab");
    assert.strictEqual(found({ sort: "passed", isByWorst: true, isDescending: true })[0], "c");
  });

  it("counts in the chart of a metric where parts about any run hide it", () => {
    const { metrics, matching } = engine.view({ ...everything, filter: "passed@3 = fail" });
    assert.strictEqual(matching, 2);
    assert.deepStrictEqual(
      metrics[0]?.bars.map(({ shown }) => shown),
      [2, 3],
    );
  });
});
