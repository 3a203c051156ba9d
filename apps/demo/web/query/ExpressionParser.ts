/** Reads the text of an expression. */
import {
  comparisons,
  type Expression,
  join,
  keywords,
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
  /** The value of a test. */
  | "value"
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
    this.#place += 1;
    const start = this.#next();
    const isNegated = this.#takeWord("not");
    const wanted = this.#wanted(subject.text, isNegated);
    const made = test(subject.text, wanted.wanted);
    const last = this.#tokens[this.#place - 1] ?? start;
    this.spans.set(made, {
      subject: { start: subject.start, end: subject.end },
      wanted: { start: start.start, end: last.end },
      value: { start: last.start, end: last.end },
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
      return { wanted: { op, value: this.#value(subject) }, isNegated: false };
    }
    for (const word of ["contains", "matches"] as const) {
      if (!this.#takeWord(word)) continue;
      const at = this.#next();
      const value = this.#value(subject);
      const problem = word === "matches" ? problemOfPattern(value) : undefined;
      if (problem !== undefined) throw this.#failure(problem, "other", { subject }, at);
      return { wanted: { op: word, value }, isNegated: false };
    }
    if (this.#takeWord("in")) return { wanted: this.#list(subject), isNegated: false };
    if (!isNegated && this.#takeWord("is")) {
      const isNot = this.#takeWord("not");
      const state = this.#state();
      if (state !== undefined) return { wanted: { op: "is", state }, isNegated: isNot };
      const value = this.#value(subject, "state");
      return { wanted: { op: isNot ? "!=" : "=", value }, isNegated: false };
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

  #value(subject: string, expected: Expected = "value"): string {
    const token = this.#next();
    if (token.type !== "word" || this.#isKeyword()) {
      throw this.#failure(`Expected a value${this.#found()}`, expected, { subject });
    }
    this.#place += 1;
    return token.text;
  }

  #list(subject: string): Wanted {
    if (this.#takeMark("[")) return this.#interval(subject);
    if (!this.#takeMark("(")) {
      const what = "values in parentheses, or an interval such as [0, 1)";
      throw this.#failure(`Expected ${what}${this.#found()}`, "other", { subject });
    }
    const values = [this.#value(subject)];
    while (this.#takeMark(",")) values.push(this.#value(subject));
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
