import * as JsonPointer from "effect/JsonPointer";
import * as Schema from "effect/Schema";
import * as SchemaIssue from "effect/SchemaIssue";

/**
 * One place where a value violates a schema, and what was expected there.
 *
 * @example
 * ```ts
 * import { issuesOf, RecordPage } from "@scorecard-effect/contract";
 * import { Result, Schema } from "effect";
 *
 * const page: unknown = { data: [], nextCursor: null };
 * const result = Schema.decodeUnknownResult(RecordPage)(page);
 * if (Result.isFailure(result)) {
 *   const issues = issuesOf(result.failure); // [{ path: "/hasMore", message: "Missing key" }]
 * }
 * ```
 */
export const Issue = Schema.Struct({
  /** The place, as a JSON Pointer (RFC 6901); the empty string is the value itself. */
  path: Schema.String,
  /** What was expected there, in one line. */
  message: Schema.String,
});
export interface Issue extends Schema.Schema.Type<typeof Issue> {}

const format = SchemaIssue.makeFormatterStandardSchemaV1();

/**
 * The issues of a failed decoding, in the order in which it found them. Decoding stops at the first issue, unless it
 * runs with `{ errors: "all" }`.
 */
export const issuesOf = (error: Schema.SchemaError): ReadonlyArray<Issue> =>
  format(error.issue).issues.map(({ path = [], message }) => ({
    path: path
      .map((segment) => String(typeof segment === "object" ? segment.key : segment))
      .map((key) => `/${JsonPointer.escapeToken(key)}`)
      .join(""),
    message: message.replaceAll(/\s+/g, " "),
  }));
