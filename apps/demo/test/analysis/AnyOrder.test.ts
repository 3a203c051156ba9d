import { assert, describe, it } from "@effect/vitest";
import {
  MetricConfigId,
  RecordId,
  type RecordWithScores,
  RunId,
  TestcaseId,
} from "@scorecard-effect/contract";
import { parseMetricsFile } from "@scorecard-effect/contract/metrics";
import { Arbitrary, Effect, Result, Schema } from "effect";
import { join } from "../../src/analysis/Comparison.ts";
import * as FileKnowledge from "../../src/analysis/FileKnowledge.ts";
import * as MetricKnowledge from "../../src/analysis/MetricKnowledge.ts";
import * as Series from "../../src/analysis/Series.ts";
import * as SlicePath from "../../src/analysis/SlicePath.ts";
import { type Summary, tally } from "../../src/analysis/Summary.ts";
import { reductions } from "../../src/analysis/Reduction.ts";
import { viewOfPages } from "../setup/PageView.ts";

const Value = Schema.Union([
  Schema.Boolean,
  Schema.Literals([0.1, 0.2, 0.30000000000000004, -3, 1e-12, 1e15, 1e15 + 2]),
  // Twice: most runs have several of them. They are divided, because the sums of whole numbers are exact in any order.
  Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 })),
  Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 })),
  Schema.Literals(["C", "I", "P"]),
  Schema.Null,
]);

const ScoreOfAny = Schema.Struct({
  metric: Schema.Literals([0, 0, 0, 1, 2]),
  isUpperCase: Schema.Boolean,
  value: Value,
  passed: Schema.NullOr(Schema.Boolean),
  isInvalid: Schema.Literals([true, false, false, false]),
});

/** A value to slice by: most records have one of the first. */
const SliceOfAny = Schema.Union([
  Schema.Literals(["billing", "refund"]),
  Schema.Literals(["billing", "refund", 1, "1", "", true]),
  Schema.Null,
  Schema.Undefined,
  Schema.Array(Schema.Literals(["a", "b"])).check(Schema.isMaxLength(2)),
]);

const AnyRun = Schema.Array(
  Schema.Struct({
    testcase: Schema.NullOr(Schema.Literals(["a", "b", "c", "d", "e", "f", "g", ""])),
    category: SliceOfAny,
    model: Schema.Literals(["m1", "m2"]),
    scores: Schema.Array(ScoreOfAny).check(Schema.isMaxLength(4)),
    /** Decides the order of the records after they are shuffled. */
    order: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1000 })),
    /** Whether a page ends with this record. */
    isLast: Schema.Boolean,
  }),
).check(Schema.isMinLength(1), Schema.isMaxLength(60));

const idOf = (metric: number, isUpperCase: boolean) => {
  const id = `abcdef0${metric}-0000-4000-8000-000000000000`;
  return MetricConfigId.make(isUpperCase ? id.toUpperCase() : id);
};

type Drafts = typeof AnyRun.Type;

const recordsOf = (drafts: Drafts, runId = "1"): ReadonlyArray<RecordWithScores> =>
  drafts.map(({ testcase, category, model, scores }, index) => {
    const id = RecordId.make(`${runId}.${index}`);
    return {
      id,
      runId: RunId.make(runId),
      ...(testcase === null ? {} : { testcaseId: TestcaseId.make(testcase) }),
      inputs: { question: `Q${index}`, ...(category === undefined ? {} : { category }) },
      expected: {},
      outputs: { model },
      scores: scores.map(({ metric, isUpperCase, value, passed, isInvalid }) => ({
        recordId: id,
        metricConfigId: idOf(metric, isUpperCase),
        score: {
          value: Number.isSafeInteger(value) ? Number(value) / 997 : value,
          ...(passed === null ? {} : { passed }),
          reasoning: `because ${index}`,
        },
        ...(isInvalid ? { validationErrors: [{ path: "", message: "wrong" }] } : {}),
      })),
    };
  });

const shuffled = <A>(values: ReadonlyArray<A>, drafts: Drafts): ReadonlyArray<A> =>
  values
    .map((value, index) => ({ value, order: drafts[index]?.order ?? 0 }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ value }) => value);

/** The records in pages. */
const pagesOf = (records: ReadonlyArray<RecordWithScores>, drafts: Drafts) => {
  const pages: Array<{ readonly records: Array<RecordWithScores> }> = [{ records: [] }];
  for (const [index, record] of records.entries()) {
    pages.at(-1)?.records.push(record);
    if (drafts[index]?.isLast === true) pages.push({ records: [] });
  }
  return pages;
};

const byKey = (a: { readonly key: string }, b: { readonly key: string }) =>
  a.key < b.key ? -1 : 1;

const keyed = <A extends { readonly metricConfigId: string; readonly member: string | null }>(
  metrics: ReadonlyArray<A>,
) =>
  metrics
    .map((metric) => ({ key: `${metric.metricConfigId}/${metric.member}`, ...metric }))
    .toSorted(byKey);

/** Slices, whatever the order of their metrics. */
const slicesOf = <A extends Parameters<typeof keyed>[0][number], Slice extends object>(
  slicedBy: ReadonlyArray<{
    readonly slices: ReadonlyArray<Slice & { readonly metrics: ReadonlyArray<A> }>;
  }>,
) =>
  slicedBy.map(({ slices, ...sliced }) => ({
    ...sliced,
    slices: slices.map((slice) => ({ ...slice, metrics: keyed(slice.metrics) })),
  }));

/** What a summary says, whatever the order of its metrics. */
const figuresOf = ({ metrics, slicedBy, readings, ...counts }: Summary) => ({
  counts: { ...counts, pages: 0 },
  metrics: keyed(metrics),
  slices: slicesOf(slicedBy),
  readings: readings.map((own) => ({ key: own.metricConfigId, ...own })).toSorted(byKey),
});

/** Numbers from 0 to below 1 (mulberry32). */
const randomFrom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const by = ["inputs.category", "/outputs/model", "testcaseId"].flatMap((text) => {
  const path = SlicePath.parse(text);
  return "problem" in path ? [] : [path];
});

/** Read with a metrics file and without. */
const Named = Arbitrary.schema(Schema.Boolean);
const file = FileKnowledge.make(
  Result.getOrThrow(
    parseMetricsFile(
      JSON.stringify({
        metrics: {
          [idOf(0, true)]: [
            { name: "Value", path: "/value", kind: "number" },
            { name: "Passes", path: "/value", pass: ">= 0.5", better: "lower" },
            { name: "Passed", path: "/passed" },
          ],
          [idOf(1, false)]: { name: "Named" },
          "*": { path: "/value", pass: ["C", true] },
        },
      }),
    ),
  ),
);
const knowledgeOf = (isNamed: boolean) => (isNamed ? file : MetricKnowledge.nothing);

const options = { arbitrary: { runs: 300, seed: 22 } } as const;

describe("The figures of any run", () => {
  it.effect.prop(
    "are the same in any order of records, split into any pages and parts",
    {
      drafts: Arbitrary.schema(AnyRun),
      reduction: Arbitrary.schema(Schema.Literals(reductions)),
      isNamed: Named,
    },
    ({ drafts, reduction, isNamed }) =>
      Effect.sync(() => {
        const records = recordsOf(drafts);
        const knowledge = knowledgeOf(isNamed);
        const whole = tally({ reduction, by, knowledge });
        whole.add({ records });
        const merged = tally({ reduction, by, knowledge });
        for (const page of pagesOf(shuffled(records, drafts), drafts)) {
          const part = tally({ reduction, by, knowledge });
          part.add(page);
          merged.merge(part);
        }
        assert.deepStrictEqual(figuresOf(merged.summary()), figuresOf(whole.summary()));
      }),
    options,
  );

  it.effect.prop(
    "are the same in the commands and on the page",
    { drafts: Arbitrary.schema(AnyRun), isNamed: Named },
    ({ drafts, isNamed }) =>
      Effect.sync(() => {
        const records = recordsOf(drafts);
        const knowledge = knowledgeOf(isNamed);
        const run = tally({ knowledge });
        run.add({ records });
        const { metrics } = run.summary();
        const view = viewOfPages(
          [pagesOf(shuffled(records, drafts), drafts)],
          undefined,
          knowledge,
        );
        assert.lengthOf(view.metrics, metrics.length);
        for (const metric of metrics) {
          const key = Series.keyText({ ...metric, metricId: metric.metricConfigId });
          const shown = view.metrics.find((own) => own.key === key);
          assert.deepInclude(shown, {
            kind: metric.kind,
            figures: {
              n: metric.kind === "other" ? 0 : metric.n,
              value: metric.passRate ?? metric.mean ?? null,
              interval: metric.interval ?? null,
            },
          });
          assert.deepStrictEqual(
            shown?.asides.map(({ all }) => all),
            [metric.invalid, metric.missing],
          );
        }
      }),
    options,
  );
});

describe("The figures of any two runs", () => {
  it.effect.prop(
    "are the same in any order, and on the page",
    { before: Arbitrary.schema(AnyRun), after: Arbitrary.schema(AnyRun), isNamed: Named },
    ({ before, after, isNamed }) =>
      Effect.sync(() => {
        const knowledge = knowledgeOf(isNamed);
        const sides = { baseline: recordsOf(before, "A"), candidate: recordsOf(after, "B") };
        const whole = join({ by, knowledge });
        whole.add("baseline", { records: sides.baseline });
        whole.add("candidate", { records: sides.candidate });
        const comparison = whole.comparison();

        const pages = {
          baseline: pagesOf(shuffled(sides.baseline, before), before),
          candidate: pagesOf(shuffled(sides.candidate, after), after),
        };
        const mixed = join({ by, knowledge });
        for (let page = 0; page < 50; page++) {
          for (const side of ["candidate", "baseline"] as const) {
            const own = pages[side][page];
            if (own !== undefined) mixed.add(side, own);
          }
        }
        const inAnyOrder = mixed.comparison();
        assert.deepStrictEqual(keyed(inAnyOrder.metrics), keyed(comparison.metrics));
        assert.deepStrictEqual(slicesOf(inAnyOrder.slicedBy), slicesOf(comparison.slicedBy));
        assert.strictEqual(inAnyOrder.testedInSlices, comparison.testedInSlices);
        assert.strictEqual(inAnyOrder.paired, comparison.paired);

        const view = viewOfPages([pages.baseline, pages.candidate], undefined, knowledge);
        assert.strictEqual(view.parts.both, comparison.paired);
        for (const metric of comparison.metrics) {
          const key = Series.keyText({ ...metric, metricId: metric.metricConfigId });
          const shown = view.metrics.find((own) => own.key === key);
          assert.deepInclude(shown, { kind: metric.kind });
          if (metric.kind === "other") continue;
          assert.deepStrictEqual(
            [
              shown?.baseline.value,
              shown?.figures.value,
              shown?.change?.difference,
              shown?.change?.verdict,
            ],
            [
              metric.baseline ?? null,
              metric.candidate ?? null,
              { n: metric.n, value: metric.difference ?? null, interval: metric.interval ?? null },
              metric.verdict,
            ],
          );
          const counts = new Map(
            shown?.change?.bars.map(({ condition, all }) => [condition.is, all]),
          );
          assert.deepStrictEqual(
            metric.kind === "category"
              ? [counts.get("changed")]
              : [counts.get("worse"), counts.get("better")],
            metric.kind === "category"
              ? [metric.changed]
              : [metric.regressions, metric.improvements],
          );
          assert.deepStrictEqual(
            shown?.asides.map(({ all }) => all),
            [metric.invalid, metric.missing],
          );
        }
      }),
    options,
  );
});

describe("The figures of two runs with many testcases", () => {
  it("are the same to the last digit when their trials are shuffled", () => {
    const random = randomFrom(7);
    const drafts: Drafts = Array.from({ length: 300 }, (_, index) => ({
      testcase: null,
      category: "billing",
      model: "m1",
      scores: ([0, 1] as const).map((metric) => ({
        metric,
        isUpperCase: false,
        value: 1 + Math.floor(1000 * random()),
        passed: random() > 0.4,
        isInvalid: false,
      })),
      order: Math.floor(1000 * random()),
      isLast: index % 7 === 0,
    }));
    const runOf = (name: string) =>
      recordsOf(drafts, name).map((record, index) => ({
        ...record,
        testcaseId: TestcaseId.make(String((name === "A" ? index : 7 * index) % 100)),
      }));
    const comparisons = [drafts.map((draft) => ({ ...draft, order: 0 })), drafts].map((ordered) => {
      const joining = join();
      joining.add("baseline", { records: shuffled(runOf("A"), ordered) });
      joining.add("candidate", { records: shuffled(runOf("B"), ordered) });
      return joining.comparison();
    });
    assert.deepInclude(comparisons[0], { paired: 100 });
    assert.deepStrictEqual(comparisons[1]?.metrics, comparisons[0]?.metrics);
  });
});
