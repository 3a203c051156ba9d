/** What a user who types an expression may want to type next. */
import {
  type Catalogue,
  hasFixedValue,
  isFieldName,
  properties,
  propertiesOf,
  propertyValues,
  resolve,
  type Subject,
  writtenField,
  writtenName,
} from "./Catalogue.ts";
import { printReference, quote, quoteValue } from "./Expression.ts";
import { type Expected, parse } from "./ExpressionParser.ts";
import { tokensOf } from "./ExpressionTokens.ts";

export interface Completion {
  /** What is inserted. */
  readonly text: string;
  /** What it is, in a few words. */
  readonly detail: string;
}

/** Completions for a part of a text: from `from` (included) to `to` (excluded). */
export interface Completions {
  readonly from: number;
  readonly to: number;
  readonly options: ReadonlyArray<Completion>;
}

/** A value of a field, and how many records have it. */
export interface CountedValue {
  readonly text: string;
  readonly count: number;
}

/** The most options that are offered. */
const maxOptions = 50;

/** The completions at a place in a text. */
export const completionsAt = (
  text: string,
  cursor: number,
  catalogue: Catalogue,
  valuesOf: (pointer: string) => ReadonlyArray<CountedValue>,
): Completions => {
  const token = tokensOf(text).find(
    ({ type, start, end }) => start < cursor && cursor <= end && !["mark", "end"].includes(type),
  );
  const from = token?.start ?? cursor;
  const to = token?.end ?? cursor;
  const before = text.slice(0, from);
  const parsed = parse(before);
  const { expected, subject } = parsed.isValid
    ? {
        expected: parsed.expression === null ? ("subject" as const) : ("connective" as const),
        subject: undefined,
      }
    : parsed.error.start >= before.trimEnd().length
      ? parsed.error
      : { expected: "other" as const, subject: undefined };
  const typed = text.slice(from, cursor).replace(/^["']/, "").toLowerCase();
  const all = [
    ...optionsFor(expected, subject, catalogue, valuesOf),
    ...(typed.includes("@") && ["subject", "value"].includes(expected)
      ? namesWithRuns(catalogue)
      : []),
  ];
  const starting = all.filter((own) => nameIn(own).startsWith(typed));
  const containing = all.filter(
    (own) => !nameIn(own).startsWith(typed) && nameIn(own).includes(typed),
  );
  const options = new Map([...starting, ...containing].map((own) => [own.text, own]));
  return { from, to, options: [...options.values()].slice(0, maxOptions) };
};

/** Puts an option into a text. Returns the new text, and where the cursor is. */
export const accept = (
  text: string,
  { from, to }: Completions,
  { text: option }: Completion,
): { readonly text: string; readonly cursor: number } => {
  const after = text.slice(to).trimStart();
  const inserted = `${text.slice(0, from)}${option}${option === "(" ? "" : " "}`;
  return { text: inserted + after, cursor: inserted.length };
};

const nameIn = ({ text }: Completion): string => text.replace(/^"/, "").toLowerCase();

const optionsFor = (
  expected: Expected,
  name: string | undefined,
  catalogue: Catalogue,
  valuesOf: (pointer: string) => ReadonlyArray<CountedValue>,
): ReadonlyArray<Completion> => {
  const found = name === undefined ? undefined : resolve(name, catalogue);
  const subject = found?.type === "unknown" ? undefined : found;
  switch (expected) {
    case "subject":
      return [
        ...catalogue.metrics.map(({ kind }, index) => ({
          text: quote(writtenName(catalogue, index)),
          detail: kindNames[kind],
        })),
        ...catalogue.fields.map((pointer) => ({
          text: quote(writtenField(pointer)),
          detail: "field",
        })),
        ...propertiesOf(catalogue).map((own) => ({ text: own, detail: properties[own] })),
        { text: "not", detail: "the opposite of what follows" },
      ];
    case "operator":
      return operatorsFor(subject, catalogue);
    case "value":
      return [...valuesFor(subject, catalogue, valuesOf), ...othersFor(subject, catalogue)];
    case "element":
      return valuesFor(subject, catalogue, valuesOf);
    case "state":
      return statesFor(subject, catalogue);
    case "connective":
      return [
        { text: "and", detail: "both hold" },
        { text: "or", detail: "one of them holds" },
      ];
    default:
      return [];
  }
};

/** Every metric and field, in each of the runs. */
const namesWithRuns = (catalogue: Catalogue): ReadonlyArray<Completion> =>
  Array.from({ length: catalogue.runs }, (_, index) => index + 1).flatMap((run) =>
    [
      ...catalogue.metrics.map((_, index) => writtenName(catalogue, index)),
      ...catalogue.fields.map(writtenField),
    ].map((name) => ({ text: printReference({ name, run }), detail: inRun(run) })),
  );

const inRun = (run: number): string => (run === 1 ? "in the first run" : `in run ${run}`);

/** The other fields, those first that are called the same in another part of the record. */
const otherFields = (pointer: string, { fields }: Catalogue): ReadonlyArray<Completion> => {
  const others = fields
    .filter((own) => own !== pointer)
    .filter((own) => isFieldName(writtenField(own)));
  const isNamesake = (own: string): boolean => lastNameOf(own) === lastNameOf(pointer);
  return [...others.filter(isNamesake), ...others.filter((own) => !isNamesake(own))]
    .map(writtenField)
    .filter((name) => quote(name) === name)
    .map((text) => ({ text, detail: "field" }));
};

const lastNameOf = (pointer: string): string => pointer.slice(pointer.lastIndexOf("/"));

const kindNames = {
  boolean: "passes or fails",
  number: "number",
  category: "category",
  other: "not recognised",
} as const;

const equality = [
  { text: "=", detail: "is" },
  { text: "!=", detail: "has another value" },
  { text: "in (", detail: "is one of" },
];
const order = [
  { text: ">", detail: "is above" },
  { text: ">=", detail: "is at least" },
  { text: "<", detail: "is below" },
  { text: "<=", detail: "is at most" },
];
const texts = [
  { text: "contains", detail: "contains a text, in any case" },
  { text: "matches", detail: "matches a regular expression" },
];
const stateOperator = { text: "is", detail: "is missing, …" };

const operatorsFor = (
  subject: Subject | undefined,
  catalogue: Catalogue,
): ReadonlyArray<Completion> => {
  if (subject?.type === "property") {
    if (hasFixedValue(subject.name)) return equality.slice(0, 1);
    if (subject.name === "thumb") return [...equality.slice(0, 2), stateOperator];
  }
  if (subject?.type !== "metric") return [...equality, ...texts, ...order, stateOperator];
  switch (catalogue.metrics[subject.index]?.kind) {
    case "number":
      return [...order, ...equality, stateOperator];
    case "category":
      return [...equality, ...texts, stateOperator];
    case "boolean":
      return [...equality.slice(0, 2), stateOperator];
    default:
      return [stateOperator];
  }
};

const valuesFor = (
  subject: Subject | undefined,
  catalogue: Catalogue,
  valuesOf: (pointer: string) => ReadonlyArray<CountedValue>,
): ReadonlyArray<Completion> => {
  if (subject?.type === "field") {
    return valuesOf(subject.pointer).map(({ text, count }) => ({
      text: quoteValue(text),
      detail: count.toLocaleString("en-US"),
    }));
  }
  if (subject?.type === "property") {
    return (propertyValues[subject.name] ?? []).map((text) => ({ text, detail: "" }));
  }
  const metric = subject === undefined ? undefined : catalogue.metrics[subject.index];
  if (metric?.kind === "boolean") {
    return [
      { text: "pass", detail: "" },
      { text: "fail", detail: "" },
      { text: "mixed", detail: "some trials or scores pass, others fail" },
    ];
  }
  return (metric?.categories ?? []).map((text) => ({ text: quoteValue(text), detail: "" }));
};

/** What else a subject can be compared with: the same metric in the first run, and other fields. */
const othersFor = (
  subject: Subject | undefined,
  catalogue: Catalogue,
): ReadonlyArray<Completion> => {
  if (subject?.type === "field") return otherFields(subject.pointer, catalogue);
  if (subject?.type !== "metric" || catalogue.runs < 2) return [];
  if (catalogue.metrics[subject.index]?.kind === "other") return [];
  const name = writtenName(catalogue, subject.index);
  return [{ text: printReference({ name, run: 1 }), detail: inRun(1) }];
};

const statesFor = (
  subject: Subject | undefined,
  { runs }: Catalogue,
): ReadonlyArray<Completion> => [
  { text: "missing", detail: "there is none" },
  ...(subject?.type === "metric"
    ? [
        { text: "invalid", detail: "marked as invalid, or not recognised" },
        ...(runs > 1
          ? [
              { text: "worse", detail: "worse than in the baseline" },
              { text: "better", detail: "better than in the baseline" },
              { text: "same", detail: "as in the baseline" },
              { text: "changed", detail: "not as in the baseline" },
            ]
          : []),
      ]
    : []),
  { text: "not", detail: "the opposite of what follows" },
];
