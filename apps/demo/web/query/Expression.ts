/**
 * A filter as an expression that people can read, type and share:
 *
 * ```text
 * Correctness = fail and inputs.category = "billing" and not outputs.latency <= 2
 * ```
 *
 * A test compares a metric or a field with a value. Tests are joined by `and`, `or`, `not` and parentheses: `not` binds
 * tighter than `and`, and `and` tighter than `or`. `ExpressionParser` reads a text, `print` writes one.
 */

/** What a metric or a field can be, apart from its values. The last four need a baseline. */
export const states = ["missing", "invalid", "worse", "better", "same", "changed"] as const;
export type State = (typeof states)[number];

/** How a value is compared. */
export const comparisons = ["=", "!=", "<", "<=", ">", ">="] as const;
type Comparison = (typeof comparisons)[number];

/** What a test wants of its subject. Values are texts: `5` equals the number 5 and the text "5". */
export type Wanted =
  | { readonly op: Comparison; readonly value: string }
  /** Contains the text, in any case; matches the regular expression, in any case. */
  | { readonly op: "contains" | "matches"; readonly value: string }
  /** Equals one of the values. */
  | { readonly op: "in"; readonly values: ReadonlyArray<string> }
  /** Lies in an interval: `in [3, 4)` contains 3 but not 4, `in [3, 4]` both. */
  | {
      readonly op: "within";
      readonly lower: number;
      readonly upper: number;
      readonly isClosed: boolean;
    }
  | { readonly op: "is"; readonly state: State };

/** A test of one metric or field. */
export interface Test {
  readonly type: "test";
  /** The name of a metric or the start of its id, with a slash and a member where it has several; or a field. */
  readonly subject: string;
  readonly wanted: Wanted;
}

/** An expression. `and` and `or` have at least two operands, none of which is of the same type. */
export type Expression =
  | { readonly type: "and"; readonly operands: ReadonlyArray<Expression> }
  | { readonly type: "or"; readonly operands: ReadonlyArray<Expression> }
  | { readonly type: "not"; readonly operand: Expression }
  | Test;

/** A test. */
export const test = (subject: string, wanted: Wanted): Test => ({ type: "test", subject, wanted });

/** Joins expressions; null where there are none. */
export const join = (
  type: "and" | "or",
  expressions: ReadonlyArray<Expression>,
): Expression | null => {
  const operands = expressions.flatMap((own) => (own.type === type ? own.operands : [own]));
  return operands.length > 1 ? { type, operands } : (operands[0] ?? null);
};

/** The parts that must all hold. */
export const conjuncts = (expression: Expression | null): ReadonlyArray<Expression> =>
  expression === null ? [] : expression.type === "and" ? expression.operands : [expression];

/** The tests in an expression, from left to right. */
export const testsOf = (expression: Expression): ReadonlyArray<Test> => {
  switch (expression.type) {
    case "test":
      return [expression];
    case "not":
      return testsOf(expression.operand);
    default:
      return expression.operands.flatMap(testsOf);
  }
};

/** The text of an expression: {@link Expression} equals what the parser reads in it. */
export const print = (expression: Expression | null): string =>
  expression === null ? "" : printAt(expression, 0);

const precedence = { or: 1, and: 2, not: 3, test: 4 } as const;

const printAt = (expression: Expression, outer: number): string => {
  const own = precedence[expression.type];
  const text =
    expression.type === "test"
      ? printTest(expression)
      : expression.type === "not"
        ? `not ${printAt(expression.operand, own)}`
        : expression.operands.map((operand) => printAt(operand, own)).join(` ${expression.type} `);
  return own < outer ? `(${text})` : text;
};

const printTest = ({ subject, wanted }: Test): string => `${quote(subject)} ${printWanted(wanted)}`;

const printWanted = (wanted: Wanted): string => {
  switch (wanted.op) {
    case "in":
      return `in (${wanted.values.map(quote).join(", ")})`;
    case "within":
      return `in [${wanted.lower}, ${wanted.upper}${wanted.isClosed ? "]" : ")"}`;
    case "is":
      return `is ${wanted.state}`;
    default:
      return `${wanted.op} ${quote(wanted.value)}`;
  }
};

/** Words with a meaning of their own, in any case. */
export const keywords: ReadonlySet<string> = new Set([
  "and",
  "or",
  "not",
  "contains",
  "matches",
  "in",
  "is",
]);

/** Characters that end a word. */
export const wordEnd = /[\s()[\],"'=!<>≠≤≥]/u;

/** A name or a value as an expression writes it: in quotes where it is not one word. */
export const quote = (text: string): string =>
  text !== "" && !wordEnd.test(text) && !keywords.has(text.toLowerCase())
    ? text
    : `"${text.replaceAll(/["\\\n\r\t]/g, (character) => escapes.get(character) ?? character)}"`;

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', String.raw`\"`],
  ["\\", String.raw`\\`],
  ["\n", String.raw`\n`],
  ["\r", String.raw`\r`],
  ["\t", String.raw`\t`],
]);
