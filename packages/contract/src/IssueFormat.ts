/** Issues as text for people. */
import type { Issue } from "./Issue.ts";
import * as TerminalText from "./protocol/TerminalText.ts";

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
