/**
 * What records say of how an answer came about, apart from its scores: how long it took, what it cost, how many tokens
 * it took. The explorer shows these measures as metrics of their own. The rules:
 *
 * - Only finite numbers count, of members of `outputs`, or else of `inputs`, or of objects directly in them such as
 *   `usage`.
 * - The name says what a number is, in any spelling: `latencyMs`, `latency_ms`. Of each list below, the first name that
 *   occurs counts.
 * - Tokens are the total. Where none is given, those of the input and of the output are two measures.
 * - Lower is better. A measure is never invalid, and says nothing of whether a record fails.
 */
import type { JsonObject, RecordWithScores } from "@scorecard-effect/contract";
import type { Cell } from "./Cell.ts";
import type { SeriesFacts } from "./MetricKnowledge.ts";
import type { SeriesIndex, SeriesKey } from "./Series.ts";

/** The names of each measure, in lower case, without `_` and `-`. */
const names: ReadonlyArray<ReadonlyArray<string>> = [
  [
    "latency",
    "latencyms",
    "latencyseconds",
    "duration",
    "durationms",
    "durationseconds",
    "totaltime",
    "totaltimems",
    "responsetime",
    "responsetimems",
    "elapsed",
    "elapsedms",
    "elapsedseconds",
  ],
  ["cost", "costusd", "totalcost", "totalcostusd", "price"],
  ["totaltokens", "tokens", "tokencount"],
  ["inputtokens", "prompttokens"],
  ["outputtokens", "completiontokens"],
];
/** The places of the tokens among the names. */
const [totalTokens, inputTokens, outputTokens] = [2, 3, 4] as const;

/** Which measure a name means, and its place among the names of that measure. */
interface Meaning {
  readonly measure: number;
  readonly rank: number;
}

const meanings: ReadonlyMap<string, Meaning> = new Map(
  names.flatMap((own, measure) => own.map((name, rank) => [name, { measure, rank }] as const)),
);

/** Objects whose members count as those of the object that they are in. */
const containers: ReadonlySet<string> = new Set([
  "usage",
  "tokenusage",
  "metrics",
  "metadata",
  "stats",
  "timing",
  "performance",
]);

/** A number in a record. */
interface Measure {
  /** The object of the record that it is in. */
  readonly root: "outputs" | "inputs";
  /** Its place there, as a JSON Pointer without the first slash: `usage/total_tokens`. */
  readonly member: string;
  readonly value: number;
}

/** Whether a series is a measure: metrics have UUIDs. */
export const isMeasure = ({ metricId }: SeriesKey): boolean =>
  metricId === "outputs" || metricId === "inputs";

/** What people call measures, in the order of their names. */
const words = ["latency", "cost", "tokens", "input_tokens", "output_tokens"];

/** What people call a measure, however records name it: `latency` for `durationMs`. Undefined for other series. */
export const measureWord = (series: SeriesKey): string | undefined => {
  if (!isMeasure(series)) return undefined;
  const { meaning } = factsOfName(nameOf(series.member ?? ""));
  return meaning === undefined ? undefined : words[meaning.measure];
};

/** The measures of a record. */
export const measuresOf = ({ outputs, inputs }: RecordWithScores): ReadonlyArray<Measure> => {
  const ofOutputs = measuresIn("outputs", outputs);
  const ofInputs = measuresIn("inputs", inputs);
  if (ofOutputs === undefined && ofInputs === undefined) return [];
  const found: Array<Measure> = [];
  for (let measure = 0; measure < names.length; measure++) {
    const own = ofOutputs?.[measure] ?? ofInputs?.[measure];
    if (own === undefined) continue;
    const isPart = measure === inputTokens || measure === outputTokens;
    const hasTotal = (ofOutputs?.[totalTokens] ?? ofInputs?.[totalTokens]) !== undefined;
    if (!isPart || !hasTotal) found.push(own);
  }
  return found;
};

/** The cells of a record, with those of its measures. A measure that appears for the first time gets a series. */
export const withMeasures = (
  record: RecordWithScores,
  index: SeriesIndex,
  cells: ReadonlyArray<Cell>,
): ReadonlyArray<Cell> => {
  const measures = measuresOf(record);
  if (measures.length === 0) return cells;
  const all = [...cells];
  for (const { root, member, value } of measures) {
    const series = index.of(root, member, factsOf(member));
    while (all.length <= series.index) all.push(null);
    all[series.index] = value;
  }
  return all;
};

/** What is known of the measures so far, by their places: records have the same ones again and again. */
const knownFacts = new Map<string, SeriesFacts>();

const factsOf = (member: string): SeriesFacts => {
  let known = knownFacts.get(member);
  if (known === undefined) {
    known = { name: nameOf(member), isLowerBetter: true, ...unitOf(member) };
    if (knownFacts.size < maxKnownNames) knownFacts.set(member, known);
  }
  return known;
};

/** A measure, and the place of its name among those of the measure. */
interface RankedMeasure extends Measure {
  readonly rank: number;
}

/** The numbers that are measures, by the places of their names; undefined where there are none. */
const measuresIn = (
  root: Measure["root"],
  json: JsonObject,
): ReadonlyArray<Measure | undefined> | undefined => {
  let found: Array<RankedMeasure | undefined> | undefined;
  let objects: Array<string> | undefined;
  for (const key of Object.keys(json)) {
    const value = json[key];
    if (typeof value === "number") found = withMeasure(found, { root, prefix: "", key, value });
    else if (isObject(value) && factsOfName(key).isContainer) (objects ??= []).push(key);
  }
  // Of equal names, the nearest to the root counts.
  for (const name of objects ?? []) {
    const object = json[name];
    for (const [key, value] of isObject(object) ? Object.entries(object) : []) {
      if (typeof value !== "number") continue;
      found = withMeasure(found, { root, prefix: `${name}/`, key, value });
    }
  }
  return found;
};

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Adds a number if it is a measure, and no measure that was found has a name with the same meaning and precedence. */
const withMeasure = (
  found: Array<RankedMeasure | undefined> | undefined,
  own: { root: Measure["root"]; prefix: string; key: string; value: number },
): Array<RankedMeasure | undefined> | undefined => {
  const { root, prefix, key, value } = own;
  const { meaning } = factsOfName(key);
  if (meaning === undefined || !Number.isFinite(value)) return found;
  const { measure, rank } = meaning;
  const all = found ?? [];
  if (rank < (all[measure]?.rank ?? Number.POSITIVE_INFINITY)) {
    const member = `${prefix}${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    all[measure] = { root, member, value, rank };
  }
  return all;
};

/** What the name of a member says. */
interface NameFacts {
  readonly meaning: Meaning | undefined;
  readonly isContainer: boolean;
}

/** What is known of the names so far: records have the same ones again and again. */
const knownNames = new Map<string, NameFacts>();
const maxKnownNames = 10_000;

const factsOfName = (name: string): NameFacts => {
  let known = knownNames.get(name);
  if (known === undefined) {
    const own = plain(name);
    known = { meaning: meanings.get(own), isContainer: containers.has(own) };
    if (knownNames.size < maxKnownNames) knownNames.set(name, known);
  }
  return known;
};

/** A name without `_` and `-`, in lower case. */
const plain = (name: string): string => name.replaceAll(/[_-]/g, "").toLowerCase();

/** The last name in a place. */
const nameOf = (member: string): string =>
  (member.split("/").at(-1) ?? member).replaceAll("~1", "/").replaceAll("~0", "~");

/** The unit that a name ends with. Names such as `latency` do not say theirs. */
const unitOf = (member: string): { readonly unit?: string } => {
  const name = plain(member);
  return name.endsWith("ms")
    ? { unit: "ms" }
    : name.endsWith("seconds")
      ? { unit: "s" }
      : name.endsWith("usd")
        ? { unit: "USD" }
        : {};
};
