/** Compiles an expression to predicates over the values of items. */
import {
  type Catalogue,
  hasFixedValue,
  type KnownMetric,
  properties,
  propertiesOf,
  type Property,
  propertyValues,
  referenceKey,
  type Referent,
  resolve,
  resolveReference,
} from "./Catalogue.ts";
import {
  conjuncts,
  type Expression,
  hasOther,
  quoteValue,
  type Reference,
  referencesOf,
  type State,
  type Test,
  testsOf,
} from "./Expression.ts";
import { parse, patternOf, type TestSpan } from "./ExpressionParser.ts";
import { areEqual } from "../record/JsonDiff.ts";
import type { Span } from "./ExpressionTokens.ts";
import {
  compare,
  compareNumbers,
  type ComparedSide,
  compareTexts,
  comparisonOf,
  isMissing,
  numberIn,
  numberOf,
  structureOf,
  textOf,
} from "./ValueComparison.ts";
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

/** A value of a property; undefined where an item has none. */
type PropertyValue = string | number | ReadonlySet<string> | undefined;

/**
 * Where the values of items are. `run` is the index of the run that is asked about; undefined for the one that an item
 * is shown for.
 */
export interface Values {
  /** What a metric says of an item: valid until it is asked for the next item. */
  readonly metric: (index: number, run?: number) => (item: number) => MetricValue;
  /** Whether the value of a field meets a predicate. */
  readonly field: (
    pointer: string,
    isWanted: (value: FieldValue) => boolean,
    run?: number,
  ) => (item: number) => boolean;
  readonly fieldValue: (pointer: string, run?: number) => (item: number) => FieldValue;
  readonly property: (name: Property, run?: number) => (item: number) => PropertyValue;
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
      testsOf(part)
        .flatMap(referencesOf)
        .map((reference) => {
          const found = resolveReference(reference, catalogue);
          return found.type === "unknown" ? undefined : referenceKey(found);
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
  fieldValue: () => () => undefined,
  property: () => () => undefined,
};

const makeCompiler = (
  catalogue: Catalogue,
  values: Values,
  spans: ReadonlyMap<Test, TestSpan>,
  problems: Array<FilterProblem>,
): ((expression: Expression) => Predicate) => {
  const report = (
    test: Test,
    part: "subject" | "wanted" | "value",
    problem: Problem,
  ): Predicate => {
    const { op } = test.wanted;
    // In a list, any of the values can be the one.
    const isOfValue = part === "value" || (part === "wanted" && (op === "=" || op === "!="));
    const { message, suggestion } = problem;
    const { start, end } = spans.get(test)?.[isOfValue ? "value" : part] ?? { start: 0, end: 0 };
    problems.push({
      start,
      end,
      ...withSuggestion(message, op === "in" && part === "wanted" ? undefined : suggestion),
    });
    return never;
  };
  /** One side of a comparison of two metrics or fields, and its value of an item. */
  const sideOf = (
    name: string,
    meant: Referent,
  ): ComparedSide & { readonly valueOf: (item: number) => unknown } => {
    if (meant.type === "metric") {
      const { kind = "other", scale = 0 } = catalogue.metrics[meant.index] ?? {};
      const said = values.metric(meant.index, meant.run);
      return { name, kind, scale, valueOf: (item) => said(item).value };
    }
    const valueOf =
      meant.type === "field"
        ? values.fieldValue(meant.pointer, meant.run)
        : values.property(meant.name, meant.run);
    return { name, kind: "field", scale: 0, valueOf };
  };
  const ofOther = (
    test: Test,
    subject: Referent,
    { op, other }: Extract<Test["wanted"], { readonly other: Reference }>,
  ): Predicate => {
    const found = resolveReference(other, catalogue);
    if (found.type === "unknown") {
      const isOfRun = other.run !== undefined && resolve(other.name, catalogue).type !== "unknown";
      return report(
        test,
        "value",
        withSuggestion(
          isOfRun ? found.message : `${found.message}: a text with such a name is in quotes`,
          found.suggestion ?? (isOfRun ? undefined : quoteValue(textOfReference(other))),
        ),
      );
    }
    const [left, right] = [sideOf(test.subject, subject), sideOf(other.name, found)];
    for (const meant of [subject, found]) {
      if (meant.type === "property" && (hasFixedValue(meant.name) || isNoted(meant.name))) {
        return report(test, meant === subject ? "wanted" : "value", {
          message: `${meant.name} has no value to compare with`,
        });
      }
    }
    const isMet = comparisonOf(op, left, right);
    return typeof isMet === "string"
      ? report(test, "wanted", { message: isMet })
      : (item) => {
          const value = left.valueOf(item);
          return isMet(value, right.valueOf(item));
        };
  };
  const ofTest = (test: Test): Predicate => {
    const [reference = { name: "" }] = referencesOf(test);
    const subject = resolveReference(reference, catalogue);
    if (subject.type === "unknown") {
      const { message, suggestion } = subject;
      return report(test, "subject", withSuggestion(message, suggestion));
    }
    if (hasOther(test.wanted)) return ofOther(test, subject, test.wanted);
    const { run } = subject;
    if (subject.type === "field") {
      const isWanted = fieldTest(test.wanted);
      return typeof isWanted === "function"
        ? values.field(subject.pointer, isWanted, run)
        : report(test, "wanted", isWanted);
    }
    if (subject.type === "property") {
      if (run !== undefined && subject.name === "only") {
        return report(test, "subject", { message: "only is not about one run" });
      }
      if (run === 0 && subject.name === "changed") {
        return report(test, "subject", {
          message: "changed is about a later run: the first is what it is compared with",
        });
      }
      const isWanted = propertyTest(test.wanted, subject.name, catalogue);
      if (typeof isWanted !== "function") return report(test, "wanted", isWanted);
      const valueOf = values.property(subject.name, run);
      return (item) => isWanted(valueOf(item));
    }
    const metric = catalogue.metrics[subject.index];
    if (metric === undefined) return never;
    const isWanted = metricTest(test.wanted, metric, catalogue, run);
    if (typeof isWanted !== "function") return report(test, "wanted", isWanted);
    const valueOf = values.metric(subject.index, run);
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

const textOfReference = ({ name, run }: Reference): string =>
  run === undefined ? name : `${name}@${run}`;

/** What a test wants, where that is no other metric or field. */
type WantedValue = Exclude<Test["wanted"], { readonly other: Reference }>;

interface Problem {
  readonly message: string;
  readonly suggestion?: string;
}

const withSuggestion = (message: string, suggestion: string | undefined): Problem =>
  suggestion === undefined ? { message } : { message, suggestion };

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
  wanted: WantedValue,
  { kind, categories }: KnownMetric,
  { runs }: Catalogue,
  run: number | undefined,
): ((value: MetricValue) => boolean) | Problem => {
  const isState = (state: State): ((value: MetricValue) => boolean) | Problem => {
    if (state === "missing" || state === "invalid") return ({ flaw }) => flaw === state;
    if (runs < 2) return { message: `“${state}” needs a second run to compare with` };
    return run === 0
      ? { message: `“${state}” is about a later run: the first is what it is compared with` }
      : ({ direction }) =>
          direction === state ||
          (state === "changed" && (direction === "worse" || direction === "better"));
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
    if (number !== undefined) {
      return ({ value }) => typeof value === "number" && compareNumbers("=", value, number);
    }
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
        ? ({ value }) => typeof value === "number" && compareNumbers(op, value, bound)
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
const fieldTest = (wanted: WantedValue): ((value: FieldValue) => boolean) | Problem => {
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
  const structure = structureOf(text);
  return (value) => {
    if (typeof value === "number") return value === number;
    if (value === undefined) return false;
    if (textOf(value) === text) return true;
    return (
      structure !== undefined &&
      typeof value === "object" &&
      value !== null &&
      areEqual(value, structure)
    );
  };
};

/** Whether a property is that of notes, of which a testcase can have several. */
const isNoted = (name: Property): boolean => name === "note" || name === "thumb";

/** A test of several values: one of them meets it, or there is none and that meets it. */
const ofAny = (
  isWanted: ((value: FieldValue) => boolean) | Problem,
): ((value: PropertyValue) => boolean) | Problem =>
  typeof isWanted !== "function"
    ? isWanted
    : (values) => {
        if (typeof values !== "object" || values.size === 0) return isWanted(undefined);
        for (const value of values) if (isWanted(value)) return true;
        return false;
      };

const thumbTest = (wanted: WantedValue): ((value: PropertyValue) => boolean) | Problem => {
  const words = propertyValues.thumb ?? [];
  const values =
    wanted.op === "in"
      ? wanted.values
      : wanted.op === "=" || wanted.op === "!="
        ? [wanted.value]
        : wanted.op === "is" && wanted.state === "missing"
          ? []
          : undefined;
  const unknown = values?.find((value) => !words.includes(value));
  return values === undefined || unknown !== undefined
    ? withSuggestion(
        `${properties.thumb}: thumb = up, thumb = down or thumb is missing`,
        unknown === undefined ? undefined : nearestWord(unknown, words),
      )
    : ofAny(fieldTest(wanted));
};

/** What to look for in a property. */
const propertyTest = (
  wanted: WantedValue,
  name: Property,
  catalogue: Catalogue,
): ((value: PropertyValue) => boolean) | Problem => {
  if (name === "thumb") return thumbTest(wanted);
  if (name === "note") return ofAny(fieldTest(wanted));
  const words = propertyValues[name];
  if (words === undefined || !propertiesOf(catalogue).includes(name)) return fieldTest(wanted);
  const word = wanted.op === "is" ? wanted.state : wanted.op === "=" ? wanted.value : undefined;
  if (word === undefined || !words.includes(word)) {
    return withSuggestion(
      `${properties[name]}: ${name} = ${words.join(` or ${name} = `)}`,
      word === undefined ? undefined : nearestWord(word, words),
    );
  }
  return (value) => (typeof value === "object" ? value.has(word) : value === word);
};
