/** Reads the text of an expression. */
import {
  type Comparison,
  comparisons,
  type Expression,
  join,
  keywords,
  isReference,
  type Reference,
  runIn,
  splitRun,
  type State,
  states,
  type Test,
  test,
  type Wanted,
} from "./Expression.ts";
import { type Span, type Token, tokensOf } from "./ExpressionTokens.ts";
import { nearestWord } from "@scorecard-effect/contract/metrics/NearestWord";

/** What could stand where a text ends or is wrong. */
export type Expected =
  /** A metric, a field, `not` or a parenthesis. */
  | "subject"
  | "operator"
  /** The value of a test, or what else its subject is compared with. */
  | "value"
  /** A value in a list, or a regular expression: nothing else can stand there. */
  | "element"
  /** What follows `is`. */
  | "state"
  /** `and`, `or` or a closing parenthesis. */
  | "connective"
  | "other";

/** Why a text is no expression. */
interface ExpressionError extends Span {
  /** What is wrong, and what was expected. */
  readonly message: string;
  readonly expected: Expected;
  /** The subject of the test that is wrong or incomplete. */
  readonly subject?: string;
  /** What the user may have meant, to put in the place of the error. */
  readonly suggestion?: string;
}

/** Where the parts of a test are. */
export interface TestSpan {
  readonly subject: Span;
  /** All after the subject. */
  readonly wanted: Span;
  /** The last value. */
  readonly value: Span;
}

export type Parsed =
  | {
      readonly isValid: true;
      /** Null for an empty text, which every record meets. */
      readonly expression: Expression | null;
      readonly spans: ReadonlyMap<Test, TestSpan>;
    }
  | { readonly isValid: false; readonly error: ExpressionError };

/** The most characters of an expression: a link can have any number. */
export const maxLength = 4000;

/** The most parentheses around a test. */
const maxDepth = 50;

/** Thrown inside the parser alone. */
class Failure extends Error {
  readonly error: ExpressionError;
  constructor(error: ExpressionError) {
    super(error.message);
    this.error = error;
  }
}

/** Reads a text. */
export const parse = (text: string): Parsed => {
  if (text.length > maxLength) {
    const error: ExpressionError = {
      start: maxLength,
      end: text.length,
      message: `An expression has at most ${maxLength} characters`,
      expected: "other",
    };
    return { isValid: false, error };
  }
  const parser = new Parser(tokensOf(text));
  try {
    return { isValid: true, expression: parser.whole(), spans: parser.spans };
  } catch (error) {
    if (error instanceof Failure) return { isValid: false, error: error.error };
    throw error;
  }
};

const operatorList = "=, !=, <, <=, >, >=, contains, matches, in or is";

class Parser {
  readonly spans = new Map<Test, TestSpan>();
  readonly #tokens: ReadonlyArray<Token>;
  #place = 0;
  #depth = 0;
  /** Where the last value starts. */
  #valueStart = 0;
  constructor(tokens: ReadonlyArray<Token>) {
    this.#tokens = tokens;
  }

  whole(): Expression | null {
    if (this.#next().type === "end") return null;
    const expression = this.#any();
    const { type, text } = this.#next();
    if (type === "end") return expression;
    if (type === "mark" && text === ")") {
      throw this.#failure("This parenthesis closes nothing", "other");
    }
    throw this.#failure(`Expected and, or or the end${this.#found()}`, "connective", {
      suggestion: type === "word" ? nearestWord(text, ["and", "or"]) : undefined,
    });
  }

  #any(): Expression {
    return this.#joined("or", () => this.#joined("and", () => this.#one()));
  }

  #joined(type: "and" | "or", next: () => Expression): Expression {
    const first = next();
    const operands = [first];
    while (this.#takeWord(type)) operands.push(next());
    return join(type, operands) ?? first;
  }

  #one(): Expression {
    if (this.#depth >= maxDepth) {
      throw this.#failure(`At most ${maxDepth} levels of not and parentheses`, "other");
    }
    this.#depth += 1;
    const expression = this.#oneInside();
    this.#depth -= 1;
    return expression;
  }

  #oneInside(): Expression {
    if (this.#takeWord("not")) return { type: "not", operand: this.#one() };
    if (!this.#takeMark("(")) return this.#test();
    const inside = this.#any();
    if (!this.#takeMark(")")) {
      throw this.#failure(
        `Expected and, or or a closing parenthesis${this.#found()}`,
        "connective",
      );
    }
    return inside;
  }

  #test(): Expression {
    const subject = this.#next();
    if (subject.type !== "word" || this.#isKeyword()) {
      throw this.#failure(`Expected a metric or a field${this.#found()}`, "subject");
    }
    const { name, run } = this.#reference();
    const { end } = this.#last();
    const start = this.#next();
    this.#valueStart = start.start;
    const isNegated = this.#takeWord("not");
    const wanted = this.#wanted(name, isNegated);
    const made = test(name, wanted.wanted, run);
    const last = this.#last();
    this.spans.set(made, {
      subject: { start: subject.start, end },
      wanted: { start: start.start, end: last.end },
      value: { start: this.#valueStart, end: last.end },
    });
    return isNegated !== wanted.isNegated ? { type: "not", operand: made } : made;
  }

  #wanted(
    subject: string,
    isNegated: boolean,
  ): { readonly wanted: Wanted; readonly isNegated: boolean } {
    const { type, text } = this.#next();
    const op = comparisons.find((own) => type === "operator" && own === text);
    if (op !== undefined && !isNegated) {
      this.#place += 1;
      return { wanted: this.#compared(op, subject), isNegated: false };
    }
    if (this.#takeWord("contains")) {
      return { wanted: this.#compared("contains", subject), isNegated: false };
    }
    if (this.#takeWord("matches")) {
      const at = this.#next();
      const value = this.#value(subject, "element");
      const problem = problemOfPattern(value);
      if (problem !== undefined) throw this.#failure(problem, "other", { subject }, at);
      return { wanted: { op: "matches", value }, isNegated: false };
    }
    if (this.#takeWord("in")) return { wanted: this.#list(subject), isNegated: false };
    if (!isNegated && this.#takeWord("is")) {
      const isNot = this.#takeWord("not");
      const state = this.#state();
      if (state !== undefined) return { wanted: { op: "is", state }, isNegated: isNot };
      return { wanted: this.#compared(isNot ? "!=" : "=", subject, "state"), isNegated: false };
    }
    throw this.#failure(
      isNegated
        ? `Expected contains, matches or in after not${this.#found()}`
        : `Expected ${operatorList} after ${subject}${this.#found()}`,
      "operator",
      {
        subject,
        suggestion:
          type === "word" ? nearestWord(text, ["contains", "matches", "in", "is"]) : undefined,
      },
    );
  }

  #state(): State | undefined {
    const { type, isQuoted, text } = this.#next();
    const state = states.find((own) => own === text.toLowerCase());
    if (type !== "word" || isQuoted || state === undefined) return undefined;
    this.#place += 1;
    return state;
  }

  #value(subject: string, expected: Expected): string {
    const token = this.#next();
    if (token.type !== "word" || this.#isKeyword()) {
      throw this.#failure(`Expected a value${this.#found()}`, expected, { subject });
    }
    this.#place += 1;
    this.#valueStart = token.start;
    return token.text;
  }

  /** A value, or what else the subject is compared with. */
  #compared(op: Comparison | "contains", subject: string, expected: Expected = "value"): Wanted {
    const { type, text, isQuoted, start, end } = this.#next();
    const after = this.#tokens[this.#place + 1];
    const isOther =
      type === "word" &&
      (isQuoted ? after !== undefined && isRunOf(after, end) : isReference(text));
    if (!isOther) return { op, value: this.#value(subject, expected) };
    this.#valueStart = start;
    if (text.startsWith("@") && !isQuoted && splitRun(text) === undefined) {
      // `@1` alone is the same metric or field in that run.
      this.#place += 1;
      return { op, other: { name: subject, run: runIn(text.slice(1)) } };
    }
    return { op, other: this.#reference() };
  }

  /** The name of a metric or a field, with the run that follows it. */
  #reference(): Reference {
    const { text, isQuoted, end } = this.#next();
    this.#place += 1;
    if (!isQuoted) return splitRun(text) ?? { name: text };
    const after = this.#next();
    if (!isRunOf(after, end)) return { name: text };
    this.#place += 1;
    return { name: text, run: runIn(after.text.slice(1)) };
  }

  #list(subject: string): Wanted {
    if (this.#takeMark("[")) return this.#interval(subject);
    if (!this.#takeMark("(")) {
      const what = "values in parentheses, or an interval such as [0, 1)";
      throw this.#failure(`Expected ${what}${this.#found()}`, "other", { subject });
    }
    const values = [this.#value(subject, "element")];
    while (this.#takeMark(",")) values.push(this.#value(subject, "element"));
    if (!this.#takeMark(")")) {
      throw this.#failure(`Expected a comma or a closing parenthesis${this.#found()}`, "other");
    }
    return { op: "in", values };
  }

  #interval(subject: string): Wanted {
    const lower = this.#number(subject);
    if (!this.#takeMark(",")) throw this.#failure(`Expected a comma${this.#found()}`, "other");
    const upper = this.#number(subject);
    const isClosed = this.#takeMark("]");
    if (!isClosed && !this.#takeMark(")")) {
      throw this.#failure(`Expected ] or ) at the end of the interval${this.#found()}`, "other");
    }
    return { op: "within", lower, upper, isClosed };
  }

  #number(subject: string): number {
    const token = this.#next();
    const value = Number(token.text);
    if (token.type !== "word" || token.text.trim() === "" || !Number.isFinite(value)) {
      throw this.#failure(`Expected a number${this.#found()}`, "other", { subject });
    }
    this.#place += 1;
    return value;
  }

  /** The token before the next one. */
  #last(): Token {
    return this.#tokens[this.#place - 1] ?? this.#next();
  }

  #next(): Token {
    const token = this.#tokens[this.#place] ?? this.#tokens.at(-1);
    if (token === undefined) throw new RangeError("a text has at least one token, its end");
    return token;
  }

  #isKeyword(): boolean {
    const { type, isQuoted, text } = this.#next();
    return type === "word" && !isQuoted && keywords.has(text.toLowerCase());
  }

  #takeWord(word: string): boolean {
    const isNext = this.#isKeyword() && this.#next().text.toLowerCase() === word;
    if (isNext) this.#place += 1;
    return isNext;
  }

  #takeMark(mark: string): boolean {
    const isNext = this.#next().type === "mark" && this.#next().text === mark;
    if (isNext) this.#place += 1;
    return isNext;
  }

  #found(): string {
    const { type, text } = this.#next();
    return type === "end" || type === "unclosed" ? "" : `, found ${text}`;
  }

  #failure(
    message: string,
    expected: Expected,
    more: { readonly subject?: string; readonly suggestion?: string | undefined } = {},
    { type, start, end }: Token = this.#next(),
  ): Failure {
    const { suggestion, ...rest } = more;
    return new Failure({
      start,
      end,
      message: type === "unclosed" ? "This quotation mark is not closed" : message,
      expected,
      ...rest,
      ...(suggestion === undefined ? {} : { suggestion }),
    });
  }
}

/** Whether a token is the run of the name in quotes that ends at a place: `@1`. */
const isRunOf = ({ type, text, isQuoted, start }: Token, end: number): boolean =>
  type === "word" && !isQuoted && start === end && /^@([1-9]|baseline)$/i.test(text);

/** Makes the regular expression of `matches`: it matches anywhere, in any case. */
export const patternOf = (source: string): RegExp => new RegExp(source, "iu");

const problemOfPattern = (source: string): string | undefined => {
  try {
    patternOf(source);
    return undefined;
  } catch (error) {
    return `This is no regular expression: ${error instanceof Error ? error.message : String(error)}`;
  }
};
