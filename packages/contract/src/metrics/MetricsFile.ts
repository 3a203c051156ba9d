/**
 * The metrics file: what a team knows of its metrics and the API does not say. Which metric an id belongs to, where in
 * a score its value is, which values pass, whether higher is better, and the unit. The demo's `--metrics FILE` reads it,
 * and `metrics.schema.json` describes it to editors.
 */
import * as Schema from "effect/Schema";
import { metricConfigIdPattern } from "../Uuid.ts";
import { pointerPattern } from "./MetricPath.ts";
import { passTextPattern } from "./PassRule.ts";

/** The most characters of a metric's name. */
export const maxNameLength = 100;
/** The most characters of a unit. */
export const maxUnitLength = 20;
/** The most entries of one metric. */
export const maxEntriesPerMetric = 50;
/** The most values in a list of values that pass. */
export const maxPassValues = 100;

/** No line breaks, tabs or other control characters, and no space at either end. */
export const oneLinePattern = /^[^\s\p{Cc}](?:[^\p{Cc}\u2028\u2029]*[^\s\p{Cc}])?$/u;

const oneLine = (maxLength: number, expected: string) =>
  Schema.String.check(
    Schema.isPattern(oneLinePattern, {
      expected,
      toJsonSchema: () => ({ pattern: String.raw`^\S(.*\S)?$` }),
    }),
    Schema.isMaxLength(maxLength),
  );

/** What the value of a score is: it passes or fails, it is a number, or it is one of a few texts. */
export const MetricValueKind = Schema.Literals(["boolean", "number", "category"]);
export type MetricValueKind = typeof MetricValueKind.Type;

/** Which values are better: `higher` or `lower` ones. */
export const BetterDirection = Schema.Literals(["higher", "lower"]);
export type BetterDirection = typeof BetterDirection.Type;

const PassValue = Schema.Union([Schema.Boolean, Schema.Finite, Schema.String]);

const PassText = Schema.String.check(
  Schema.isPattern(passTextPattern, {
    expected: 'a text, or a comparison such as ">= 4"',
    toJsonSchema: () => ({ pattern: passTextPattern.source }),
  }),
);

/**
 * Which values pass: a value, a list of values, or a comparison such as `">= 4"`. A text that starts with `<`, `>`, `=`
 * or `!` is a comparison. In a list, each text is a value as it stands.
 *
 * @example
 * ```ts
 * import type { Pass } from "@scorecard-effect/contract/metrics";
 *
 * const pass: ReadonlyArray<Pass> = [true, "C", ["good", "excellent"], ">= 4", "< 0.2", "!= refused"];
 * ```
 */
export const Pass = Schema.Union([
  Schema.Boolean,
  Schema.Finite,
  PassText,
  Schema.Array(PassValue).check(Schema.isMinLength(1), Schema.isMaxLength(maxPassValues)),
]);
export type Pass = typeof Pass.Type;

/**
 * What one entry of a metrics file says: one value in the scores of a metric, and how to read it. Each entry is one line
 * of a report and one column of a table.
 */
export const MetricEntry = Schema.Struct({
  name: Schema.optionalKey(
    oneLine(maxNameLength, "a name on one line, without spaces at its ends").annotate({
      description: `What people call it, such as "Correctness": at most ${maxNameLength} characters. Two entries never share a name, in any case. Default: the metric's id.`,
    }),
  ),
  path: Schema.optionalKey(
    Schema.String.check(
      Schema.isPattern(pointerPattern, {
        expected: "a JSON Pointer into the score",
        toJsonSchema: () => ({ pattern: pointerPattern.source }),
      }),
    ).annotate({
      description:
        "Where the value is in the score, as a JSON Pointer: `/binaryScore`, `/scores/tone`, `/votes/0`. Default: each value that is recognised.",
    }),
  ),
  kind: Schema.optionalKey(
    MetricValueKind.annotate({
      description:
        "What the value is. Values of another kind are counted as not recognised. Default: what is found there.",
    }),
  ),
  pass: Schema.optionalKey(
    Pass.annotate({
      description:
        'Which values pass: a value (`true`, `"C"`), a list of values (`["good", "excellent"]`), or a comparison (`">= 4"`, `"< 0.2"`, `"!= refused"`). The entry is then a pass rate.',
    }),
  ),
  better: Schema.optionalKey(
    BetterDirection.annotate({
      description:
        "Whether higher or lower values are better. Default: lower for costs, times and errors by their names, else higher.",
    }),
  ),
  unit: Schema.optionalKey(
    oneLine(maxUnitLength, "a unit on one line, without spaces at its ends").annotate({
      description: `The unit of a number: "s", "ms", "USD", "%", "tokens", or any text of at most ${maxUnitLength} characters.`,
      examples: ["s", "ms", "USD", "%", "tokens"],
    }),
  ),
}).annotate({
  identifier: "MetricEntry",
  description: "One value in the scores of a metric, and how to read it.",
});
export interface MetricEntry extends Schema.Schema.Type<typeof MetricEntry> {}

const keyPattern = new RegExp(`${metricConfigIdPattern.source}|^\\*$`);

const MetricKey = Schema.String.check(
  Schema.isPattern(keyPattern, {
    expected: "a metric's id (a UUID), or * for all other metrics",
    toJsonSchema: () => ({ pattern: keyPattern.source }),
  }),
);

/**
 * A metrics file, as its JSON is. {@link parseMetricsFile} reads one and says what is wrong with it.
 *
 * @example
 * ```ts
 * import type { MetricsFile } from "@scorecard-effect/contract/metrics";
 *
 * const file: MetricsFile = {
 *   $schema: "./node_modules/@scorecard-effect/contract/metrics.schema.json",
 *   metrics: {
 *     "6f1a5c0e-3d2b-4c8a-9e7f-1a2b3c4d5e6f": { name: "Correctness", path: "/binaryScore" },
 *     "b84e2f97-0c61-4d35-8a9b-7e6f5d4c3b2a": [
 *       { name: "Helpfulness", path: "/intScore" },
 *       { name: "Helpful", path: "/intScore", pass: ">= 4" },
 *     ],
 *     "*": { path: "/score" },
 *   },
 * };
 * ```
 */
export const MetricsFile = Schema.Struct({
  $schema: Schema.optionalKey(
    Schema.String.annotate({ description: "Where editors find the JSON Schema of this file." }),
  ),
  metrics: Schema.Record(
    MetricKey,
    Schema.Union([
      MetricEntry,
      Schema.Array(MetricEntry).check(
        Schema.isMinLength(1),
        Schema.isMaxLength(maxEntriesPerMetric),
      ),
    ]),
  ).annotate({
    description:
      "By the id of the metric (in any case), or `*` for metrics without an entry and for entries that do not say how to read: one entry, or a list of entries for scores with several values.",
  }),
}).annotate({
  identifier: "MetricsFile",
  description:
    "What a team knows of the metrics of its runs: names, where values are, which of them pass, and units.",
});
export interface MetricsFile extends Schema.Schema.Type<typeof MetricsFile> {}
