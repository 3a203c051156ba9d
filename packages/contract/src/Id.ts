/**
 * The ids of the API. Each is an opaque string with its own brand, so that a record's id cannot be passed as a run's
 * id. Brands cost nothing at run time.
 */
import * as Schema from "effect/Schema";
import { metricConfigIdPattern } from "./Uuid.ts";

/**
 * The id of a Run: one execution of a system over a set of testcases.
 *
 * The published API allows any string; its examples are decimal numbers (`"135"`).
 *
 * @example
 * ```ts
 * import { RunId } from "@scorecard-effect/contract";
 *
 * const runId: RunId = RunId.make("135");
 * ```
 */
export const RunId = Schema.String.pipe(Schema.brand("RunId")).annotate({
  description: "Identifies a Run: one execution of a system over a set of testcases.",
});
export type RunId = typeof RunId.Type;

/** The id of a Record, unique within its Run. The published API allows any string. */
export const RecordId = Schema.String.pipe(Schema.brand("RecordId")).annotate({
  description: "Identifies a Record within its Run.",
});
export type RecordId = typeof RecordId.Type;

/**
 * The id of the Testcase that a Record was made from. To compare two runs over the same testcases, join their records
 * on it. The published API allows any string.
 */
export const TestcaseId = Schema.String.pipe(Schema.brand("TestcaseId")).annotate({
  description: "Identifies the Testcase that a Record was made from.",
});
export type TestcaseId = typeof TestcaseId.Type;

/**
 * The id of a MetricConfig: a metric together with the schema that its scores should follow.
 *
 * The published API requires `format: uuid`. The contract accepts the 8-4-4-4-12 hexadecimal text form of RFC 9562 with
 * any version and variant digits, because the API's own examples (such as `a1b2c3d4-e5f6-7890-1234-567890abcdef`) have
 * a variant digit that RFC 9562 does not define.
 */
export const MetricConfigId = Schema.String.check(
  Schema.isPattern(metricConfigIdPattern, {
    expected: "a UUID",
    toJsonSchema: () => ({ format: "uuid" }),
  }),
)
  .pipe(Schema.brand("MetricConfigId"))
  .annotate({ description: "Identifies the MetricConfig that a Score belongs to." });
export type MetricConfigId = typeof MetricConfigId.Type;

/**
 * A position in the listing of a Run's records. A page returns it as `nextCursor`, and the request for the next page
 * sends it as `cursor`. It is opaque: never parse it, build it or compare it for order.
 */
export const Cursor = Schema.String.pipe(Schema.brand("Cursor")).annotate({
  description: "An opaque position in a listing: the `nextCursor` of a page.",
});
export type Cursor = typeof Cursor.Type;
