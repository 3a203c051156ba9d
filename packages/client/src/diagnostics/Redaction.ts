/**
 * Quotes responses in errors: without the API key in any of its spellings, without characters that a terminal would
 * obey, and at bounded length.
 */
import type { ApiError } from "@scorecard-effect/contract";
import * as ApiKey from "@scorecard-effect/contract/protocol/ApiKey";
import * as TerminalText from "@scorecard-effect/contract/protocol/TerminalText";
import * as Redacted from "effect/Redacted";

/** Quotes responses without the key of one client. A client makes it once. */
export interface Redaction {
  /** Removes the key from a text. */
  readonly text: ApiKey.Redact;
  /** Whether a text contains the key. */
  readonly hasKey: (text: string) => boolean;
  /** Writes a text as one line without the key, of at most 1,000 characters. */
  readonly line: (text: string) => string;
  /**
   * The start of a body without the key, at most 1 KiB of UTF-8, to recognise it by. Undefined if the body is empty.
   */
  readonly excerpt: (body: Uint8Array) => string | undefined;
  /**
   * Copies an ApiError without the key. Cuts each text at 4,000 characters, and `details` at 16 levels and 1,000
   * values; an ellipsis marks a cut.
   */
  readonly apiError: (error: ApiError) => ApiError;
}

/** Makes a {@link Redaction} for a key. */
export const make = (apiKey: Redacted.Redacted): Redaction => {
  const key = Redacted.value(apiKey);
  const redact = ApiKey.redactor(apiKey);
  return {
    text: redact,
    hasKey: (text) => redact(text) !== text,
    line: (text) => TerminalText.line(redact(text)),
    excerpt: (body) => excerpt(body, key, redact),
    apiError: (error) => boundApiError(error, redact),
  };
};

const maxExcerptBytes = 1024;

const excerpt = (body: Uint8Array, key: string, redact: ApiKey.Redact): string | undefined => {
  if (body.byteLength === 0) return undefined;
  // Reads far enough to find a key that starts before the end of the excerpt.
  const readBytes = maxExcerptBytes + ApiKey.longestSpelling * key.length;
  const start = redact(new TextDecoder().decode(body.subarray(0, readBytes)));
  const text = TerminalText.replaceInLines(removePartialKey(key, start));
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(maxExcerptBytes));
  return text.slice(0, read);
};

// A body that broke off, or was read in part, may end in the first characters of the key.
const removePartialKey = (key: string, text: string): string => {
  for (let length = Math.min(key.length, text.length); length > 3; length -= 1) {
    if (text.endsWith(key.slice(0, length))) return text.slice(0, -length);
  }
  return text;
};

const maxTextLength = 4000;
const maxDepth = 16;
const maxValues = 1000;

const boundApiError = (error: ApiError, redact: ApiKey.Redact): ApiError => {
  let valuesLeft = maxValues;
  const keepText = (text: string): string => TerminalText.cut(redact(text), maxTextLength);
  const keepMembers = (members: object, depth: number): { readonly [key: string]: unknown } =>
    Object.fromEntries(
      Object.entries(members)
        .slice(0, valuesLeft)
        .map(([key, member]) => [keepText(key), keep(member, depth)]),
    );
  const keep = (value: unknown, depth: number): unknown => {
    valuesLeft -= 1;
    if (valuesLeft < 0 || depth > maxDepth) return "…";
    if (typeof value === "string") return keepText(value);
    if (Array.isArray(value)) {
      return value.slice(0, valuesLeft).map((item) => keep(item, depth + 1));
    }
    return typeof value === "object" && value !== null ? keepMembers(value, depth + 1) : value;
  };
  return {
    code: keepText(error.code),
    message: keepText(error.message),
    details: keepMembers(error.details, 0),
  };
};
