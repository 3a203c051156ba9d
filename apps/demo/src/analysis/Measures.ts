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
import type { RecordWithScores } from "@scorecard-effect/contract";
import type { Cell } from "./Cell.ts";
import type { SeriesFacts } from "./MetricKnowledge.ts";
import type { SeriesIndex, SeriesKey } from "./Series.ts";

/** Names in lower case, without `_` and `-`. */
const kinds: ReadonlyArray<ReadonlyArray<string>> = [
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
];
const totalTokens = ["totaltokens", "tokens", "tokencount"];
const inputTokens = ["inputtokens", "prompttokens"];
const outputTokens = ["outputtokens", "completiontokens"];

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

/** The measures of a record. */
export const measuresOf = ({ outputs, inputs }: RecordWithScores): ReadonlyArray<Measure> => {
  const places = [placesIn("outputs", outputs), placesIn("inputs", inputs)];
  const first = (names: ReadonlyArray<string>): Measure | undefined => {
    for (const known of places) {
      for (const name of names) {
        const found = known.get(name);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  };
  const total = first(totalTokens);
  const tokens = total === undefined ? [first(inputTokens), first(outputTokens)] : [total];
  return [...kinds.map(first), ...tokens].filter((measure) => measure !== undefined);
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
    if (knownFacts.size < maxPlainNames) knownFacts.set(member, known);
  }
  return known;
};

/** The numbers with names, the nearest to the root first. */
const placesIn = (root: Measure["root"], json: object): ReadonlyMap<string, Measure> => {
  const found = new Map<string, Measure>();
  const visit = (object: object, prefix: string): void => {
    for (const [key, value] of Object.entries(object)) {
      if (typeof value !== "number" || !Number.isFinite(value)) continue;
      const name = plain(key);
      const member = `${prefix}${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      if (!found.has(name)) found.set(name, { root, member, value });
    }
  };
  visit(json, "");
  for (const [key, value] of Object.entries(json)) {
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    if (isObject && containers.has(plain(key))) visit(value, `${key}/`);
  }
  return found;
};

/** Names of members without `_` and `-`, in lower case: records have the same ones again and again. */
const plainNames = new Map<string, string>();
const maxPlainNames = 10_000;

const plain = (name: string): string => {
  let known = plainNames.get(name);
  if (known === undefined) {
    known = name.replaceAll(/[_-]/g, "").toLowerCase();
    if (plainNames.size < maxPlainNames) plainNames.set(name, known);
  }
  return known;
};

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
