import { assert, describe, it } from "@effect/vitest";
import type { RecordWithScores } from "@scorecard-effect/contract";
import { FakeRun } from "@scorecard-effect/fixtures";
import { Arbitrary, Effect, Schema } from "effect";
import { cellsOf } from "../../src/analysis/Cell.ts";
import * as CellTable from "../../src/analysis/CellTable.ts";
import * as Comparison from "../../src/analysis/Comparison.ts";
import { type Reduction, reductions } from "../../src/analysis/Reduction.ts";
import * as Series from "../../src/analysis/Series.ts";
import * as SlicePath from "../../src/analysis/SlicePath.ts";
import { tally } from "../../src/analysis/Summary.ts";
import { cellOfTrials, group, reduce } from "../../src/analysis/Trials.ts";
import { everything, type Query } from "../../web/query/Query.ts";
import * as Engine from "../../web/worker/Engine.ts";
import type { View } from "../../web/worker/View.ts";
import { type FieldColumns, make, none } from "../../web/worker/FieldColumns.ts";
import * as CellBatches from "../setup/CellBatches.ts";

/** The fields of records, as a session sends them. */
const fieldsOf = (runs: ReadonlyArray<ReadonlyArray<RecordWithScores>>): FieldColumns => ({
  pointers: () => ["/inputs/category", "/inputs/context/topic"],
  few: () => 2,
  problem: () => null,
  column: (run, pointer) => {
    const path = SlicePath.parse(pointer);
    if ("problem" in path) return undefined;
    const values: Array<unknown> = [undefined];
    const codes = Uint32Array.from(runs[run] ?? [], (record) => {
      const value = SlicePath.read(path, record);
      const known = values.indexOf(value);
      return known >= 0 ? known : values.push(value) - 1;
    });
    return { values, codes };
  },
});

const viewOf = (
  runs: ReadonlyArray<ReadonlyArray<RecordWithScores>>,
  query: Partial<Query>,
  reduction?: Reduction,
): View => {
  const engine = Engine.make(runs.length, fieldsOf(runs), reduction);
  const session = CellBatches.start();
  for (const [run, records] of runs.entries()) {
    const batched = records.map((record) => ({
      testcaseId: record.testcaseId ?? null,
      cells: cellsOf(record, session.series),
    }));
    engine.add(session.batch(run, batched));
  }
  return engine.view({ ...everything, ...query });
};

const recordsOf = (run: FakeRun.FakeRun): ReadonlyArray<RecordWithScores> =>
  Array.from({ length: run.size }, (_, index) => run.record(index));

const category = SlicePath.parse("inputs.category");
const by = "problem" in category ? [] : [category];

/** Two runs with trials, of which the second is worse in some categories. */
const pair = FakeRun.pair({ records: 800, preset: "trials", regression: 0.5 });
const baseline = recordsOf(pair.baseline);
const candidate = recordsOf(pair.candidate);

/** Two runs with one trial of each testcase, of which the second is much worse. */
const worse = FakeRun.pair({ records: 400, regression: 0.5 });
const shifted = [recordsOf(worse.baseline), recordsOf(worse.candidate)];

const keyOf = (metric: { readonly metricConfigId: string; readonly member: string | null }) =>
  Series.keyText({ metricId: metric.metricConfigId, member: metric.member });

const statusOf = (records: ReadonlyArray<RecordWithScores>, field: string) =>
  viewOf([records], { by: field }).slices?.status;

describe("The slices of the page", () => {
  for (const reduction of ["mean", "any", "majority"] as const) {
    it(`have the same figures as those of the commands, reduced by ${reduction}`, () => {
      const run = tally({ reduction, by });
      run.add({ records: baseline });
      const [sliced] = run.summary().slicedBy;
      const view = viewOf([baseline], { by: "inputs.category" }, reduction);
      const { slices = [] } = view.slices ?? {};
      assert.isAbove(slices.length, 2);
      assert.deepStrictEqual(
        slices.map(({ name }) => name).toSorted(),
        sliced?.slices.map(({ value }) => value.name).toSorted(),
      );
      for (const { value, testcases, records, metrics } of sliced?.slices ?? []) {
        const own = slices.find(({ name }) => name === value.name);
        assert.deepStrictEqual([own?.testcases, own?.records], [testcases, records]);
        for (const metric of metrics) {
          const place = view.metrics.findIndex(({ key }) => key === keyOf(metric));
          const { n, interval, categories } = metric;
          assert.deepInclude(own?.metrics[place], {
            n,
            value: metric.passRate ?? metric.mean ?? null,
            interval: interval ?? null,
            categories,
          });
        }
      }
    });

    it(`have the same changes and verdicts as those of compare, reduced by ${reduction}`, () => {
      const joining = Comparison.join({ reduction, by });
      joining.add("baseline", { records: baseline });
      joining.add("candidate", { records: candidate });
      const comparison = joining.comparison();
      const [sliced] = comparison.slicedBy;
      const view = viewOf([baseline, candidate], { by: "inputs.category" }, reduction);
      assert.deepStrictEqual(
        view.metrics.map(({ change }) => change?.verdict),
        comparison.metrics.map(({ verdict }) => verdict),
      );
      const { slices = [] } = view.slices ?? {};
      const verdicts = new Set<string>();
      for (const { value, paired, metrics } of sliced?.slices ?? []) {
        const own = slices.find(({ name }) => name === value.name);
        assert.strictEqual(own?.testcases, paired);
        for (const metric of metrics) {
          const place = view.metrics.findIndex(({ key }) => key === keyOf(metric));
          verdicts.add(metric.verdict);
          assert.deepInclude(own?.metrics[place], {
            n: metric.n,
            value: metric.candidate ?? null,
            baseline: metric.baseline ?? null,
            difference: metric.difference ?? null,
            interval: metric.interval ?? null,
            verdict: metric.verdict,
          });
        }
      }
      // Where any trial is enough, little changes.
      assert.isAtLeast(verdicts.size, reduction === "any" ? 1 : 2);
    });
  }

  it("put what got worse first, and name what a filter wants of each", () => {
    const { slices } = viewOf(shifted, { by: "inputs.context.topic" });
    const counts = (slices?.slices ?? []).map(
      ({ metrics }) => metrics.filter(({ verdict }) => verdict === "worse").length,
    );
    assert.isAbove(counts[0] ?? 0, 0);
    assert.deepStrictEqual(
      counts,
      counts.toSorted((a, b) => b - a),
    );
    const [first] = slices?.slices ?? [];
    const value = first?.name ?? "";
    assert.deepStrictEqual(first?.wanted, { op: "=", value });
    const filtered = viewOf(shifted, {
      by: "inputs.context.topic",
      filter: `inputs.context.topic = ${value}`,
    });
    // Without the records that have no counterpart.
    const [baselines = [], candidates = []] = filtered.records.map((own) => Array.from(own));
    const paired = candidates.filter((record, item) => record >= 0 && (baselines[item] ?? -1) >= 0);
    assert.strictEqual(paired.length, first?.testcases);
    // The other slices stay in sight.
    assert.deepStrictEqual(filtered.slices, slices);
  });

  it("are of the records that the rest of the filter shows", () => {
    const view = viewOf([baseline], { by: "/inputs/category", filter: "e7a41c98 = fail" });
    const { slices = [] } = view.slices ?? {};
    assert.strictEqual(
      slices.reduce((sum, { records }) => sum + records, 0),
      view.matching,
    );
    const place = view.metrics.findIndex(({ label }) => label === "e7a41c98");
    for (const { metrics } of slices) assert.strictEqual(metrics[place]?.value, 0);
  });

  it("are ranges where the values are many numbers", () => {
    const pointer = "inputs.metadata.label_confidence";
    const { slices, metrics } = viewOf([baseline], { by: pointer });
    assert.strictEqual(slices?.status, "ready");
    const ranges = (slices?.slices ?? []).filter(({ wanted }) => wanted?.op === "within");
    assert.isAbove(ranges.length, 3);
    assert.isAtMost(ranges.length, 12);
    assert.isAbove(metrics.length, 1);
  });

  it("report that a field is loaded, is nowhere, or has too many values", () => {
    const engine = Engine.make(1, { ...none, column: () => undefined });
    assert.strictEqual(engine.view({ ...everything, by: "inputs.x" }).slices?.status, "loading");
    assert.strictEqual(statusOf(baseline, "inputs.nowhere"), "without values");
    const texts = Array.from({ length: 600 }, (_, index) => ({
      ...pair.baseline.record(0),
      inputs: { text: `text ${index}` },
    }));
    assert.strictEqual(statusOf(texts, "inputs.text"), "too many");
  });
});

describe("The columns of fields", () => {
  it("are empty where they cannot be loaded, and say why", async () => {
    const asked: Array<string> = [];
    const columns = make(
      {
        fields: () => Promise.resolve([]),
        column: (field) => {
          asked.push(field);
          return field === "/inputs/text"
            ? Promise.reject(new Error("too long"))
            : Promise.resolve({ values: ["a"], codes: Uint32Array.of(1, 0) });
        },
      },
      () => 2,
    );
    assert.isUndefined(columns.column(0, "/inputs/text"));
    assert.isUndefined(columns.column(0, "/inputs/a"));
    assert.isTrue(await columns.load());
    assert.deepStrictEqual(columns.column(0, "/inputs/text")?.values, [undefined]);
    assert.deepStrictEqual(Array.from(columns.column(0, "/inputs/a")?.codes ?? []), [1, 0]);
    assert.strictEqual(columns.problem(), "too long");
    // It is not asked for again.
    assert.isFalse(await columns.load());
    assert.deepStrictEqual(asked, ["/inputs/text", "/inputs/a"]);
  });
});

describe("The trials of a testcase", () => {
  it("are one item where the query folds them, with the figures of the testcases", () => {
    const view = viewOf([baseline], { isFolded: true });
    const ids = new Set(baseline.map(({ testcaseId, id }) => testcaseId ?? `none ${id}`));
    assert.strictEqual(view.items, ids.size);
    const apart = viewOf([baseline], {});
    assert.deepStrictEqual(
      view.metrics.map(({ figures }) => figures),
      apart.metrics.map(({ figures }) => figures),
    );
    const mixed = viewOf([baseline], { isFolded: true, filter: "e7a41c98 = mixed" });
    const passes = new Map<string, Set<unknown>>();
    for (const { testcaseId = "", scores } of baseline) {
      for (const { score, metricConfigId, validationErrors = [] } of scores) {
        if (!metricConfigId.startsWith("e7a41c98") || validationErrors.length > 0) continue;
        passes.set(testcaseId, (passes.get(testcaseId) ?? new Set()).add(score["pass"]));
      }
    }
    const expected = Array.from(passes.values()).filter(({ size }) => size === 2).length;
    assert.isAbove(expected, 0);
    assert.strictEqual(mixed.matching, expected);
  });

  it("are flaky where they disagree in what passes or in a category", () => {
    const view = viewOf([baseline], { isFolded: true });
    assert.isAbove(view.flaky, 0);
    assert.isTrue(view.hasTrials);
    const filtered = viewOf([baseline], { isFolded: true, filter: "flaky = yes" });
    assert.strictEqual(filtered.matching, view.flaky);
    const single = viewOf([recordsOf(FakeRun.make({ records: 30, missingTestcases: 0 }))], {});
    assert.deepStrictEqual([single.hasTrials, single.flaky], [false, 0]);
  });
});

describe("The cell of a folded testcase", () => {
  it.effect.prop(
    "is the value that its figures count, by each reduction",
    {
      booleans: Arbitrary.schema(Schema.NonEmptyArray(Schema.Boolean)),
      numbers: Arbitrary.schema(Schema.NonEmptyArray(Schema.Literals([1, 2, 3.5, -4]))),
      names: Arbitrary.schema(Schema.NonEmptyArray(Schema.Literals(["a", "b", "c"]))),
    },
    ({ booleans, numbers, names }) =>
      Effect.sync(() => {
        for (const [kind, cells] of [
          ["boolean", booleans],
          ["number", numbers],
          ["category", names],
        ] as const) {
          const table = CellTable.make(Series.make());
          const series = table.series.of("metric", "value");
          for (const cell of cells) table.add("testcase", [null, cell]);
          for (const reduction of reductions) {
            for (const isLowerBetter of [false, true]) {
              const { values, categories } = reduce({
                table,
                series: { index: series.index, isLowerBetter },
                kind,
                grouping: group(table),
                reduction,
              });
              const [value = 0] = values;
              const shown = cellOfTrials(cells, kind, { reduction, isLowerBetter });
              const share =
                typeof shown === "object" && shown !== null && "passes" in shown
                  ? shown.passes / shown.of
                  : shown;
              assert.strictEqual(
                typeof share === "boolean" ? Number(share) : share,
                kind === "category" ? categories[value] : value,
              );
            }
          }
        }
      }),
  );
});
