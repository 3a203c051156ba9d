/** What expressions can be about: the metrics and fields that occur, and which of them a name means. */
import { measureWord } from "../../src/analysis/Measures.ts";
import type { MetricKind } from "../../src/analysis/MetricKind.ts";
import type { Reference } from "./Expression.ts";
import { nearestWord } from "@scorecard-effect/contract/metrics/NearestWord";

/** A metric that occurs, or one member of its scores. */
export interface KnownMetric {
  /** What it is called on the page: `Correctness`, `6f1a5c0e passed`. */
  readonly label: string;
  /** The metric's id in lower case, and the member: `6f1a5c0e-…` and `passed`. */
  readonly metricId: string;
  readonly member: string | null;
  readonly kind: MetricKind;
  /** For categories: their names. */
  readonly categories: ReadonlyArray<string>;
  /** The size of its largest number, against which changes are held. Default 0. */
  readonly scale?: number;
}

export interface Catalogue {
  readonly metrics: ReadonlyArray<KnownMetric>;
  /** Fields as JSON Pointers: `/inputs/category`. */
  readonly fields: ReadonlyArray<string>;
  /** How many runs the page shows: in a comparison, the first is the baseline. */
  readonly runs: number;
  /** Whether records can have notes. Default no. */
  readonly hasNotes?: boolean;
}

/** What a name means. */
export type Subject =
  /** The place of a metric in the catalogue. */
  | { readonly type: "metric"; readonly index: number }
  | { readonly type: "field"; readonly pointer: string }
  | { readonly type: "property"; readonly name: Property };

/** What is known of every item besides its metrics and fields. */
export const properties = {
  id: "The record's id",
  testcase: "The testcase's id",
  trials: "How many records share the testcase",
  flaky:
    "Whether the trials of the testcase disagree in a score that passes or fails, or in a category",
  changed: "Whether any metric got worse or better",
  only: "Which run has the testcase alone",
  note: "The text of the note on the record",
  thumb: "The thumb on the record",
} as const;
export type Property = keyof typeof properties;

/** The values of the properties that have few. */
export const propertyValues: Readonly<Partial<Record<Property, ReadonlyArray<string>>>> = {
  flaky: ["yes", "no"],
  changed: ["worse", "better"],
  only: ["baseline", "candidate"],
  thumb: ["up", "down"],
};

/** The properties that have one value of a few, always. */
export const hasFixedValue = (name: Property): boolean =>
  name === "flaky" || name === "changed" || name === "only";

/** The properties that need notes: those of testcases are the notes on any of its records. */
const ofNotes: ReadonlySet<string> = new Set(["note", "thumb"]);

/** The properties that need a baseline. */
const ofComparisons: ReadonlySet<string> = new Set(["changed", "only"]);

export const propertiesOf = ({ runs, hasNotes = false }: Catalogue): ReadonlyArray<Property> =>
  (["id", "testcase", "trials", "flaky", "changed", "only", "note", "thumb"] as const).filter(
    (name) => (runs > 1 || !ofComparisons.has(name)) && (hasNotes || !ofNotes.has(name)),
  );

/** A subject as a text: equal subjects have the same text. */
const subjectKey = (subject: Subject): string =>
  subject.type === "metric"
    ? `metric:${subject.index}`
    : subject.type === "field"
      ? `field:${subject.pointer}`
      : `property:${subject.name}`;

/** Why a name means nothing. */
export interface UnknownName {
  readonly type: "unknown";
  readonly message: string;
  readonly suggestion?: string;
}

/** The objects of a record that hold its fields. */
const roots = ["inputs", "expected", "outputs"];

/**
 * What a name means: a metric by its name, its id or the start of it, with the member where it has several; a property;
 * or a field, by dots or as a JSON Pointer.
 */
export const resolve = (name: string, catalogue: Catalogue): Subject | UnknownName => {
  const found = metricsNamed(name, catalogue);
  const [index] = found;
  if (index !== undefined && found.length === 1) return { type: "metric", index };
  if (index !== undefined) {
    const names = found.map((own) => writtenName(catalogue, own));
    return {
      type: "unknown",
      message: `${name} can mean ${names.slice(0, 4).join(", ")}${names.length > 4 ? ", …" : ""}`,
      ...(names[0] === undefined ? {} : { suggestion: names[0] }),
    };
  }
  const property = propertiesOf(catalogue).find((own) => own === name.toLowerCase());
  if (property !== undefined) return { type: "property", name: property };
  const pointer = pointerOf(name);
  if (pointer !== undefined && catalogue.fields.includes(pointer)) {
    return { type: "field", pointer };
  }
  const suggestion = suggestionFor(name, catalogue);
  return {
    type: "unknown",
    message: ofComparisons.has(name.toLowerCase())
      ? `${name} needs a second run to compare with`
      : ofNotes.has(name.toLowerCase())
        ? `${name} needs a file for notes: start explore with --notes FILE`
        : `No metric or field is called ${name}`,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
};

/** What a reference means, and the index of the run that it names. */
export type Referent = Subject & { readonly run?: number };

/** A referent as a text: equal referents have the same text. */
export const referenceKey = (referent: Referent): string =>
  referent.run === undefined ? subjectKey(referent) : `${subjectKey(referent)}@${referent.run}`;

/** What a reference means. A metric can be called `Recall@5`: such a name comes before a run. */
export const resolveReference = (
  { name, run }: Reference,
  catalogue: Catalogue,
): Referent | UnknownName => {
  if (run === undefined) return resolve(name, catalogue);
  const whole = resolve(`${name}@${run}`, catalogue);
  if (whole.type === "metric") return whole;
  const found = resolve(name, catalogue);
  if (found.type === "unknown") return found;
  if (run <= catalogue.runs) return { ...found, run: run - 1 };
  const shown = catalogue.runs === 1 ? "one run" : `${catalogue.runs} runs`;
  return { type: "unknown", message: `There is no run ${run}: the page shows ${shown}` };
};

/** The fewest characters of the start of an id. */
const minIdStart = 4;

/** The places of the metrics that a name can mean. */
const metricsNamed = (name: string, { metrics }: Catalogue): ReadonlyArray<number> => {
  const lower = name.toLowerCase();
  const all = Array.from(metrics.entries());
  const where = (isMeant: (metric: KnownMetric) => boolean): ReadonlyArray<number> =>
    all.flatMap(([index, metric]) => (isMeant(metric) ? [index] : []));
  const exact = where(({ label }) => label === name);
  if (exact.length > 0) return exact;
  const called = where((metric) => namesOf(metric).some((own) => own.toLowerCase() === lower));
  if (called.length > 0) return called;
  const measured = where((metric) => measureWord(metric) === lower);
  if (measured.length > 0) return measured;
  const slash = lower.indexOf("/");
  const start = slash < 0 ? lower : lower.slice(0, slash);
  if (start.length < minIdStart) return [];
  return where(
    ({ metricId, member }) =>
      metricId.startsWith(start) && (slash < 0 || member?.toLowerCase() === lower.slice(slash + 1)),
  );
};

const namesOf = ({ label, metricId, member }: KnownMetric): ReadonlyArray<string> => [
  label,
  label.replace(/ (?=\S+$)/, "/"),
  metricId,
  ...(member === null ? [] : [`${metricId}/${member}`]),
];

/** How an expression writes a metric: as short as it is clear. */
export const writtenName = (catalogue: Catalogue, index: number): string => {
  const metric = catalogue.metrics[index];
  if (metric === undefined) return "";
  const { label, metricId, member } = metric;
  const candidates = [label.replace(/ (?=\S+$)/, "/"), label, `${metricId}/${member ?? ""}`];
  return (
    candidates.find((name) => {
      const found = metricsNamed(name, catalogue);
      return found.length === 1 && found[0] === index;
    }) ?? metricId
  );
};

const suggestionFor = (name: string, catalogue: Catalogue): string | undefined => {
  const metrics = catalogue.metrics.map((_, index) => writtenName(catalogue, index));
  const fields = catalogue.fields.map(writtenField);
  // The last name of a field is how people speak of it.
  const ending = fields.find((field) => field.toLowerCase().endsWith(`.${name.toLowerCase()}`));
  return ending ?? nearestWord(name, [...metrics, ...propertiesOf(catalogue), ...fields]);
};

/** The JSON Pointer of a field that is written with dots or as a pointer; undefined where it is neither. */
export const pointerOf = (name: string): string | undefined => {
  if (name.startsWith("/")) return name;
  const parts = name.split(".");
  return parts.length > 1 && !parts.includes("") && roots.includes(parts[0] ?? "")
    ? parts.map((part) => `/${part.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("")
    : undefined;
};

/** Whether a name is that of a field of a record, in any run. */
export const isFieldName = (name: string): boolean => {
  const [, root = "", ...path] = (pointerOf(name) ?? "").split("/");
  return roots.includes(root) && path.length > 0;
};

/** How an expression writes a field: with dots where they are clear. */
export const writtenField = (pointer: string): string => {
  const name = pointer.slice(1).replaceAll("/", ".");
  return pointerOf(name) === pointer ? name : pointer;
};
