/** Reads a metrics file, and says what is wrong with it: each mistake in one line, with its place. */
import * as Data from "effect/Data";
import * as Result from "effect/Result";
import type { Issue } from "../Issue.ts";
import { formatIssue } from "../IssueFormat.ts";
import * as Json from "../protocol/Json.ts";
import * as TerminalText from "../protocol/TerminalText.ts";
import { metricConfigIdPattern } from "../Uuid.ts";
import { duplicateKeys } from "./DuplicateKeys.ts";
import { type MetricPath, pathOf, pointerOf, pointerPattern } from "./MetricPath.ts";
import type { MetricReading } from "./MetricReading.ts";
import {
  BetterDirection,
  maxEntriesPerMetric,
  maxNameLength,
  maxPassValues,
  maxUnitLength,
  MetricEntry,
  MetricsFile,
  MetricValueKind,
  oneLinePattern,
} from "./MetricsFile.ts";
import { nearestWord } from "./NearestWord.ts";
import { isOrderRule, type MetricValue, type PassRule, passRule, passText } from "./PassRule.ts";

/** The largest metrics file, in characters. */
export const maxMetricsFileLength = 1_000_000;

/** The most mistakes that are reported. */
const maxIssues = 20;

/** A text is not a metrics file. */
export class MetricsFileError extends Data.TaggedError("MetricsFileError")<{
  /** The mistakes, at most 20, in the order of the file: each with its place as a JSON Pointer. */
  readonly issues: ReadonlyArray<Issue>;
}> {
  /** All mistakes in one line. {@link formatIssue} writes one of them. */
  override get message(): string {
    return `Not a metrics file: ${this.issues.map(formatIssue).join("; ")}`;
  }
}

/** What a metrics file says. */
export interface KnownMetrics {
  /**
   * How to read the scores of each metric in the file, by its id in lower case. A metric has several readings where the
   * file lists several entries; a reading without a path leaves it to the reader to look for values.
   */
  readonly metrics: ReadonlyMap<string, ReadonlyArray<MetricReading>>;
  /** How to read the scores of all other metrics: the entry `*`. Undefined where the file has none. */
  readonly others: ReadonlyArray<MetricReading> | undefined;
}

/**
 * Reads the text of a metrics file. It reports an unknown key, a name that two entries share, a path that is not a JSON
 * Pointer, and an invalid comparison as mistakes.
 *
 * An entry without `path`, `kind` and `pass` is read as `*` says, with the name, the direction and the unit of its own.
 *
 * @example
 * ```ts
 * import { formatIssue } from "@scorecard-effect/contract";
 * import { parseMetricsFile } from "@scorecard-effect/contract/metrics";
 * import { Result } from "effect";
 *
 * Result.match(parseMetricsFile('{ "metrics": {}, "metric": {} }'), {
 *   onFailure: ({ issues }) => console.log(issues.map(formatIssue)), // [ '/metric: Unknown key "metric", …' ]
 *   onSuccess: ({ metrics }) => console.log(metrics.size),
 * });
 * ```
 */
export const parseMetricsFile = (text: string): Result.Result<KnownMetrics, MetricsFileError> => {
  const failed = (issues: ReadonlyArray<Issue>) =>
    Result.fail(new MetricsFileError({ issues: issues.slice(0, maxIssues) }));
  if (text.length > maxMetricsFileLength) {
    const message = `Expected at most ${maxMetricsFileLength} characters, found ${text.length}`;
    return failed([{ path: "", message }]);
  }
  const json = Json.parseFinite(text.replace(/^\uFEFF/, ""));
  if (Result.isFailure(json))
    return failed([{ path: "", message: `Expected JSON: ${json.failure}` }]);
  const issues: Array<Issue> = [];
  const known = readFile(json.success, (path, message) =>
    issues.push({ path: pointerOf(path), message }),
  );
  for (const path of duplicateKeys(text)) {
    const message = "The key occurs twice in its object: JSON would drop the first";
    issues.push({ path: pointerOf(path), message });
  }
  return issues.length > 0 ? failed(issues) : Result.succeed(known);
};

type Path = ReadonlyArray<string>;
type OnIssue = (path: Path, message: string) => void;

const fileKeys = Object.keys(MetricsFile.fields);
const entryKeys = Object.keys(MetricEntry.fields);

/** A reading, and where the file has it. */
interface Entry {
  readonly at: Path;
  readonly reading: MetricReading;
  /** Whether nothing is wrong with it: one mistake is reported once. */
  readonly isSound: boolean;
}

const readFile = (json: unknown, onIssue: OnIssue): KnownMetrics => {
  const nothing: KnownMetrics = { metrics: new Map(), others: undefined };
  if (!isJsonObject(json)) {
    onIssue([], `Expected an object such as { "metrics": { … } }, found ${shown(json)}`);
    return nothing;
  }
  for (const key of Object.keys(json).filter((own) => !fileKeys.includes(own))) {
    const isMetric = metricConfigIdPattern.test(key) || key === "*";
    onIssue([key], isMetric ? 'Expected in "metrics", found beside it' : unknownKey(key, fileKeys));
  }
  const { $schema, metrics } = json;
  if ($schema !== undefined && typeof $schema !== "string") {
    onIssue(["$schema"], `Expected a text, found ${shown($schema)}`);
  }
  if (!isJsonObject(metrics)) {
    onIssue(
      ["metrics"],
      `Expected an object with an entry for each metric, found ${shown(metrics)}`,
    );
    return nothing;
  }
  const entries = new Map<string, ReadonlyArray<Entry>>();
  const spellings = new Map<string, string>();
  for (const [key, value] of Object.entries(metrics)) {
    const at = ["metrics", key];
    const id = key.toLowerCase();
    const other = spellings.get(id);
    if (key !== "*" && !metricConfigIdPattern.test(key)) {
      onIssue(at, `Expected a metric's id (a UUID) or *, found ${shown(key)}`);
    } else if (other === undefined) {
      spellings.set(id, key);
      entries.set(id, readEntries(value, at, onIssue));
    } else
      onIssue(at, `Expected one key for each metric, found the id of ${other} in another case`);
  }
  const others = entries.get("*");
  for (const { at, reading } of others ?? []) {
    if (reading.name !== undefined) {
      onIssue([...at, "name"], "Expected no name: * stands for many metrics");
    }
  }
  entries.delete("*");
  const known = Array.from(entries, ([id, own]) => {
    return [id, own.flatMap((entry) => withDefaults(entry, others))] as const;
  });
  refuseSharedNames(
    known.flatMap(([, own]) => own),
    onIssue,
  );
  return {
    metrics: new Map(known.map(([id, own]) => [id, own.map(({ reading }) => reading)])),
    others: others?.map(({ reading }) => reading),
  };
};

/** The readings of an entry: those of `*` where it does not say how to read. */
const withDefaults = (
  entry: Entry,
  others: ReadonlyArray<Entry> | undefined,
): ReadonlyArray<Entry> => {
  const { name, path, kind, pass, better, unit } = entry.reading;
  if (others === undefined || path !== undefined || kind !== undefined || pass !== undefined) {
    return [entry];
  }
  return others.map(({ reading: other }) => ({
    ...entry,
    reading: {
      ...other,
      name: name === undefined || others.length === 1 ? name : `${name} ${other.member}`,
      better: better ?? other.better,
      unit: unit ?? other.unit,
    },
  }));
};

const refuseSharedNames = (entries: ReadonlyArray<Entry>, onIssue: OnIssue): void => {
  const places = new Map<string, Path>();
  for (const { at, reading } of entries) {
    const key = reading.name?.toLowerCase();
    if (key === undefined) continue;
    const other = places.get(key);
    places.set(key, other ?? at);
    if (other === undefined) continue;
    const message = `Expected a name of its own, found that of ${pointerOf(other)}: ${shown(reading.name)}`;
    onIssue([...at, "name"], message);
  }
};

const readEntries = (json: unknown, at: Path, onIssue: OnIssue): ReadonlyArray<Entry> => {
  if (!Array.isArray(json)) return readEntry(json, at, onIssue);
  if (json.length === 0 || json.length > maxEntriesPerMetric) {
    onIssue(at, `Expected 1 to ${maxEntriesPerMetric} entries, found ${json.length}`);
    return [];
  }
  const entries = json.flatMap((own: unknown, index) =>
    readEntry(own, [...at, String(index)], onIssue),
  );
  if (json.length === 1) return entries;
  const places = new Map<string, Path>();
  for (const { at: own, reading } of entries.filter(({ isSound }) => isSound)) {
    const { member, pass } = reading;
    if (member === undefined) {
      onIssue(own, "Expected a path: each of several entries says where its value is");
      continue;
    }
    const key = JSON.stringify([member, pass]);
    const other = places.get(key);
    places.set(key, other ?? own);
    if (other !== undefined) {
      onIssue(own, `Expected another path or pass than those of ${pointerOf(other)}`);
    }
  }
  return entries.map((entry) => {
    const { member, pass } = entry.reading;
    const isAlone = entries.every((own) => own === entry || own.reading.member !== member);
    if (isAlone || member === undefined || pass === undefined) return entry;
    return { ...entry, reading: { ...entry.reading, member: `${member} ${passText(pass)}` } };
  });
};

/** None where the value is no object. */
const readEntry = (json: unknown, at: Path, onAnyIssue: OnIssue): ReadonlyArray<Entry> => {
  let isSound = true;
  const onIssue: OnIssue = (path, message) => {
    isSound = false;
    onAnyIssue(path, message);
  };
  if (!isJsonObject(json)) {
    onIssue(at, `Expected an object such as { "name": "Correctness" }, found ${shown(json)}`);
    return [];
  }
  for (const key of Object.keys(json).filter((own) => !entryKeys.includes(own))) {
    onIssue([...at, key], unknownKey(key, entryKeys));
  }
  const read = <A>(key: string, reader: Reader<A>): A | undefined => {
    const value = json[key];
    if (value === undefined) return undefined;
    return Result.getOrElse(reader(value), (message) => {
      onIssue([...at, key], message);
      return undefined;
    });
  };
  const path = read("path", readPath);
  const reading: MetricReading = {
    name: read("name", readName),
    path,
    member: path === undefined ? undefined : pointerOf(path).slice(1),
    kind: read("kind", choice(MetricValueKind.literals)),
    pass: read("pass", readPass),
    better: read("better", choice(BetterDirection.literals)),
    unit: read("unit", readUnit),
  };
  checkTogether(reading, at, onIssue);
  return [{ at, reading, isSound }];
};

/** Reads the value of a key. Fails with what is wrong with it. */
type Reader<A> = (value: unknown) => Result.Result<A, string>;

const choice =
  <A extends string>(choices: ReadonlyArray<A>): Reader<A> =>
  (value) => {
    const found = choices.find((own) => own === value);
    if (found !== undefined) return Result.succeed(found);
    const nearest = typeof value === "string" ? nearestWord(value, choices) : undefined;
    return Result.fail(
      `Expected ${choices.map((own) => JSON.stringify(own)).join(" or ")}, found ${shown(value)}${meant(nearest)}`,
    );
  };

const line =
  (what: string, maxLength: number): Reader<string> =>
  (value) =>
    typeof value === "string" && value.length <= maxLength && oneLinePattern.test(value)
      ? Result.succeed(value)
      : Result.fail(
          `Expected ${what} on one line of at most ${maxLength} characters, without spaces at its ends, found ${shown(value)}`,
        );

const nameLine = line("a name", maxNameLength);

const readName: Reader<string> = (value) =>
  Result.filterOrFail(
    nameLine(value),
    (name) => name !== "*" && !metricConfigIdPattern.test(name),
    (name) => `Expected a name that is no id and no *, found ${shown(name)}`,
  );

const readUnit = line("a unit", maxUnitLength);

const readPath: Reader<MetricPath> = (value) =>
  typeof value === "string" && pointerPattern.test(value)
    ? Result.succeed(pathOf(value))
    : Result.fail(
        `Expected a JSON Pointer into the score such as "/score", found ${shown(value)}${meant(pointerFor(value))}`,
      );

/** The pointer that somebody may have meant: `score`, `scores.tone`, `$.score`. */
const pointerFor = (value: unknown): string | undefined =>
  typeof value === "string" && /^(\$\.)?[\w-]+([./][\w-]+)*$/.test(value)
    ? pointerOf(value.replace(/^\$\./, "").split(/[./]/))
    : undefined;

const isPassValue = (value: unknown): value is MetricValue =>
  typeof value === "boolean" || typeof value === "number" || typeof value === "string";

const readPass: Reader<PassRule> = (value) => {
  if (isPassValue(value)) {
    return Result.mapError(passRule(value), (message) => `${message}, found ${shown(value)}`);
  }
  if (!Array.isArray(value) || !value.every(isPassValue)) {
    return Result.fail(
      `Expected a value, a list of values, or a comparison such as ">= 4", found ${shown(value)}`,
    );
  }
  return value.length === 0 || value.length > maxPassValues
    ? Result.fail(`Expected 1 to ${maxPassValues} values, found ${value.length}`)
    : passRule(value);
};

/** What makes sense alone, and not together. */
const checkTogether = ({ kind, pass, unit }: MetricReading, at: Path, onIssue: OnIssue): void => {
  if (unit !== undefined && (pass !== undefined || (kind !== undefined && kind !== "number"))) {
    const what = pass === undefined ? `a ${kind}` : "a value that passes or fails";
    onIssue([...at, "unit"], `Expected no unit, found ${shown(unit)}: ${what} has none`);
  }
  if (kind === undefined || pass === undefined) return;
  const needed = isOrderRule(pass) ? ["number"] : pass.values.map(kindOfValue);
  const other = needed.find((own) => own !== kind);
  if (other !== undefined) {
    const message = `Expected values of kind ${kind}, found one of kind ${other}: nothing would ever equal it`;
    onIssue(
      [...at, "pass"],
      isOrderRule(pass)
        ? `Expected no bound, because the kind is ${kind}: only numbers have an order`
        : message,
    );
  }
};

const kindOfValue = (value: MetricValue): MetricValueKind =>
  typeof value === "string" ? "category" : typeof value === "number" ? "number" : "boolean";

const unknownKey = (key: string, keys: ReadonlyArray<string>): string =>
  `Unknown key ${shown(key)}, expected ${keys.join(", ")}${meant(nearestWord(key, keys))}`;

const meant = (nearest: string | undefined): string =>
  nearest === undefined ? "" : `: did you mean ${JSON.stringify(nearest)}?`;

const maxShownLength = 60;

/** A value as a message quotes it. */
const shown = (value: unknown): string => {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object" && value !== null) return "an object";
  return TerminalText.cut(JSON.stringify(value), maxShownLength);
};

const isJsonObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value);
