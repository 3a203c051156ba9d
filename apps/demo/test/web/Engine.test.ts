import { assert, describe, it } from "@effect/vitest";
import { Arbitrary, Effect, Schema } from "effect";
import type { Cell } from "../../src/analysis/Cell.ts";
import type { Note } from "../../src/explore/ExploreProtocol.ts";
import * as SearchText from "../../src/explore/store/SearchText.ts";
import { emptyBitmap, matcher, setBit } from "../../src/explore/store/TextSearch.ts";
import {
  everything,
  fromFragment,
  type Query,
  searchOf,
  toFragment,
} from "../../web/query/Query.ts";
import { conditionLabel } from "../../web/components/ConditionLabel.ts";
import { wantedOf } from "../../web/query/Condition.ts";
import { print, test } from "../../web/query/Expression.ts";
import * as Engine from "../../web/worker/Engine.ts";
import type { View } from "../../web/worker/View.ts";
import * as FoundRecords from "../../web/worker/FoundRecords.ts";
import * as NotedRecords from "../../web/worker/NotedRecords.ts";
import * as CellBatches from "../setup/CellBatches.ts";

const passed = "passed";
const grade = "grade";

/** Flaws belong to the metric as a whole. */
const cellsOf = (cells: ReadonlyArray<Cell>): ReadonlyArray<Cell> =>
  cells.flatMap((cell): ReadonlyArray<Cell> =>
    typeof cell === "object" && cell !== null && "flaw" in cell ? [cell, null] : [null, cell],
  );

/** Two metrics with one member each: the series of the metric as a whole comes first. */
const engineOf = (
  ...runs: ReadonlyArray<
    ReadonlyArray<{ readonly testcase?: string; readonly cells: ReadonlyArray<Cell> }>
  >
) => {
  const engine = Engine.make(runs.length);
  const session = CellBatches.start();
  for (const metric of [passed, grade]) session.series.of(metric, "value");
  for (const [run, records] of runs.entries()) {
    const batched = records.map(({ testcase, cells }) => ({
      testcaseId: testcase ?? null,
      cells: cellsOf(cells),
    }));
    engine.add(session.batch(run, batched));
  }
  return engine;
};

/** The indexes of the records of a run that a view shows. */
const recordsIn = ({ records }: View, run = 0): Array<number> => Array.from(records[run] ?? []);

/** What a search finds among some texts, one a record of the first run. */
const foundIn = (texts: ReadonlyArray<string>, query: Query) => {
  const search = searchOf(query);
  if (search === null) return null;
  const { matches } = matcher(search);
  const bits = emptyBitmap(texts.length);
  for (const [record, text] of texts.entries()) {
    if (matches(SearchText.ofLine(JSON.stringify([text])))) setBit(bits, record);
  }
  const found = FoundRecords.make();
  found.add([{ from: 0, to: texts.length, bits }]);
  return found;
};

const AnyCell = Schema.Union([
  Schema.Boolean,
  Schema.Literals([1, 2, 3.5]),
  Schema.Struct({ flaw: Schema.Literals(["invalid", "unrecognised"]) }),
  Schema.Literals(["C", "I"]),
  Schema.Struct({ passes: Schema.Literal(1), of: Schema.Literal(2) }),
  Schema.Null,
]);

describe("The explorer's engine", () => {
  const engine = engineOf([
    { cells: [true, 5] },
    { cells: [false, 1] },
    { cells: [null, 3] },
    { cells: [{ flaw: "invalid" }, 2] },
    { cells: [false, 4] },
    { cells: [] },
    { cells: [true, true] },
  ]);
  const texts = ["alpha beta", "beta", "", "alpha", "", "", ""];
  const shown = (part: Partial<Query>) => {
    const query = { ...everything, ...part };
    return recordsIn(engine.view(query, foundIn(texts, query)));
  };

  const filtered = (filter: string) => shown({ filter, sort: "listed" });

  it("sorts failing records first, then low scores, and records without scores last", () => {
    assert.deepStrictEqual(shown({}), [1, 4, 3, 2, 0, 6, 5]);
  });

  it("sorts by a metric in both directions, records without a value last", () => {
    assert.deepStrictEqual(shown({ sort: grade }), [1, 3, 2, 4, 0, 5, 6]);
    assert.deepStrictEqual(shown({ sort: grade, isDescending: true }), [0, 4, 2, 3, 1, 5, 6]);
    assert.deepStrictEqual(shown({ sort: "listed" }), [0, 1, 2, 3, 4, 5, 6]);
  });

  it("counts invalid and missing scores separately, and never as values", () => {
    const [first, second] = engine.view(everything).metrics;
    assert.deepStrictEqual(
      [first?.kind, first?.bars.map(({ all }) => all), first?.asides.map(({ all }) => all)],
      ["boolean", [2, 2], [1, 2]],
    );
    assert.deepStrictEqual([first?.figures.n, first?.figures.value], [4, 0.5]);
    // A boolean among numbers is invalid.
    assert.deepStrictEqual(
      [second?.kind, second?.bars.map(({ all }) => all), second?.asides.map(({ all }) => all)],
      ["number", [1, 1, 1, 1, 1], [1, 1]],
    );
  });

  it("matches the records that an expression is true of", () => {
    assert.deepStrictEqual(filtered("grade = 1"), [1]);
    assert.deepStrictEqual(filtered("grade = 1 or grade in [3, 4)"), [1, 2]);
    assert.deepStrictEqual(filtered("(grade = 1 or grade in [3, 4)) and passed is missing"), [2]);
    assert.deepStrictEqual(filtered("passed is invalid"), [3]);
    assert.deepStrictEqual(filtered("grade is invalid"), [6]);
    assert.deepStrictEqual(filtered("not passed = pass and grade >= 2"), [2, 3, 4]);
    assert.deepStrictEqual(filtered("passed != pass"), [1, 4]);
    assert.deepStrictEqual(filtered("unknown = pass"), []);
    // The page reports that it cannot be read.
    assert.deepStrictEqual(filtered("grade >"), [0, 1, 2, 3, 4, 5, 6]);
  });

  it("shows in a chart what its own filters hide, but not what others hide", () => {
    const { metrics } = engine.view({ ...everything, filter: "passed = fail" });
    assert.deepStrictEqual(
      metrics.map(({ bars }) => bars.map(({ shown: own }) => own)),
      [
        [2, 2],
        [1, 0, 0, 1, 0],
      ],
    );
  });

  it("finds records that contain all words", () => {
    assert.deepStrictEqual(shown({ text: " ALPHA ", sort: "listed" }), [0, 3]);
    assert.deepStrictEqual(shown({ text: "beta alpha" }), [0]);
    assert.deepStrictEqual(shown({ text: "gamma" }), []);
  });

  it("joins two runs by testcase, and sorts regressions first", () => {
    const both = engineOf(
      [
        { testcase: "a", cells: [true, 1] },
        { testcase: "b", cells: [true, 5] },
        { testcase: "b", cells: [false, 5] },
        { testcase: "c", cells: [false, 5] },
        { cells: [true, 1] },
      ],
      [
        { testcase: "c", cells: [true, 3] },
        { testcase: "b", cells: [false, 4] },
        { testcase: "d", cells: [true, 2] },
      ],
    );
    const view = both.view(everything);
    assert.deepStrictEqual(view.parts, { both: 2, baseline: 2, candidate: 1, neither: 0 });
    // b got worse and c better. The others have no counterpart. b has two trials in the baseline: half of them pass.
    assert.deepStrictEqual(recordsIn(view, 1), [1, 0, -1, -1, 2]);
    assert.deepStrictEqual(recordsIn(view), [1, 3, 0, 4, -1]);
    const [first] = view.metrics;
    assert.deepStrictEqual(
      first?.change?.bars.map(({ all }) => all),
      [1, 0, 1],
    );
    const worse = both.view({ ...everything, filter: "passed is worse" });
    assert.deepStrictEqual(recordsIn(worse, 1), [1]);
    // Of b half passed before and none does now; a and d are in one run alone.
    for (const [filter, records] of [
      ["passed > passed@1", [0]],
      ["passed@1 = mixed and passed = fail", [1]],
      ["passed@2 < @baseline", [1]],
      ["grade@1 = 5", [1, 0]],
      ["grade != grade@1", [1, 0]],
      ["passed@1 is missing", [2]],
      ["passed@2 is missing", [-1, -1]],
    ] as const) {
      const own = recordsIn(both.view({ ...everything, filter }), 1);
      assert.deepStrictEqual(own, [...records], filter);
    }
    const alone = both.view({ ...everything, only: "candidate" });
    assert.deepStrictEqual(recordsIn(alone, 1), [2]);
  });

  it.effect.prop(
    "counts every record once, and filters as a naive filter does",
    { cells: Arbitrary.schema(Schema.Array(Schema.Tuple([AnyCell, AnyCell]))) },
    ({ cells }) =>
      Effect.sync(() => {
        const any = engineOf(cells.map((own) => ({ cells: own })));
        const isBoolean = any.view(everything).metrics[0]?.kind === "boolean";
        const view = any.view({
          ...everything,
          // Only a metric that passes or fails has a value “fail”.
          filter: isBoolean ? "passed = fail or passed is missing" : "passed is missing",
        });
        const expected = cells.flatMap(([cell], index) =>
          cell === null || (cell === false && isBoolean) ? [index] : [],
        );
        assert.deepStrictEqual(
          recordsIn(view).toSorted((a, b) => a - b),
          expected,
        );
        for (const { bars, asides } of view.metrics) {
          const all = [...bars, ...asides].reduce((sum, bar) => sum + bar.all, 0);
          assert.strictEqual(all, cells.length);
        }
      }),
  );
});

const noteOn = (run: number, recordId: string, thumb: Note["thumb"], text = ""): Note => ({
  run,
  recordId,
  thumb,
  text,
});
/** Records with these ids, and some notes on them. */
const withNotes = (
  ids: ReadonlyArray<ReadonlyArray<string>>,
  initial: ReadonlyArray<Note>,
  folded = false,
) => {
  const found = NotedRecords.make(
    {
      findAll: (run, wanted, from) =>
        Promise.resolve(
          (ids[run] ?? []).flatMap((id, index) =>
            index < from
              ? []
              : wanted.flatMap((own, place) => (own === id ? [[index, place] as const] : [])),
          ),
        ),
    },
    (run) => own.records(run),
    true,
    initial,
  );
  const own = Engine.make(ids.length, undefined, "mean", found);
  const session = CellBatches.start();
  session.series.of(passed, "value");
  const grow = () => {
    for (const [run, all] of ids.entries()) {
      const batched = all
        .slice(own.records(run))
        .map((id) => ({ testcaseId: id.slice(0, 1), cells: [null, true] }));
      own.add(session.batch(run, batched));
    }
  };
  grow();
  const records = async (filter: string) => {
    const query = { ...everything, filter, sort: "listed", isFolded: folded };
    own.view(query);
    await found.load();
    return own.view(query).records.map((all) => Array.from(all));
  };
  return { found, records, grow };
};

describe("Numbers that differ by rounding", () => {
  const rounded = engineOf([
    { cells: [true, 0.3] },
    { cells: [true, 0.1 + 0.2] },
    { cells: [true, 0.8] },
  ]);
  const found = (filter: string) =>
    Array.from(rounded.view({ ...everything, filter, sort: "listed" }).records[0] ?? []);

  it("are one bar, and the same to a filter", () => {
    const bars = rounded.view(everything).metrics[1]?.bars ?? [];
    assert.deepStrictEqual(
      bars.map(({ condition, all }) => [conditionLabel(condition), all]),
      [
        ["0.3", 2],
        ["0.8", 1],
      ],
    );
    const wanted = bars.map(({ condition }) => print(test("grade", wantedOf(condition))));
    assert.deepStrictEqual(wanted, ["grade = 0.3", "grade = 0.8"]);
    assert.deepStrictEqual(found("grade = 0.3"), [0, 1]);
    assert.deepStrictEqual(found("grade <= 0.3"), [0, 1]);
    assert.deepStrictEqual(found("grade > 0.3"), [2]);
    assert.deepStrictEqual(found("grade != 0.3"), [2]);
  });
});

describe("Notes in a filter", () => {
  it("find the records that they are on, also after they change and as records arrive", async () => {
    const ids = [["a1", "b1", "a1", "", "c1"]];
    const { found, records, grow } = withNotes(ids, [
      noteOn(0, "a1", "up"),
      noteOn(0, "", null, "odd"),
      noteOn(0, "x", "down"),
    ]);
    // Two records have the same id.
    assert.deepStrictEqual(await records("thumb = up"), [[0, 2]]);
    assert.deepStrictEqual(await records("note is not missing"), [[3]]);
    assert.deepStrictEqual(await records("thumb is missing"), [[1, 3, 4]]);
    assert.deepStrictEqual(await records("thumb = down"), [[]]);
    assert.isTrue(found.set([noteOn(0, "a1", "down")]));
    assert.deepStrictEqual(await records("thumb = up"), [[]]);
    assert.deepStrictEqual(await records("thumb = down"), [[0, 2]]);
    ids[0]?.push("a1", "d1");
    grow();
    assert.deepStrictEqual(await records("thumb = down"), [[0, 2, 5]]);
  });

  it("find the testcases of which any trial has one", async () => {
    const ids = ["a1", "a2", "b1"];
    const { records } = withNotes([ids], [noteOn(0, "a2", "up")], true);
    assert.deepStrictEqual(await records("thumb = up"), [[0]]);
    const both = withNotes(
      [ids, ["b1", "a1"]],
      [noteOn(0, "b1", "up"), noteOn(1, "a1", "down"), noteOn(0, "a1", "up")],
    );
    assert.deepStrictEqual(await both.records("thumb = up"), [
      [0, 2],
      [1, 0],
    ]);
    assert.deepStrictEqual(await both.records("thumb@2 is missing"), [[2], [0]]);
    assert.deepStrictEqual(await both.records("thumb = up and thumb@2 = down"), [[0], [1]]);
  });
});

describe("Metrics of a metrics file", () => {
  it("reach the page with names, units and directions, and expressions find them by name", () => {
    const engine = Engine.make(1);
    const session = CellBatches.start();
    session.series.of("a0", "ms", { name: "Answer time", unit: "ms", isLowerBetter: true });
    session.series.of("b0", "x", { name: "Tone", isLowerBetter: false });
    session.series.of("b0", "y", { name: "Tone", isLowerBetter: false });
    engine.add(
      session.batch(
        0,
        [300, 100, 200].map((ms) => ({ testcaseId: null, cells: [null, ms, null, true, 0.5] })),
      ),
    );
    const view = engine.view({ ...everything, filter: '"Answer time" > 150' });
    const { metrics } = view;
    assert.deepStrictEqual(
      metrics.map(({ label, unit, isLowerBetter }) => [label, unit, isLowerBetter]),
      [
        ["Answer time", "ms", true],
        ["Tone x", undefined, false],
        ["Tone y", undefined, false],
      ],
    );
    // The slowest is the worst.
    assert.deepStrictEqual(recordsIn(view), [0, 2]);
  });
});

describe("A query in a URL", () => {
  it("survives the way into the URL and back", () => {
    const query = {
      ...everything,
      text: "a & b = c #%\u202E",
      isPattern: true,
      filter: 'grade in [1, 2) and "a b" = "\n&is=" oops(',
      by: "inputs.a b&c",
      bySort: "size",
      isFolded: true,
      metrics: ["Answer quality", "b84e2f97/score", 'a "quote", b'],
      sort: grade,
      isDescending: true,
      only: "both",
      record: { run: 1, id: "a:b c\n" },
      roles: { input: "inputs.a=b&c", output: "outputs." },
    } as const;
    assert.deepStrictEqual(fromFragment(toFragment(query)), query);
    assert.strictEqual(toFragment(everything), "");
  });

  it("ignores what it does not understand", () => {
    assert.deepStrictEqual(fromFragment("only=all&record=7:x&record=&what=else"), everything);
  });
});
