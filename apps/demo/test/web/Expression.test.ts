import { assert, describe, it } from "@effect/vitest";
import { Arbitrary, Effect, Schema } from "effect";
import {
  comparisons,
  type Expression,
  join,
  print,
  states,
  test,
  type Wanted,
} from "../../web/query/Expression.ts";
import { parse } from "../../web/query/ExpressionParser.ts";

const expressionOf = (text: string): Expression | null => {
  const parsed = parse(text);
  if (!parsed.isValid) throw new Error(`${text}: ${parsed.error.message}`);
  return parsed.expression;
};
const errorOf = (text: string) => {
  const parsed = parse(text);
  if (parsed.isValid) throw new Error(`${text} is valid`);
  return parsed.error;
};
/** What the parser reads, as the canonical text. */
const read = (text: string): string => print(expressionOf(text));

const Text = Schema.Union([
  Schema.String,
  Schema.Literals([
    "and",
    "NOT",
    "is",
    "missing",
    "",
    " ",
    '"',
    "\\",
    "\n",
    "a b",
    "note",
    "thumb",
    "inputs.category",
    "/inputs/a~1b",
    "6f1a5c0e/passed",
    "Recall@5",
    "@1",
    "a@Baseline",
    "outputs.",
    "'",
    "≤",
    "💥",
    "\u202E",
  ]),
]);
// Zero has one spelling.
const AnyNumber = Schema.Finite.check(Schema.makeFilter((n) => !Object.is(n, -0)));

const Run = Schema.Literals([1, 2, 5, 9]);
const AnyReference = Schema.Union([
  Schema.Struct({ name: Text, run: Run }),
  Schema.Struct({
    name: Schema.Literals(["inputs.category", "/outputs/a~1b.c", "expected.label"]),
  }),
]);

const AnyWanted = Schema.Union([
  Schema.Struct({
    op: Schema.Literals([...comparisons, "contains"]),
    value: Text,
  }),
  Schema.Struct({
    op: Schema.Literals([...comparisons, "contains"]),
    other: AnyReference,
  }),
  Schema.Struct({ op: Schema.Literal("matches"), value: Schema.Literals(["a|b", "^x$", "\\d+"]) }),
  Schema.Struct({ op: Schema.Literal("in"), values: Schema.NonEmptyArray(Text) }),
  Schema.Struct({
    op: Schema.Literal("within"),
    lower: AnyNumber,
    upper: AnyNumber,
    isClosed: Schema.Boolean,
  }),
  Schema.Struct({ op: Schema.Literal("is"), state: Schema.Literals(states) }),
]);

/** Joins tests into a tree, as the instructions say. */
const grow = (
  tests: ReadonlyArray<readonly [string, Wanted, number | undefined]>,
  steps: ReadonlyArray<"and" | "or" | "not">,
): Expression | null => {
  let tree: Expression | null = null;
  for (const [index, [subject, wanted, run]] of tests.entries()) {
    const own = test(subject, wanted, run);
    const step = steps[index % Math.max(1, steps.length)] ?? "and";
    if (tree === null) tree = own;
    else if (step === "not") tree = join("and", [{ type: "not", operand: tree }, own]);
    else tree = join(step, index % 2 === 0 ? [tree, own] : [own, tree]);
  }
  return tree;
};

describe("A filter expression", () => {
  it.effect.prop(
    "is read from its text as it was",
    {
      tests: Arbitrary.schema(
        Schema.Array(Schema.Tuple([Text, AnyWanted, Schema.UndefinedOr(Run)])),
      ),
      steps: Arbitrary.schema(Schema.Array(Schema.Literals(["and", "or", "not"]))),
    },
    ({ tests, steps }) =>
      Effect.sync(() => {
        const tree = grow(tests.slice(0, 12), steps);
        const text = print(tree);
        assert.deepStrictEqual(expressionOf(text), tree);
        assert.strictEqual(read(text), text);
      }),
  );

  it("binds not tighter than and, and and tighter than or", () => {
    assert.strictEqual(
      read("not a = 1 and b = 2 or c = 3 and (d = 4 or not (e = 5 and f = 6))"),
      "not a = 1 and b = 2 or c = 3 and (d = 4 or not (e = 5 and f = 6))",
    );
    assert.strictEqual(read("((a = 1)) AND (b = 2 And (c = 3))"), "a = 1 and b = 2 and c = 3");
    assert.strictEqual(read(""), "");
    assert.strictEqual(read(" \n"), "");
  });

  it("is written as people write it", () => {
    const written: ReadonlyArray<readonly [string, string]> = [
      [
        'Correctness=fail and inputs.category="billing"',
        "Correctness = fail and inputs.category = billing",
      ],
      ["'Answer quality' >= 4", '"Answer quality" >= 4'],
      [
        "latency ≥ 2 and cost≤.01 and n ≠ 3 and m <> 4 and k == 5",
        "latency >= 2 and cost <= .01 and n != 3 and m != 4 and k = 5",
      ],
      ["a is missing", "a is missing"],
      ["a is not missing", "not a is missing"],
      ["a is fail", "a = fail"],
      ["a is not fail", "a != fail"],
      ['a is "missing"', "a = missing"],
      ["Correctness<Correctness@1", "Correctness < Correctness@1"],
      ["Correctness < @baseline", "Correctness < Correctness@1"],
      ['"Answer quality"@2 >= @1', '"Answer quality"@2 >= "Answer quality"@1'],
      ["outputs.label is not expected.label", "outputs.label != expected.label"],
      ['a = "expected.label" or a = "b@1"', 'a = "expected.label" or a = "b@1"'],
      ["outputs.text contains /inputs/a.b", "outputs.text contains /inputs/a.b"],
      ['"Recall@5" = Recall@5', '"Recall@5" = Recall@5'],
      ["a = me@example.com or a = b@12", "a = me@example.com or a = b@12"],
      ["a not contains b", "not a contains b"],
      ["a not in (b, c)", "not a in (b, c)"],
      ["a in [3,4) or a in [4, 5e0]", "a in [3, 4) or a in [4, 5]"],
      ["/inputs/a~1b = -2", "/inputs/a~1b = -2"],
      [String.raw`a = "x \"y\" \\ \n"`, String.raw`a = "x \"y\" \\ \n"`],
      ["a matches ^re(fund)?$", 'a matches "^re(fund)?$"'],
    ];
    for (const [text, canonical] of written.slice(0, -1)) {
      assert.strictEqual(read(text), canonical);
    }
    // A regular expression with parentheses needs quotes.
    assert.include(errorOf(written.at(-1)?.[0] ?? "").message, "Expected and, or or the end");
    assert.strictEqual(read('a matches "^re(fund)?$"'), 'a matches "^re(fund)?$"');
  });

  it("reports where it is wrong, and what was expected", () => {
    const wrong: ReadonlyArray<
      readonly [text: string, start: number, end: number, message: string]
    > = [
      [
        "Correctness",
        11,
        11,
        "Expected =, !=, <, <=, >, >=, contains, matches, in or is after Correctness",
      ],
      ["a =", 3, 3, "Expected a value"],
      ["a = and b = 2", 4, 7, "Expected a value, found and"],
      ["a = 1 b = 2", 6, 7, "Expected and, or or the end, found b"],
      ["a = 1 and", 9, 9, "Expected a metric or a field"],
      ["= 1", 0, 1, "Expected a metric or a field, found ="],
      ["(a = 1", 6, 6, "Expected and, or or a closing parenthesis"],
      ["a = 1)", 5, 6, "This parenthesis closes nothing"],
      ['a = "b', 4, 6, "This quotation mark is not closed"],
      ["a in [1 2]", 8, 9, "Expected a comma, found 2"],
      ["a in [x, 2]", 6, 7, "Expected a number, found x"],
      ["a in 3", 5, 6, "Expected values in parentheses, or an interval such as [0, 1), found 3"],
      ["a is", 4, 4, "Expected a value"],
      ["not", 3, 3, "Expected a metric or a field"],
      [`${"(".repeat(60)}a = 1`, 50, 51, "At most 50 levels of not and parentheses"],
    ];
    for (const [text, start, end, message] of wrong) {
      const error = errorOf(text);
      assert.deepStrictEqual([error.start, error.end, error.message], [start, end, message]);
    }
    assert.include(errorOf('a matches "("').message, "This is no regular expression");
    assert.strictEqual(errorOf("a = 1".repeat(1000)).start, 4000);
  });

  it("suggests the word that was meant", () => {
    assert.strictEqual(errorOf("a contain b").suggestion, "contains");
    assert.strictEqual(errorOf("a = 1 adn b = 2").suggestion, "and");
    assert.isUndefined(errorOf("a = 1 somewhere").suggestion);
  });
});
