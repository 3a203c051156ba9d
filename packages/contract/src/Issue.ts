import * as JsonPointer from "effect/JsonPointer";
import * as Schema from "effect/Schema";
import * as SchemaIssue from "effect/SchemaIssue";
import * as TerminalText from "./protocol/TerminalText.ts";

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

/**
 * Formats an issue as one line of text, such as `/data/0/id: Expected string`, that is safe in a terminal. Path and
 * message are each cut at 300 characters: see {@link printable}.
 */
export const formatIssue = ({ path, message }: Issue): string =>
  `${path === "" ? "the value" : printable(path)}: ${printable(message)}`;

const maxFormattedIssues = 5;

/** Formats issues as one line of text: the first five, and how many more there are. */
export const formatIssues = (issues: ReadonlyArray<Issue>): string => {
  const formatted = issues.slice(0, maxFormattedIssues).map(formatIssue).join("; ");
  const omitted = issues.length - maxFormattedIssues;
  return omitted > 0 ? `${formatted}; and ${omitted} more` : formatted;
};

/**
 * Formats any text as one line of at most 300 characters that is safe in a terminal: unsafe characters become escapes
 * such as `\u{1b}`.
 */
export const printable = (text: string): string => TerminalText.escape(text);
