/**
 * The identifiers on the wire. Each is an opaque string with a brand of its own, so that a record's
 * id cannot be passed where a run's id is meant; brands cost nothing at run time.
 */
import * as Schema from "effect/Schema";

/**
 * The id of a Run: one execution of a system over a set of testcases.
 *
 * The published API types it as any string; in its examples it is a decimal number (`"135"`).
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

/** The id of a Record, unique within its Run. The published API types it as any string. */
export const RecordId = Schema.String.pipe(Schema.brand("RecordId")).annotate({
  description: "Identifies a Record within its Run.",
});
export type RecordId = typeof RecordId.Type;

/**
 * The id of the Testcase that a Record answers. Two runs over the same testcases are compared by
 * joining their records on it. The published API types it as any string.
 */
export const TestcaseId = Schema.String.pipe(Schema.brand("TestcaseId")).annotate({
  description: "Identifies the Testcase that a Record was made from.",
});
export type TestcaseId = typeof TestcaseId.Type;

/** The text form of a {@link MetricConfigId}. */
export const metricConfigIdPattern =
  /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/u;

/**
 * The id of a MetricConfig: a metric together with the schema that its scores ought to follow.
 *
 * The published API asks for `format: uuid`. It is read as the 8-4-4-4-12 hexadecimal text form of
 * RFC 9562 with any version and variant digits, because the API's own examples (such as
 * `a1b2c3d4-e5f6-7890-1234-567890abcdef`) carry a variant digit that RFC 9562 does not define.
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
 * A position in the listing of a Run's records: what a page returns as `nextCursor` and the next
 * request sends as `cursor`. Opaque: never parse it, build it or compare it for order.
 */
export const Cursor = Schema.String.pipe(Schema.brand("Cursor")).annotate({
  description: "An opaque position in a listing, as a page's `nextCursor` handed it out.",
});
export type Cursor = typeof Cursor.Type;
