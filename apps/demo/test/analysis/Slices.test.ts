/** Runs that are sliced by a value of their records. */
import { assert, describe, it } from "@effect/vitest";
import {
  MetricConfigId,
  RecordId,
  type RecordWithScores,
  RunId,
  TestcaseId,
} from "@scorecard-effect/contract";
import { Arbitrary, Effect, Schema } from "effect";
import { join } from "../../src/analysis/Comparison.ts";
import { maxSlices } from "../../src/analysis/Slicing.ts";
import * as SlicePath from "../../src/analysis/SlicePath.ts";
import * as SliceValue from "../../src/analysis/SliceValue.ts";
import { tally } from "../../src/analysis/Summary.ts";
import * as SlicedComparisonReport from "../../src/terminal/SlicedComparisonReport.ts";
import * as SlicedReport from "../../src/terminal/SlicedReport.ts";
import { plainScreen } from "../../src/terminal/Screen.ts";

const metricConfigId = MetricConfigId.make("6f1a5c0e-0000-4000-8000-000000000001");
const otherMetric = MetricConfigId.make("b84e2f97-0000-4000-8000-000000000002");

const record = (
  id: string,
  testcaseId: string | null,
  category: unknown,
  score: Record<string, boolean | number>,
  metric = metricConfigId,
): RecordWithScores => ({
  id: RecordId.make(id),
  runId: RunId.make("1"),
  ...(testcaseId === null ? {} : { testcaseId: TestcaseId.make(testcaseId) }),
  inputs: category === undefined ? {} : { category },
  expected: {},
  outputs: {},
  scores: [{ recordId: RecordId.make(id), metricConfigId: metric, score }],
});

const pathOf = (text: string): SlicePath.SlicePath => {
  const path = SlicePath.parse(text);
  if ("problem" in path) throw new Error(path.problem);
  return path;
};
const by = [pathOf("inputs.category")];

const summaryOf = (records: ReadonlyArray<RecordWithScores>) => {
  const run = tally({ by });
  run.add({ records });
  return run.summary();
};
const slicesOf = (records: ReadonlyArray<RecordWithScores>) =>
  summaryOf(records).slicedBy[0]?.slices ?? [];

const compare = (
  baseline: ReadonlyArray<RecordWithScores>,
  candidate: ReadonlyArray<RecordWithScores>,
) => {
  const joining = join({ by });
  joining.add("baseline", { records: baseline });
  joining.add("candidate", { records: candidate });
  return joining.comparison();
};

const numbered = <A>(n: number, make: (number: number) => A): ReadonlyArray<A> =>
  Array.from({ length: n }, (_, index) => make(index + 1));

const read = (text: string, inputs: Record<string, unknown>) =>
  SlicePath.read(pathOf(text), { ...record("1", null, "a", {}), inputs });

const nameOf = (value: unknown) => SliceValue.ofJson(value).name;
const long = (length: number) => "x".repeat(length);

/** Pass or fail of testcases of a slice, by its letters: `++-` is three testcases, of which two pass. */
const lettersOf = (name: string, letters: string) =>
  Array.from(letters, (letter, index) =>
    record(`${name}${index}`, `${name}${index}`, name, { passed: letter === "+" }),
  );

const trials = (isCandidate: boolean) => [
  record("1", "T", "a", { passed: true }),
  record("2", "T", "a", { passed: !isCandidate }),
  record("3", "T", "b", { passed: false }),
];

const easyAndHard = (easy: string, hard: string) => [
  ...lettersOf("easy", easy),
  ...lettersOf("hard", hard),
];

/** Texts of characters that are easily confused, and what JSON can make of them. */
const AnyText = Schema.Array(
  Schema.Literals([
    "a",
    " ",
    '"',
    "\\",
    "1",
    "\n",
    "\u200b",
    "\u0301",
    "é",
    "e",
    "[",
    "null",
    "(missing)",
    "u0020",
  ]),
).check(Schema.isMaxLength(3));
const AnyScalar = Schema.Union([
  AnyText,
  Schema.Literals([true, false, 0, 1, -1, 1.5]),
  Schema.Null,
  Schema.Undefined,
]);
const AnyValue = Schema.Struct({
  isList: Schema.Boolean,
  scalars: Schema.Array(AnyScalar).check(Schema.isMaxLength(2)),
});

/** The value of a draft: pieces are a text. A list from JSON has no undefined. */
const valueOf = ({ isList, scalars }: typeof AnyValue.Type): unknown => {
  const values = scalars.map((own) => (Array.isArray(own) ? own.join("") : own));
  return isList ? values.map((own) => own ?? null) : values[0];
};

describe("A path", () => {
  it("is written with dots or as a JSON Pointer, which are the same place", () => {
    assert.deepStrictEqual(pathOf("inputs.category").pointer, "/inputs/category");
    assert.deepStrictEqual(pathOf("/inputs/category").parts, ["inputs", "category"]);
    assert.deepStrictEqual(pathOf("inputs.a/b~c").pointer, "/inputs/a~1b~0c");
    assert.deepStrictEqual(pathOf("/inputs/a~1b~0c").parts, ["inputs", "a/b~c"]);
  });

  it("reaches members whose names hold dots by a pointer, elements of lists, and no inherited member", () => {
    assert.strictEqual(read("/inputs/a.b", { "a.b": 1 }), 1);
    assert.strictEqual(read("inputs.tags.1", { tags: ["x", "y"] }), "y");
    assert.strictEqual(read("inputs.tags.length", { tags: ["x"] }), undefined);
    assert.strictEqual(read("inputs.constructor", {}), undefined);
    assert.strictEqual(read("inputs.__proto__", {}), undefined);
    assert.strictEqual(read("inputs.a.b", { a: "text" }), undefined);
    assert.strictEqual(read("/inputs/", { "": "empty" }), "empty");
  });

  it("is refused where it names no place", () => {
    for (const text of ["", " ", "inputs..a", ".inputs", "inputs.", "/inputs/~2", "/inputs/~"]) {
      assert.property(SlicePath.parse(text), "problem", text);
    }
  });
});

describe("A value as a slice", () => {
  it("has the name of the value, and different values have different names", () => {
    const values: ReadonlyArray<readonly [value: unknown, name: string]> = [
      ["billing", "billing"],
      ["two words", "two words"],
      ["日本語", "日本語"],
      ["Recall@10", "Recall@10"],
      [undefined, "(missing)"],
      ["(missing)", '"(missing)"'],
      [null, "null"],
      ["null", '"null"'],
      [true, "true"],
      ["true", '"true"'],
      [1, "1"],
      ["1", '"1"'],
      [-0.5, "-0.5"],
      ["007", '"007"'],
      [1e21, "1e+21"],
      [Infinity, "Infinity"],
      ["Infinity", '"Infinity"'],
      ["", '""'],
      [" ", '"\\u0020"'],
      ["a  b", '"a \\u0020b"'],
      ["a   b", '"a \\u0020\\u0020b"'],
      [" a", '"\\u0020a"'],
      ["a ", '"a\\u0020"'],
      ["a\nb", '"a\\nb"'],
      ["a\u200bb", '"a\\u200bb"'],
      ["\u202eevil", '"\\u202eevil"'],
      ["\u001b[31mred", '"\\u001b[31mred"'],
      ["\ud800", '"\\ud800"'],
      ["\\ud800", "\\ud800"],
      ["é", "é"],
      ["e\u0301", '"e\\u0301"'],
      ["*", '"*"'],
      ['"quoted"', '"\\"quoted\\""'],
      ["[1]", '"[1]"'],
      [[1], "[1]"],
      [["a", "b"], '["a","b"]'],
      [[], "[]"],
      [{}, "{}"],
      [{ b: 1, a: [null, { d: 2, c: "x" }] }, '{"a":[null,{"c":"x","d":2}],"b":1}'],
      [long(201), "(long text)"],
      [[long(201)], "(long list)"],
      [{ a: long(201) }, "(long object)"],
    ];
    for (const [value, name] of values) assert.strictEqual(nameOf(value), name);
    assert.strictEqual(new Set(values.map(([, name]) => name)).size, values.length);
  });

  it("is one for equal values", () => {
    assert.strictEqual(nameOf(-0), "0");
    assert.strictEqual(nameOf({ a: 1, b: 2 }), nameOf({ b: 2, a: 1 }));
    assert.strictEqual(nameOf(long(201)), nameOf("y".repeat(900)));
    assert.strictEqual(nameOf([long(201)]), nameOf(numbered(300, (n) => n)));
    assert.strictEqual(SliceValue.ofJson(long(200)).kind, "text");
  });

  it.effect.prop(
    "has the same name as another only where they are equal",
    { values: Arbitrary.schema(Schema.Array(AnyValue).check(Schema.isMaxLength(12))) },
    ({ values: drafts }) =>
      Effect.sync(() => {
        const values = drafts.map(valueOf);
        for (const a of values) {
          for (const b of values) {
            assert.strictEqual(nameOf(a) === nameOf(b), JSON.stringify(a) === JSON.stringify(b));
          }
        }
      }),
    { arbitrary: { runs: 300, seed: 22 } },
  );

  it("takes no time or stack for deep and large values", () => {
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level++) deep = [deep];
    assert.strictEqual(nameOf(deep), "(long list)");
  });
});

describe("A sliced run", () => {
  it("has the figures of each slice, over the testcases of the slice", () => {
    const slices = slicesOf([
      ...numbered(4, (n) => record(`b${n}`, `B${n}`, "billing", { passed: n > 3 })),
      ...numbered(6, (n) => record(`r${n}`, `R${n}`, "refund", { passed: n > 1 })),
      record("m", "M", undefined, { passed: true }),
    ]);
    assert.deepStrictEqual(
      slices.map(({ value, records, testcases, metrics: [metric] }) => [
        value.name,
        records,
        testcases,
        metric?.n,
        metric?.passRate,
      ]),
      [
        ["refund", 6, 6, 6, 5 / 6],
        ["billing", 4, 4, 4, 0.25],
        ["(missing)", 1, 1, 1, 1],
      ],
    );
    // Wilson's interval of 1 of 4.
    assert.closeTo(slices[1]?.metrics[0]?.interval?.lower ?? 0, 0.04558726081, 1e-9);
    assert.closeTo(slices[1]?.metrics[0]?.interval?.upper ?? 0, 0.699358157418, 1e-9);
  });

  it("counts a testcase in each slice that its trials lie in, with its trials there", () => {
    const { slicedBy } = summaryOf([
      record("1", "T", "a", { passed: true }),
      record("2", "T", "a", { passed: false }),
      record("3", "T", "b", { passed: false }),
      record("4", "U", "a", { passed: true }),
      record("5", null, "b", { passed: true }),
      record("6", null, "b", { passed: true }),
    ]);
    const [sliced] = slicedBy;
    assert.strictEqual(sliced?.testcasesInSeveral, 1);
    assert.deepStrictEqual(
      sliced?.slices.map(({ value, testcases, metrics: [metric] }) => [
        value.name,
        testcases,
        metric?.passRate,
        metric?.trials.total,
      ]),
      [
        ["b", 3, 2 / 3, 3],
        ["a", 2, 0.75, 3],
      ],
    );
  });

  it("keeps the kind that a metric has in the whole run", () => {
    const [first] = slicesOf([
      ...numbered(3, (n) => record(`a${n}`, `A${n}`, "a", { value: n })),
      record("b", "B", "b", { value: true }),
    ]).filter(({ value }) => value.name === "b");
    assert.deepInclude(first?.metrics[0], { kind: "number", n: 0, invalid: 1 });
  });

  it("has no slices where there are too many values, or none", () => {
    const many = numbered(maxSlices + 1, (n) => record(`${n}`, `${n}`, `id${n}`, { passed: true }));
    assert.deepInclude(summaryOf(many).slicedBy[0], { areTooMany: true, slices: [] });
    assert.deepInclude(summaryOf(many.slice(1)).slicedBy[0], { areTooMany: false });
    assert.include(
      SlicedReport.text(summaryOf(many)),
      "The records have more than 10,000 different values here: too many for slices.",
    );
    const none = summaryOf([record("1", "1", undefined, { passed: true })]);
    assert.deepInclude(none.slicedBy[0], { areTooMany: false, slices: [] });
    assert.include(SlicedReport.text(none), "No record has this value.");
    // Merged parts have too many as well, though no part has.
    const merged = tally({ by });
    for (const part of [many.slice(0, 6000), many.slice(6000)]) {
      const own = tally({ by });
      own.add({ records: part });
      merged.merge(own);
    }
    assert.deepInclude(merged.summary().slicedBy[0], { areTooMany: true, slices: [] });
  });

  it("lists the largest slices, and says how many others there are", () => {
    const summary = summaryOf(
      numbered(60, (n) => [
        record(`${n}a`, `${n}a`, `slice ${n}`, { passed: true }),
        ...(n <= 50 ? [record(`${n}b`, `${n}b`, `slice ${n}`, { passed: true })] : []),
      ]).flat(),
    );
    const text = SlicedReport.text(summary);
    assert.include(text, "By inputs.category: 60 slices");
    assert.match(text, /slice 50 +2 +100% pass +too few/);
    assert.notInclude(text, "slice 51");
    assert.include(text, "Listed are the largest 50 of 60 slices; --json has the other 10 too.");
    assert.include(text, "too few: fewer than 6 testcases");
  });

  it("lists the weakest slice of each metric first, and leaves out slices without its scores", () => {
    const summary = summaryOf([
      record("1", "1", "a", { latencyMs: 10 }),
      record("2", "2", "b", { latencyMs: 30 }),
      record("3", "3", "c", { passed: true }, otherMetric),
    ]);
    const rows = summary.slicedBy.flatMap((sliced) => SlicedReport.rowsOf(summary, sliced));
    assert.deepStrictEqual(
      rows.map(({ slice, metric }) => [slice.value.name, metric.member]),
      [
        ["b", "latencyMs"],
        ["a", "latencyMs"],
        ["c", "passed"],
      ],
    );
  });
});

describe("Two sliced runs", () => {
  it("compare the testcases of each slice, and list what got worse first", () => {
    const comparison = compare(
      [
        ...lettersOf("a", "++++++++++++"),
        ...lettersOf("b", "------------"),
        ...lettersOf("c", "++"),
      ],
      [
        ...lettersOf("a", "------------"),
        ...lettersOf("b", "++++++++++++"),
        ...lettersOf("c", "--"),
      ],
    );
    assert.deepInclude(comparison.metrics[0], { n: 26, baseline: 14 / 26, candidate: 12 / 26 });
    const [sliced] = comparison.slicedBy;
    assert.deepStrictEqual(
      sliced?.slices.map(({ value, paired, metrics: [metric] }) => [
        value.name,
        paired,
        metric?.difference,
        metric?.verdict,
      ]),
      [
        ["a", 12, -1, "worse"],
        ["b", 12, 1, "better"],
        ["c", 2, -1, "too few"],
      ],
    );
    assert.strictEqual(comparison.testedInSlices, 2);
    const text = SlicedComparisonReport.text(comparison);
    assert.match(text, /a +worse +12 +100% +0% +−100 points[^]* c +too few[^]* b +better/);
    assert.include(text, "Verdicts in slices are adjusted for 2 tests");
    assert.include(
      text,
      "too few: a verdict needs at least 6 testcases that both runs have in the slice.",
    );
  });

  it("adjust the verdicts in slices for metrics times slices, and not those of the whole runs", () => {
    // 8 of 20 fail where all passed: significant alone, not as one of 100.
    const before = lettersOf("a", "+".repeat(20));
    const after = lettersOf("a", `${"-".repeat(8)}${"+".repeat(12)}`);
    const others = numbered(99, (n) => lettersOf(`s${n}`, "+-+-+-")).flat();
    const alone = compare(before, after);
    const among = compare([...before, ...others], [...after, ...others]);
    const verdictIn = ({ slicedBy: [sliced] }: typeof alone) =>
      sliced?.slices.find(({ value }) => value.name === "a")?.metrics[0];
    assert.strictEqual(verdictIn(alone)?.verdict, "worse");
    assert.strictEqual(among.testedInSlices, 100);
    assert.strictEqual(verdictIn(among)?.verdict, "unclear");
    assert.closeTo(verdictIn(among)?.adjustedP ?? 0, 100 * (verdictIn(alone)?.p ?? 0), 1e-12);
    assert.strictEqual(among.tested, 1);
    assert.strictEqual(among.metrics[0]?.adjustedP, among.metrics[0]?.p);
  });

  it("leave a testcase out of slices that only one run has it in, and count it", () => {
    const comparison = compare(
      [record("1", "T", "a", { passed: true }), record("2", "U", "a", { passed: true })],
      [record("1", "T", "b", { passed: false }), record("2", "U", "a", { passed: false })],
    );
    const [sliced] = comparison.slicedBy;
    assert.strictEqual(comparison.metrics[0]?.n, 2);
    assert.strictEqual(sliced?.moved, 1);
    assert.deepStrictEqual(
      sliced?.slices.map(({ value, paired, testcases, metrics: [metric] }) => [
        value.name,
        paired,
        testcases,
        metric?.n,
      ]),
      [
        ["a", 1, { baseline: 2, candidate: 1 }, 1],
        ["b", 0, { baseline: 0, candidate: 1 }, undefined],
      ],
    );
    assert.include(
      SlicedComparisonReport.text(comparison),
      "1 testcase lies in other slices in one run than in the other",
    );
  });

  it("compare the trials of a testcase within each slice", () => {
    const [sliced] = compare(trials(false), trials(true)).slicedBy;
    assert.deepInclude(sliced, { moved: 0, testcasesInSeveral: 1 });
    assert.deepStrictEqual(
      sliced?.slices.map(({ value, metrics: [metric] }) => [
        value.name,
        metric?.baseline,
        metric?.candidate,
      ]),
      [
        ["a", 1, 0.5],
        ["b", 0, 0],
      ],
    );
  });

  it("show slices that go against the whole (Simpson's paradox)", () => {
    // Each slice gets better, yet the candidate has more testcases of the hard one: the records alone would be worse.
    const comparison = compare(easyAndHard(`${"+".repeat(16)}----`, "-------+++"), [
      ...easyAndHard(`${"+".repeat(18)}--`, "------++++"),
      ...numbered(60, (n) => record(`x${n}`, `x${n}`, "hard", { passed: false })),
    ]);
    // Pairs alone count: 19 of 30 before, 22 of 30 after.
    assert.deepInclude(comparison.metrics[0], { n: 30, baseline: 19 / 30, candidate: 22 / 30 });
    assert.strictEqual(comparison.candidate.alone, 60);
    assert.isTrue(
      comparison.slicedBy[0]?.slices.every(
        ({ metrics: [metric] }) => (metric?.difference ?? 0) > 0,
      ),
    );
  });

  it("list slices that got worse before larger ones", () => {
    const many = numbered(55, (n) =>
      lettersOf(`s${String(n).padStart(2, "0")}`, "+".repeat(20)),
    ).flat();
    const comparison = compare(
      [...many, ...lettersOf("z", "+".repeat(12))],
      [...many, ...lettersOf("z", "-".repeat(12))],
    );
    const rows = comparison.slicedBy.flatMap(SlicedComparisonReport.rowsOf);
    assert.lengthOf(rows, 50);
    assert.deepInclude(rows[0]?.slice.value, { name: "z" });
    assert.include(
      SlicedComparisonReport.text(comparison, plainScreen),
      "Listed are those that got worse and the largest, 50 of 56 slices; --json has the other 6 too.",
    );
  });
});
