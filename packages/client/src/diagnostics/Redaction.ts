/**
 * What an error may quote of a response: never the API key, however it is spelled; nothing that a terminal would obey;
 * and no more than a person reads.
 */
import type { ApiError } from "@scorecard-effect/contract";
import * as ApiKey from "@scorecard-effect/contract/protocol/ApiKey";
import * as FailureReason from "@scorecard-effect/contract/protocol/FailureReason";
import * as TerminalText from "@scorecard-effect/contract/protocol/TerminalText";
import * as Redacted from "effect/Redacted";

/** Quotes responses without one API key. A client makes it once. */
export interface Redaction {
  /** A text without the key. */
  readonly text: ApiKey.Redact;
  /** Whether a text contains the key. */
  readonly hasKey: (text: string) => boolean;
  /** One line of text without the key, at most 1,000 characters. */
  readonly line: (text: string) => string;
  /** What a server said, as {@link Redaction.line}, and without the start of a key that broke off at its end. */
  readonly serverMessage: (text: string) => string | undefined;
  /** The start of a body, at most 1 KiB of UTF-8, to recognise it by; undefined for an empty one. */
  readonly excerpt: (body: Uint8Array) => string | undefined;
  /**
   * An ApiError as an error may keep it: without the key, each text cut at 4,000 characters, `details` at 16 levels and
   * 1,000 values. An ellipsis marks what was cut.
   */
  readonly apiError: (error: ApiError) => ApiError;
  /** What a transport threw, as an error may keep it: a copy of the error and its causes without the key. */
  readonly cause: (thrown: unknown) => unknown;
}

/** Makes a {@link Redaction} for a key. */
export const make = (apiKey: Redacted.Redacted): Redaction => {
  const key = Redacted.value(apiKey);
  const redact = ApiKey.redactor(apiKey);
  return {
    text: redact,
    hasKey: (text) => redact(text) !== text,
    line: (text) => TerminalText.line(redact(text)),
    serverMessage: (text) => {
      const message = TerminalText.line(withoutPartialKey(key, redact(text)));
      return message === "" ? undefined : message;
    },
    excerpt: (body) => excerpt(body, key, redact),
    apiError: (error) => keepApiError(error, redact),
    cause: (thrown) => keepCause(thrown, redact, 0),
  };
};

const excerptBytes = 1024;

const excerpt = (body: Uint8Array, key: string, redact: ApiKey.Redact): string | undefined => {
  if (body.byteLength === 0) return undefined;
  // To find a key across the cut, read far enough to see all of it.
  const readBytes = excerptBytes + ApiKey.longestSpelling * key.length;
  const start = redact(new TextDecoder().decode(body.subarray(0, readBytes)));
  const text = TerminalText.replaceInLines(withoutPartialKey(key, start));
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(excerptBytes));
  return text.slice(0, read);
};

// A body that broke off, or was read in part, may end in the first characters of the key.
const withoutPartialKey = (key: string, text: string): string => {
  for (let length = Math.min(key.length, text.length); length > 3; length -= 1) {
    if (text.endsWith(key.slice(0, length))) return text.slice(0, -length);
  }
  return text;
};

const maxTextLength = 4000;
const maxDepth = 16;
const maxValues = 1000;

const keepApiError = (error: ApiError, redact: ApiKey.Redact): ApiError => {
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

const maxCauses = 8;

const keepCause = (thrown: unknown, redact: ApiKey.Redact, depth: number): unknown => {
  if (typeof thrown === "string") return redact(thrown);
  if (!FailureReason.isErrorLike(thrown) || depth === maxCauses) return undefined;
  const copy = new Error(redact(thrown.message));
  const { name, stack, code, cause } = thrown;
  if (typeof name === "string") copy.name = redact(name);
  if (typeof stack === "string") copy.stack = redact(stack);
  if (typeof code === "string") Object.assign(copy, { code: redact(code) });
  const inner = keepCause(cause, redact, depth + 1);
  if (inner !== undefined) copy.cause = inner;
  return copy;
};
