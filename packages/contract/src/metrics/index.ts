/**
 * The metrics file: what a team knows of its metrics, as a schema, as JSON Schema in `metrics.schema.json`, and read.
 *
 * @example
 * ```ts
 * import { parseMetricsFile, readScore } from "@scorecard-effect/contract/metrics";
 * import { Result } from "effect";
 *
 * const text = `{
 *   "metrics": {
 *     "6f1a5c0e-3d2b-4c8a-9e7f-1a2b3c4d5e6f": { "name": "Helpful", "path": "/intScore", "pass": ">= 4" }
 *   }
 * }`;
 * const { metrics } = Result.getOrThrow(parseMetricsFile(text));
 * for (const [id, readings] of metrics) {
 *   for (const reading of readings) console.log(id, reading.name, readScore(reading, { intScore: 5 })); // … true
 * }
 * ```
 */
export { type MetricPath, pathOf, pointerOf, valueAt } from "./MetricPath.ts";
export { maxCategoryLength } from "./Category.ts";
export { type MetricReading, readScore, readValue } from "./MetricReading.ts";
export { BetterDirection, MetricEntry, MetricsFile, MetricValueKind, Pass } from "./MetricsFile.ts";
export {
  type KnownMetrics,
  maxMetricsFileLength,
  MetricsFileError,
  parseMetricsFile,
} from "./ParseMetricsFile.ts";
export {
  isOrderRule,
  type MetricValue,
  type OrderRule,
  passes,
  passRule,
  type PassRule,
  passText,
  type ValueRule,
} from "./PassRule.ts";
