import { assert, describe, it } from "@effect/vitest";
import { type Catalogue, resolve, writtenField, writtenName } from "../../web/query/Catalogue.ts";
import { accept, completionsAt } from "../../web/query/Completion.ts";
import type { Wanted } from "../../web/query/Expression.ts";
import { compile, problemsIn } from "../../web/query/Filter.ts";
import { filterClicks } from "../../web/query/FilterClick.ts";

const catalogue: Catalogue = {
  runs: 2,
  hasNotes: true,
  metrics: [
    {
      label: "Correctness",
      metricId: "6f1a5c0e-8d1b-4a7e-9c55-0b6a4e1f2d31",
      member: "binaryScore",
      kind: "boolean",
      categories: [],
    },
    {
      label: "b84e2f97 score",
      metricId: "b84e2f97-3c60-4d2a-8f7e-51c9d0a7e642",
      member: "score",
      kind: "number",
      categories: [],
    },
    {
      label: "b84e2f97 verdict",
      metricId: "b84e2f97-3c60-4d2a-8f7e-51c9d0a7e642",
      member: "verdict",
      kind: "category",
      categories: ["good", "not good", "missing"],
    },
  ],
  fields: ["/inputs/category", "/inputs/a.b", "/outputs/usage/total_tokens", "/inputs/day"],
};

/** Items with the values of the three metrics and of the fields. */
const items = [
  { metrics: [1, 5, "good"], fields: ["billing", 1, 90, "2026-01-02"], direction: "same" },
  { metrics: [0, 2.5, "not good"], fields: ["refund", "1", 2000, null], direction: "worse" },
  { metrics: [0.5, "missing", "missing"], fields: [undefined, [1, "x"], 5, "2025-12-31"] },
  { metrics: ["invalid", 4, "good"], fields: ["Billing", false, 50, undefined] },
] as const;

/** The values of the same items in the first run. */
const baselines = [
  { metrics: [0, 5, "not good"], fields: ["billing", 1, 100, null] },
  { metrics: [1, 2.5, "not good"], fields: ["billing", "1", 2000, null] },
  { metrics: ["missing", 3, "good"], fields: ["refund", undefined, 5, "2026-01-01"] },
  { metrics: [0.5, "invalid", "missing"], fields: [undefined, true, 49, undefined] },
] as const;

const itemsOf = (run: number | undefined) => (run === 0 ? baselines : items);

const found = (filter: string) => {
  const { parts, problems } = compile(filter, catalogue, {
    metric: (index, run) => (place) => {
      const item = itemsOf(run)[place];
      const value = item?.metrics[index];
      const isFlaw = index < 2 && (value === "missing" || value === "invalid");
      return {
        value: isFlaw ? undefined : value,
        flaw: isFlaw ? value : undefined,
        direction: item !== undefined && "direction" in item ? item.direction : undefined,
      };
    },
    field: (pointer, isWanted, run) => (place) =>
      isWanted(itemsOf(run)[place]?.fields[catalogue.fields.indexOf(pointer)]),
    fieldValue: (pointer, run) => (place) =>
      itemsOf(run)[place]?.fields[catalogue.fields.indexOf(pointer)],
    property: (name) => (place) =>
      name === "changed"
        ? new Set(place === 1 ? ["worse"] : [])
        : name === "trials"
          ? place + 1
          : name === "only"
            ? "both"
            : name === "note"
              ? new Set([["Ask the expert"], [], ["fine", "Wrong label"], []][place])
              : name === "thumb"
                ? new Set([["up"], [], ["up", "down"], ["down"]][place])
                : `id-${place}`,
  });
  assert.deepStrictEqual(problems, []);
  return Array.from(items.keys()).filter((place) => parts.every(({ holds }) => holds(place)));
};
const problemOf = (filter: string) => problemsIn(filter, catalogue)[0];

describe("A filter", () => {
  it("finds the items that its expression is true of", () => {
    const expected: ReadonlyArray<readonly [string, ReadonlyArray<number>]> = [
      ["", [0, 1, 2, 3]],
      ["Correctness = pass", [0]],
      ["correctness is fail", [1]],
      ["6F1A5C0E = mixed", [2]],
      ["Correctness < 1", [1, 2]],
      ["Correctness != pass", [1, 2]],
      ["not Correctness = pass", [1, 2, 3]],
      ["Correctness is invalid", [3]],
      ["Correctness = worse", [1]],
      ["Correctness is changed", [1]],
      ["b84e2f97/score >= 4", [0, 3]],
      ["b84e2f97/score in [2.5, 4)", [1]],
      ["b84e2f97/score in [2.5, 4] or b84e2f97/score in (5, 6)", [0, 1, 3]],
      ['"b84e2f97 score" is missing', [2]],
      ["b84e/verdict = missing", [2]],
      ["b84e/verdict is missing", []],
      ["b84e/verdict contains GOOD", [0, 1, 3]],
      ["b84e/verdict matches ^good", [0, 3]],
      ["inputs.category = billing", [0]],
      ["inputs.category in (billing, refund)", [0, 1]],
      ["inputs.category != billing", [1, 3]],
      ["inputs.category is missing", [2]],
      ["/inputs/category contains bill", [0, 3]],
      ["/inputs/a.b = 1", [0, 1]],
      ['/inputs/a.b contains "x"', [2]],
      ["/inputs/a.b = false", [3]],
      ["outputs.usage.total_tokens > 50 and not inputs.category = refund", [0]],
      ["inputs.day >= 2026-01-01", [0]],
      ["inputs.day is not missing", [0, 2]],
      ["changed = worse", [1]],
      ["trials > 2", [2, 3]],
      ["id = id-3 or testcase matches 0$", [0, 3]],
      ["only = baseline", []],
      ["thumb = up", [0, 2]],
      ["thumb != up", [2, 3]],
      ["thumb in (up, down)", [0, 2, 3]],
      ["thumb is missing", [1]],
      ["not thumb = up and thumb is not missing", [3]],
      ['note contains "LABEL"', [2]],
      ["note matches ^ask", [0]],
      ["note is missing", [1, 3]],
      ["note is not missing and thumb = down", [2]],
      ["Correctness > Correctness@1", [0]],
      ["Correctness < @1", [1]],
      ["Correctness@2 != @baseline", [0, 1]],
      ["Correctness@1 = mixed or Correctness@1 is missing", [2, 3]],
      ["b84e/score = b84e/score@1", [0, 1]],
      ["b84e/score@1 is invalid", [3]],
      ["b84e/verdict != b84e/verdict@1", [0, 2, 3]],
      ['b84e/verdict@1 = "not good" and b84e/verdict = good', [0]],
      ["Correctness@2 is worse", [1]],
      ["inputs.category != inputs.category@1", [1]],
      ["inputs.category@1 is missing", [3]],
      ["outputs.usage.total_tokens > outputs.usage.total_tokens@1", [3]],
      ["outputs.usage.total_tokens <= @1", [0, 1, 2]],
      ["inputs.category contains inputs.category@1", [0]],
      ["/inputs/a.b = /inputs/a.b@1", [0, 1]],
      ["inputs.day < inputs.category", [0]],
      ["b84e/score < outputs.usage.total_tokens", [0, 1, 3]],
      ["id = testcase@2", [0, 1, 2, 3]],
      ["id = testcase", []],
    ];
    for (const [filter, places] of expected) assert.deepStrictEqual(found(filter), places, filter);
  });

  it("reports what it does not understand, and what may have been meant", () => {
    const expected: ReadonlyArray<readonly [string, string, string, string?]> = [
      ["corectness = pass", "corectness", "No metric or field is called corectness", "Correctness"],
      ["category = x", "category", "No metric or field is called category", "inputs.category"],
      [
        "b84e2f97 = 1",
        "b84e2f97",
        "b84e2f97 can mean b84e2f97/score, b84e2f97/verdict",
        "b84e2f97/score",
      ],
      [
        "Correctness = passed",
        "passed",
        "The values of this metric are pass, fail, mixed, not “passed”",
        "pass",
      ],
      ["b84e/verdict > 3", "> 3", "The values of this metric are no numbers"],
      ["b84e/score > high", "> high", "“high” is no number to compare with"],
      ["b84e/score = good", "good", "The values of this metric are numbers, not “good”"],
      ["inputs.category is worse", "is worse", "A field can be missing, but not “worse”"],
      [
        "only = both",
        "both",
        "Which run has the testcase alone: only = baseline or only = candidate",
      ],
      ["Correctness@3 = fail", "Correctness@3", "There is no run 3: the page shows 2 runs"],
      ["inputs.day < @3", "@3", "There is no run 3: the page shows 2 runs"],
      [
        "Correctness@1 is worse",
        "is worse",
        "“worse” is about a later run: the first is what it is compared with",
      ],
      [
        "inputs.category = inputs.categori",
        "inputs.categori",
        "No metric or field is called inputs.categori: a text with such a name is in quotes",
        "inputs.category",
      ],
      [
        "inputs.category = outputs.json",
        "outputs.json",
        "No metric or field is called outputs.json: a text with such a name is in quotes",
        '"outputs.json"',
      ],
      [
        "Correctness = b84e/verdict@2",
        "b84e/verdict@2",
        "b84e/verdict is a category, and Correctness is none",
      ],
      [
        "b84e/verdict < b84e/verdict@1",
        "< b84e/verdict@1",
        "Categories such as b84e/verdict have no order",
      ],
      ["b84e/score contains @1", "contains @1", "Only categories and fields contain texts"],
      [
        "thumb = upp",
        "upp",
        "The thumb on the record: thumb = up, thumb = down or thumb is missing",
        "up",
      ],
      ["thumb > 1", "> 1", "The thumb on the record: thumb = up, thumb = down or thumb is missing"],
      ["id = note@1", "note@1", "note has no value to compare with"],
      ["only@1 = baseline", "only@1", "only is not about one run"],
      [
        "changed@1 = worse",
        "changed@1",
        "changed is about a later run: the first is what it is compared with",
      ],
      ["trials = flaky@1", "flaky@1", "flaky has no value to compare with"],
    ];
    for (const [filter, place, message, suggestion] of expected) {
      const problem = problemOf(filter);
      assert.strictEqual(filter.slice(problem?.start, problem?.end), place);
      assert.strictEqual(problem?.message, message);
      assert.strictEqual(problem?.suggestion, suggestion);
    }
    assert.strictEqual(problemOf("trials > and id = 1")?.message, "Expected a value, found and");
    assert.deepStrictEqual(
      problemsIn("corectness = pass or inputs.day = 1 or only = both", catalogue).map(
        ({ start }) => start,
      ),
      [0, 46],
    );
    // What an answer took has a name of its own, however records call it.
    const measured = {
      runs: 1,
      fields: ["/outputs/durationMs"],
      metrics: [
        { label: "durationMs", metricId: "outputs", member: "durationMs", kind: "number" },
        {
          label: "total_tokens",
          metricId: "outputs",
          member: "usage/total_tokens",
          kind: "number",
        },
      ].map((own) => ({ ...own, kind: "number", categories: [] }) as const),
    } as const;
    assert.deepStrictEqual(resolve("latency", measured), { type: "metric", index: 0 });
    assert.deepStrictEqual(resolve("tokens", measured), { type: "metric", index: 1 });
    assert.strictEqual(resolve("cost", measured).type, "unknown");
    // A metric can be called like a run.
    const recall = {
      runs: 1,
      fields: [],
      metrics: [
        { label: "Recall@5", metricId: "a0", member: "x", kind: "number", categories: [] },
        { label: "Recall", metricId: "b0", member: "x", kind: "number", categories: [] },
      ],
    } as const;
    for (const filter of ["Recall@5 > 0.5", '"Recall@5" > 0.5', "recall@5 > Recall@1"]) {
      assert.deepStrictEqual(problemsIn(filter, recall), [], filter);
    }
    assert.strictEqual(writtenName(recall, 0), "Recall@5");
    assert.strictEqual(
      filterClicks("Recall@5 = 1", recall).toggle("Recall@5", { op: "=", value: "2" }),
      "Recall@5 in (1, 2)",
    );
    assert.deepStrictEqual(resolve("thumb", { ...catalogue, hasNotes: false }), {
      type: "unknown",
      message: "thumb needs a file for notes: start explore with --notes FILE",
    });
    const single = { ...catalogue, runs: 1 };
    assert.deepStrictEqual(resolve("changed", single), {
      type: "unknown",
      message: "changed needs a second run to compare with",
    });
  });

  it("writes each metric and field so that it means the same", () => {
    for (const index of catalogue.metrics.keys()) {
      const name = writtenName(catalogue, index);
      assert.deepStrictEqual(resolve(name, catalogue), { type: "metric", index });
    }
    for (const pointer of catalogue.fields) {
      assert.deepStrictEqual(resolve(writtenField(pointer), catalogue), { type: "field", pointer });
    }
  });

  it("is edited by clicks: alternatives of one subject, and subjects that must all hold", () => {
    const clicks: ReadonlyArray<readonly [subject: string, wanted: Wanted, after: string]> = [
      ["Correctness", { op: "=", value: "fail" }, "Correctness = fail"],
      ["b84e2f97/score", { op: "=", value: "2" }, "Correctness = fail and b84e2f97/score = 2"],
      [
        "Correctness",
        { op: "is", state: "missing" },
        "(Correctness = fail or Correctness is missing) and b84e2f97/score = 2",
      ],
      [
        "b84e2f97/score",
        { op: "=", value: "3" },
        "(Correctness = fail or Correctness is missing) and b84e2f97/score in (2, 3)",
      ],
      [
        "Correctness",
        { op: "=", value: "fail" },
        "Correctness is missing and b84e2f97/score in (2, 3)",
      ],
      [
        "b84e2f97/score",
        { op: "=", value: "2.0" },
        "Correctness is missing and b84e2f97/score = 3",
      ],
      ["Correctness", { op: "is", state: "missing" }, "b84e2f97/score = 3"],
      ["b84e2f97/score", { op: "=", value: "3" }, ""],
    ];
    let filter = "";
    for (const [subject, wanted, after] of clicks) {
      const before = filterClicks(filter, catalogue);
      const isRemoved = before.wants(subject, wanted);
      filter = before.toggle(subject, wanted);
      assert.strictEqual(filter, after);
      assert.strictEqual(filterClicks(filter, catalogue).wants(subject, wanted), !isRemoved);
    }
    // What was typed stays, also where it names the metric in another way.
    const typed = "6f1a = fail and (trials > 1 or inputs.day < 2026)";
    const fail: Wanted = { op: "=", value: "fail" };
    assert.isTrue(filterClicks(typed, catalogue).wants("Correctness", fail));
    assert.strictEqual(
      filterClicks(typed, catalogue).toggle("Correctness", fail),
      "trials > 1 or inputs.day < 2026",
    );
  });
});

describe("Completions of a filter", () => {
  const values = [
    { text: "billing", count: 12 },
    { text: "two words", count: 3 },
    // A text that is called like a field.
    { text: "inputs.day", count: 1 },
  ];
  const offered = (text: string, cursor = text.length) =>
    completionsAt(text, cursor, catalogue, () => values);
  const texts = (text: string) => offered(text).options.map((own) => own.text);

  it("offer what can come next", () => {
    assert.deepStrictEqual(texts("").slice(0, 4), [
      "Correctness",
      "b84e2f97/score",
      "b84e2f97/verdict",
      "inputs.category",
    ]);
    assert.deepStrictEqual(texts("cat"), ["inputs.category"]);
    assert.deepStrictEqual(texts("Correctness "), ["=", "!=", "is"]);
    assert.deepStrictEqual(texts("Correctness = "), ["pass", "fail", "mixed", "Correctness@1"]);
    assert.deepStrictEqual(texts("Correctness@"), ["Correctness@1", "Correctness@2"]);
    assert.deepStrictEqual(texts("b84e/score < b84e2f97/score@"), [
      "b84e2f97/score@1",
      "b84e2f97/score@2",
    ]);
    assert.deepStrictEqual(texts("Correctness = f"), ["fail"]);
    assert.deepStrictEqual(texts("Correctness = fail "), ["and", "or"]);
    assert.deepStrictEqual(texts("(Correctness = fail "), ["and", "or"]);
    assert.deepStrictEqual(texts("Correctness = fail and inputs.category = "), [
      "billing",
      '"two words"',
      '"inputs.day"',
      "/inputs/a.b",
      "outputs.usage.total_tokens",
      "inputs.day",
    ]);
    assert.deepStrictEqual(texts('inputs.category = "tw'), ['"two words"']);
    assert.deepStrictEqual(texts("inputs.category in (billing, "), [
      "billing",
      '"two words"',
      '"inputs.day"',
    ]);
    assert.deepStrictEqual(texts("b84e/verdict = no"), ['"not good"']);
    assert.deepStrictEqual(texts("Correctness is w"), ["worse"]);
    assert.deepStrictEqual(texts("thumb "), ["=", "!=", "is"]);
    assert.deepStrictEqual(texts("thumb = "), ["up", "down"]);
    assert.include(texts("note "), "contains");
    assert.deepStrictEqual(texts("= "), []);
  });

  it("replace the word at the cursor", () => {
    const text = "Corr and trials > 1";
    const completions = offered(text, 4);
    const [option] = completions.options;
    assert.deepStrictEqual(option === undefined ? undefined : accept(text, completions, option), {
      text: "Correctness and trials > 1",
      cursor: 12,
    });
  });
});
