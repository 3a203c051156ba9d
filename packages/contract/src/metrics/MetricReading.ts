/** How one value of a metric's scores is read. */
import type { BetterDirection, MetricValueKind } from "./MetricsFile.ts";
import { categoryOf } from "./Category.ts";
import { type MetricPath, valueAt } from "./MetricPath.ts";
import { isOrderRule, type MetricValue, passes, type PassRule } from "./PassRule.ts";

/** What a metrics file says of one value in the scores of a metric, with what `*` says of it. */
export interface MetricReading {
  /** What people call it; undefined where the file does not say. */
  readonly name: string | undefined;
  /** Where the value is in the score; undefined where the reader is to look for values itself. */
  readonly path: MetricPath | undefined;
  /**
   * What tells the readings of a metric apart: the path as a JSON Pointer without the first slash, and which values pass
   * where another entry reads the same path: `intScore`, `intScore >= 4`. Undefined without a path.
   */
  readonly member: string | undefined;
  /** What the value is; undefined where any kind will do. */
  readonly kind: MetricValueKind | undefined;
  /** Which values pass: the reading is then whether the value does. */
  readonly pass: PassRule | undefined;
  /** Which values are better; undefined where the file does not say. */
  readonly better: BetterDirection | undefined;
  /** The unit of a number; undefined where the file does not say. */
  readonly unit: string | undefined;
}

/**
 * The value that a reading with a path finds in a score; undefined where there is none of its kind.
 *
 * - Without a kind: a boolean, a finite number, or a text of one line and at most 60 characters.
 * - `boolean`: `true`, `false`, and the numbers 1 and 0.
 * - `number`: a finite number, and a text that is one.
 * - `category`: a text as above, and a boolean or a number as a text.
 * - With `pass`: whether the value passes. A comparison with a bound reads a number.
 *
 * @example
 * ```ts
 * import { parseMetricsFile, readScore } from "@scorecard-effect/contract/metrics";
 * import { Result } from "effect";
 *
 * const file = Result.getOrThrow(parseMetricsFile('{ "metrics": { "*": { "path": "/score", "pass": ">= 4" } } }'));
 * const [reading] = file.others ?? [];
 * if (reading !== undefined) console.log(readScore(reading, { score: 5 })); // true
 * ```
 */
export const readScore = (reading: MetricReading, score: unknown): MetricValue | undefined =>
  reading.path === undefined ? undefined : readValue(reading, valueAt(score, reading.path));

/** The same for the value at the path. */
export const readValue = (
  { kind, pass }: Pick<MetricReading, "kind" | "pass">,
  json: unknown,
): MetricValue | undefined => {
  if (pass === undefined) return valueOf(kind, json);
  // A text to compare with may be long.
  if (typeof json === "string" && kind !== "number" && !isOrderRule(pass)) {
    return kind === "boolean" ? undefined : passes(pass, json.trim());
  }
  const value = valueOf(kind ?? (isOrderRule(pass) ? "number" : undefined), json);
  return value === undefined ? undefined : passes(pass, value);
};

const valueOf = (kind: MetricValueKind | undefined, json: unknown): MetricValue | undefined => {
  switch (kind) {
    case "boolean":
      return typeof json === "boolean" ? json : json === 0 || json === 1 ? json === 1 : undefined;
    case "number":
      return numberOf(json);
    case "category":
      return typeof json === "boolean" || isFinite(json) ? String(json) : textCategoryOf(json);
    default:
      return typeof json === "boolean" || isFinite(json) ? json : textCategoryOf(json);
  }
};

const isFinite = (json: unknown): json is number =>
  typeof json === "number" && Number.isFinite(json);

// As JSON writes numbers, with spaces around it.
const numberPattern = /^\s*-?\d+(\.\d+)?([eE][-+]?\d+)?\s*$/;

const numberOf = (json: unknown): number | undefined => {
  if (isFinite(json)) return json;
  if (typeof json !== "string" || !numberPattern.test(json)) return undefined;
  const number = Number(json);
  return Number.isFinite(number) ? number : undefined;
};

const textCategoryOf = (json: unknown): string | undefined =>
  typeof json === "string" ? categoryOf(json) : undefined;
