import * as JsonPointer from "effect/JsonPointer";
import * as Schema from "effect/Schema";
import * as SchemaIssue from "effect/SchemaIssue";
import * as TerminalText from "./protocol/TerminalText.ts";

/**
 * One departure of a value from the contract: where, and what was expected there.
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
  /** Where, as a JSON Pointer (RFC 6901); the empty string is the value itself. */
  path: Schema.String,
  /** What was expected there, in one line. */
  message: Schema.String,
});
export interface Issue extends Schema.Schema.Type<typeof Issue> {}

const format = SchemaIssue.makeFormatterStandardSchemaV1();

/**
 * The issues that a failed decoding found, in the order in which it found them. Decoding stops at the first,
 * unless it is told to go on with `{ errors: "all" }`.
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
 * An issue as one line of text, such as `/data/0/id: Expected string`. Characters that would break the line, or
 * that a terminal would obey, are written as escapes; what is longer than any real path or message is cut.
 */
export const formatIssue = ({ path, message }: Issue): string =>
  `${path === "" ? "the value" : printable(path)}: ${printable(message)}`;

/** Some issues as one line of text: the first five, and how many more there are. */
export const formatIssues = (issues: ReadonlyArray<Issue>): string => {
  const told = issues.slice(0, 5).map(formatIssue).join("; ");
  return issues.length > 5 ? `${told}; and ${issues.length - 5} more` : told;
};

/** Any text as one line of at most 300 characters that is safe in a terminal: unsafe characters become escapes such as `\u{1b}`. */
export const printable = (text: string): string => TerminalText.escape(text);
