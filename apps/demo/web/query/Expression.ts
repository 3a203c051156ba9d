/**
 * A filter as an expression that people can read, type and share:
 *
 * ```text
 * Correctness = fail and inputs.category = "billing" and not outputs.latency <= 2
 * ```
 *
 * A test compares a metric or a field with a value, or with another metric or field. `@1` after a name means the first
 * of several runs, `@2` the second: `Correctness < Correctness@1`. Tests are joined by `and`, `or`, `not` and
 * parentheses: `not` binds tighter than `and`, and `and` tighter than `or`. `ExpressionParser` reads a text, `print`
 * writes one.
 */
import { isFieldName } from "./Catalogue.ts";

/** What a metric or a field can be, apart from its values. The last four need a baseline. */
export const states = ["missing", "invalid", "worse", "better", "same", "changed"] as const;
export type State = (typeof states)[number];

/** How a value is compared. */
export const comparisons = ["=", "!=", "<", "<=", ">", ">="] as const;
export type Comparison = (typeof comparisons)[number];

/** A metric or a field that a test names: in the run of the record, or in one of several runs. */
export interface Reference {
  /** The name of a metric or the start of its id, with a slash and a member where it has several; or a field. */
  readonly name: string;
  /** 1 is the first run. */
  readonly run?: number;
}

/** What a test wants of its subject. Values are texts: `5` equals the number 5 and the text "5". */
export type Wanted =
  /** `contains` the text, in any case; `matches` the regular expression, in any case. */
  | { readonly op: Comparison | "contains" | "matches"; readonly value: string }
  /**
   * The value of another metric or field of the same record or testcase. A field stands there without quotes: one whose
   * name needs quotes, and a metric, have a run.
   */
  | { readonly op: Comparison | "contains"; readonly other: Reference }
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
  /** The name of a {@link Reference}, and its run. */
  readonly subject: string;
  readonly run?: number;
  readonly wanted: Wanted;
}

/** An expression. `and` and `or` have at least two operands, none of which is of the same type. */
export type Expression =
  | { readonly type: "and"; readonly operands: ReadonlyArray<Expression> }
  | { readonly type: "or"; readonly operands: ReadonlyArray<Expression> }
  | { readonly type: "not"; readonly operand: Expression }
  | Test;

/** A test. */
export const test = (subject: string, wanted: Wanted, run?: number): Test => ({
  type: "test",
  subject,
  ...(run === undefined ? {} : { run }),
  wanted,
});

/** Whether a test compares its subject with another metric or field. */
export const hasOther = (
  wanted: Wanted,
): wanted is Extract<Wanted, { readonly other: Reference }> => "other" in wanted;

/** What a test names: its subject, and what it is compared with. */
export const referencesOf = ({ subject, run, wanted }: Test): ReadonlyArray<Reference> => [
  { name: subject, ...(run === undefined ? {} : { run }) },
  ...(hasOther(wanted) ? [wanted.other] : []),
];

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

const printTest = ({ subject, run, wanted }: Test): string =>
  `${printReference({ name: subject, ...(run === undefined ? {} : { run }) })} ${printWanted(wanted)}`;

/** A metric or a field as an expression writes it. */
export const printReference = ({ name, run }: Reference): string => {
  // A name that ends like a run, such as `Recall@5`, is in quotes.
  const written = splitRun(name) === undefined ? quote(name) : inQuotes(name);
  return run === undefined ? written : `${written}@${run}`;
};

/** The value of a test as an expression writes it: in quotes where it would name a field. */
export const quoteValue = (value: string): string =>
  isReference(value) ? inQuotes(value) : quote(value);

/** Whether a word without quotes names a metric or a field where a value is expected. */
export const isReference = (word: string): boolean =>
  splitRun(word) !== undefined || /^@([1-9]|baseline)$/i.test(word) || isFieldName(word);

/** The name and the run in a word such as `Correctness@1`; undefined where it names no run. */
export const splitRun = (word: string): Required<Reference> | undefined => {
  const [, name, run] = /^(.+)@([1-9]|baseline)$/is.exec(word) ?? [];
  return name === undefined || run === undefined ? undefined : { name, run: runIn(run) };
};

/** The run in what follows an `@`. */
export const runIn = (word: string): number =>
  word.toLowerCase() === "baseline" ? 1 : Number(word);

const printWanted = (wanted: Wanted): string => {
  if (hasOther(wanted)) return `${wanted.op} ${printReference(wanted.other)}`;
  switch (wanted.op) {
    case "in":
      return `in (${wanted.values.map(quote).join(", ")})`;
    case "within":
      return `in [${wanted.lower}, ${wanted.upper}${wanted.isClosed ? "]" : ")"}`;
    case "is":
      return `is ${wanted.state}`;
    default:
      return `${wanted.op} ${quoteValue(wanted.value)}`;
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
  text !== "" && !wordEnd.test(text) && !keywords.has(text.toLowerCase()) ? text : inQuotes(text);

const inQuotes = (text: string): string =>
  `"${text.replaceAll(/["\\\n\r\t]/g, (character) => escapes.get(character) ?? character)}"`;

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', String.raw`\"`],
  ["\\", String.raw`\\`],
  ["\n", String.raw`\n`],
  ["\r", String.raw`\r`],
  ["\t", String.raw`\t`],
]);
