/** Compiles an expression to predicates over the values of items. */
import type { MetricKind } from "../../src/analysis/MetricKind.ts";
import {
  type Catalogue,
  properties,
  propertiesOf,
  type Property,
  propertyValues,
  resolve,
  subjectKey,
} from "./Catalogue.ts";
import { conjuncts, type Expression, type State, type Test, testsOf } from "./Expression.ts";
import { parse, patternOf, type TestSpan } from "./ExpressionParser.ts";
import type { Span } from "./ExpressionTokens.ts";
import { nearestWord } from "@scorecard-effect/contract/metrics/NearestWord";

/** A value of a field: JSON, undefined where a record does not have it. */
type FieldValue = unknown;

/** What a metric says of an item. */
export interface MetricValue {
  /** The share that passes or the number; the category; undefined where there is none. */
  readonly value: number | string | undefined;
  /** Why there is no value; in a comparison, why there is no pair of values. */
  readonly flaw: "missing" | "invalid" | undefined;
  /** In a comparison: what became of the pair. */
  readonly direction: "worse" | "better" | "same" | "changed" | undefined;
}

/** Where the values of items are. */
export interface Values {
  /** What a metric says of an item: valid until it is asked for the next item. */
  readonly metric: (index: number) => (item: number) => MetricValue;
  /** Whether the value of a field meets a predicate. */
  readonly field: (
    pointer: string,
    isWanted: (value: FieldValue) => boolean,
  ) => (item: number) => boolean;
  readonly property: (name: Property) => (item: number) => string | number | ReadonlySet<string>;
}

/** Why an expression, or a part of it, cannot be answered. */
export interface FilterProblem extends Span {
  readonly message: string;
  /** What the user may have meant, in the place of the problem. */
  readonly suggestion?: string;
}

/** One of the parts of an expression that must all hold. */
interface Part {
  readonly holds: (item: number) => boolean;
  /** The subject of the part, as `metric:3` or `field:/inputs/category`; undefined where it is about several. */
  readonly about: string | undefined;
}

/** A compiled expression. */
export interface Filter {
  readonly parts: ReadonlyArray<Part>;
  /** Where the expression does not make sense. Such a test holds for no item. */
  readonly problems: ReadonlyArray<FilterProblem>;
}

type Predicate = (item: number) => boolean;

const never: Predicate = () => false;

/** Compiles the text of an expression. One that cannot be read has a problem, and everything meets it. */
export const compile = (text: string, catalogue: Catalogue, values: Values): Filter => {
  const parsed = parse(text);
  if (!parsed.isValid) {
    const { start, end, message, suggestion } = parsed.error;
    const problem = { start, end, message, ...(suggestion === undefined ? {} : { suggestion }) };
    return { parts: [], problems: [problem] };
  }
  const problems: Array<FilterProblem> = [];
  const compiler = makeCompiler(catalogue, values, parsed.spans, problems);
  const parts = conjuncts(parsed.expression).map((part): Part => {
    const subjects = new Set(
      testsOf(part).map(({ subject }) => {
        const found = resolve(subject, catalogue);
        return found.type === "unknown" ? undefined : subjectKey(found);
      }),
    );
    const [about] = subjects;
    return { holds: compiler(part), about: subjects.size === 1 ? about : undefined };
  });
  return { parts, problems };
};

/** Where an expression does not make sense. */
export const problemsIn = (text: string, catalogue: Catalogue): ReadonlyArray<FilterProblem> =>
  compile(text, catalogue, noValues).problems;

const noValues: Values = {
  metric: () => () => ({ value: undefined, flaw: undefined, direction: undefined }),
  field: () => never,
  property: () => () => "",
};

const makeCompiler = (
  catalogue: Catalogue,
  values: Values,
  spans: ReadonlyMap<Test, TestSpan>,
  problems: Array<FilterProblem>,
): ((expression: Expression) => Predicate) => {
  const report = (test: Test, part: "subject" | "wanted", problem: Problem): Predicate => {
    const { op } = test.wanted;
    // In a list, any of the values can be the one.
    const isOfValue = part === "wanted" && (op === "=" || op === "!=");
    const { message, suggestion } = problem;
    const { start, end } = spans.get(test)?.[isOfValue ? "value" : part] ?? { start: 0, end: 0 };
    problems.push({
      start,
      end,
      ...withSuggestion(message, op === "in" && part === "wanted" ? undefined : suggestion),
    });
    return never;
  };
  const ofTest = (test: Test): Predicate => {
    const subject = resolve(test.subject, catalogue);
    if (subject.type === "unknown") {
      const { message, suggestion } = subject;
      return report(test, "subject", withSuggestion(message, suggestion));
    }
    if (subject.type === "field") {
      const isWanted = fieldTest(test);
      return typeof isWanted === "function"
        ? values.field(subject.pointer, isWanted)
        : report(test, "wanted", isWanted);
    }
    if (subject.type === "property") {
      const isWanted = propertyTest(test, subject.name, catalogue);
      if (typeof isWanted !== "function") return report(test, "wanted", isWanted);
      const valueOf = values.property(subject.name);
      return (item) => isWanted(valueOf(item));
    }
    const metric = catalogue.metrics[subject.index];
    if (metric === undefined) return never;
    const isWanted = metricTest(test, metric.kind, metric.categories, catalogue.isComparison);
    if (typeof isWanted !== "function") return report(test, "wanted", isWanted);
    const valueOf = values.metric(subject.index);
    return (item) => isWanted(valueOf(item));
  };
  const ofExpression = (expression: Expression): Predicate => {
    switch (expression.type) {
      case "test":
        return ofTest(expression);
      case "not": {
        const operand = ofExpression(expression.operand);
        return (item) => !operand(item);
      }
      case "and": {
        const operands = expression.operands.map(ofExpression);
        return (item) => operands.every((holds) => holds(item));
      }
      default: {
        const operands = expression.operands.map(ofExpression);
        return (item) => operands.some((holds) => holds(item));
      }
    }
  };
  return ofExpression;
};

interface Problem {
  readonly message: string;
  readonly suggestion?: string;
}

const withSuggestion = (message: string, suggestion: string | undefined): Problem =>
  suggestion === undefined ? { message } : { message, suggestion };

/** The number that a text says; undefined where it says none. */
const numberIn = (text: string): number | undefined => {
  const number = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
};

const compare = (op: "<" | "<=" | ">" | ">=", left: number, right: number): boolean =>
  op === "<"
    ? left < right
    : op === "<="
      ? left <= right
      : op === ">"
        ? left > right
        : left >= right;

const isWithin = (
  value: number,
  {
    lower,
    upper,
    isClosed,
  }: { readonly lower: number; readonly upper: number; readonly isClosed: boolean },
): boolean => value >= lower && (isClosed ? value <= upper : value < upper);

/** The values of a metric by words: of a boolean metric, which values pass. */
const booleanWords: ReadonlyMap<string, (share: number) => boolean> = new Map([
  ["pass", (share: number) => share === 1],
  ["true", (share: number) => share === 1],
  ["fail", (share: number) => share === 0],
  ["false", (share: number) => share === 0],
  ["mixed", (share: number) => share > 0 && share < 1],
]);

/** What to look for in a metric. */
const metricTest = (
  { wanted }: Test,
  kind: MetricKind,
  categories: ReadonlyArray<string>,
  isComparison: boolean,
): ((value: MetricValue) => boolean) | Problem => {
  const isState = (state: State): ((value: MetricValue) => boolean) | Problem => {
    if (state === "missing" || state === "invalid") return ({ flaw }) => flaw === state;
    return isComparison
      ? ({ direction }) =>
          direction === state ||
          (state === "changed" && (direction === "worse" || direction === "better"))
      : { message: `“${state}” needs a second run to compare with` };
  };
  const equals = (text: string): ((value: MetricValue) => boolean) | Problem => {
    const word = text.toLowerCase();
    if (kind === "category") {
      if (categories.includes(text)) return ({ value }) => value === text;
    } else if (kind === "boolean") {
      const isMet = booleanWords.get(word);
      if (isMet !== undefined) return ({ value }) => typeof value === "number" && isMet(value);
    }
    const number = kind === "category" ? undefined : numberIn(text);
    if (number !== undefined) return ({ value }) => value === number;
    const state = statesByWord.get(word);
    if (state !== undefined) return isState(state);
    if (kind === "other") return { message: "No score of this metric was recognised" };
    const known = kind === "category" ? categories : kind === "boolean" ? booleanNames : [];
    return withSuggestion(
      kind === "number"
        ? `The values of this metric are numbers, not “${text}”`
        : `The values of this metric are ${listed(known)}, not “${text}”`,
      nearestWord(text, known),
    );
  };
  switch (wanted.op) {
    case "=":
      return equals(wanted.value);
    case "!=": {
      const isEqual = equals(wanted.value);
      return typeof isEqual === "function"
        ? (value) => value.value !== undefined && !isEqual(value)
        : isEqual;
    }
    case "in": {
      const each = wanted.values.map(equals);
      const problem = each.find((own) => typeof own !== "function");
      const tests = each.filter((own) => typeof own === "function");
      return problem ?? ((value) => tests.some((isEqual) => isEqual(value)));
    }
    case "is":
      return isState(wanted.state);
    case "within":
      return kind === "number" || kind === "boolean"
        ? ({ value }) => typeof value === "number" && isWithin(value, wanted)
        : { message: "The values of this metric are no numbers" };
    case "contains": {
      const text = wanted.value.toLowerCase();
      return kind === "category"
        ? ({ value }) => typeof value === "string" && value.toLowerCase().includes(text)
        : { message: "Only categories and fields contain texts" };
    }
    case "matches": {
      const pattern = patternOf(wanted.value);
      return kind === "category"
        ? ({ value }) => typeof value === "string" && pattern.test(value)
        : { message: "Only categories and fields match regular expressions" };
    }
    default: {
      const bound = numberIn(wanted.value);
      if (bound === undefined) return { message: `“${wanted.value}” is no number to compare with` };
      const { op } = wanted;
      return kind === "number" || kind === "boolean"
        ? ({ value }) => typeof value === "number" && compare(op, value, bound)
        : { message: "The values of this metric are no numbers" };
    }
  }
};

const booleanNames = ["pass", "fail", "mixed"];

const statesByWord: ReadonlyMap<string, State> = new Map(
  (["missing", "invalid", "worse", "better", "same", "changed"] as const).map((state) => [
    state,
    state,
  ]),
);

const maxListed = 6;

const listed = (names: ReadonlyArray<string>): string =>
  names.length <= maxListed ? names.join(", ") : `${names.slice(0, maxListed).join(", ")}, …`;

/** What to look for in a field. A member that is `null` is missing. */
const fieldTest = ({ wanted }: Test): ((value: FieldValue) => boolean) | Problem => {
  switch (wanted.op) {
    case "=":
      return fieldEquals(wanted.value);
    case "!=": {
      const isEqual = fieldEquals(wanted.value);
      return (value) => !isMissing(value) && !isEqual(value);
    }
    case "in": {
      const each = wanted.values.map(fieldEquals);
      return (value) => each.some((isEqual) => isEqual(value));
    }
    case "is":
      return wanted.state === "missing"
        ? isMissing
        : { message: `A field can be missing, but not “${wanted.state}”` };
    case "within":
      return (value) => {
        const number = numberOf(value);
        return number !== undefined && isWithin(number, wanted);
      };
    case "contains": {
      const text = wanted.value.toLowerCase();
      return (value) => !isMissing(value) && textOf(value).toLowerCase().includes(text);
    }
    case "matches": {
      const pattern = patternOf(wanted.value);
      return (value) => !isMissing(value) && pattern.test(textOf(value));
    }
    default: {
      const { op, value: bound } = wanted;
      const boundNumber = numberIn(bound);
      // Texts such as dates have an order of their own.
      return (value) => {
        if (boundNumber === undefined) {
          return typeof value === "string" && compareTexts(op, value, bound);
        }
        const number = numberOf(value);
        return number !== undefined && compare(op, number, boundNumber);
      };
    }
  }
};

const fieldEquals = (text: string): ((value: FieldValue) => boolean) => {
  const number = numberIn(text);
  return (value) =>
    typeof value === "number" ? value === number : value !== undefined && textOf(value) === text;
};

const isMissing = (value: FieldValue): boolean => value === undefined || value === null;

const numberOf = (value: FieldValue): number | undefined =>
  typeof value === "number" ? value : typeof value === "string" ? numberIn(value) : undefined;

/** A value of a field as a text: as it is, or its JSON. */
export const textOf = (value: FieldValue): string =>
  typeof value === "string" ? value : JSON.stringify(value);

const compareTexts = (op: "<" | "<=" | ">" | ">=", left: string, right: string): boolean =>
  compare(op, left < right ? -1 : left > right ? 1 : 0, 0);

/** What to look for in a property. */
const propertyTest = (
  test: Test,
  name: Property,
  catalogue: Catalogue,
): ((value: string | number | ReadonlySet<string>) => boolean) | Problem => {
  const words = propertyValues[name];
  if (words === undefined || !propertiesOf(catalogue).includes(name)) {
    const isWanted = fieldTest(test);
    return typeof isWanted === "function" ? (value) => isWanted(value) : isWanted;
  }
  const { wanted } = test;
  const word = wanted.op === "is" ? wanted.state : wanted.op === "=" ? wanted.value : undefined;
  if (word === undefined || !words.includes(word)) {
    return withSuggestion(
      `${properties[name]}: ${name} = ${words.join(` or ${name} = `)}`,
      word === undefined ? undefined : nearestWord(word, words),
    );
  }
  return (value) => (typeof value === "object" ? value.has(word) : value === word);
};
