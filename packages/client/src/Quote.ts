/**
 * What an error may quote of text that came from outside: never the API key, however it is spelled;
 * nothing that moves a terminal's cursor or reorders what is read; and never more than a person reads.
 */
import { ApiError } from "@scorecard-effect/contract";
import * as Redacted from "effect/Redacted";

/** Takes the API key out of a text. */
export type Redact = (text: string) => string;

/**
 * Replaces the key wherever a text has it, also where a JSON string, a URL or HTML spells its
 * characters in another way (`\u0061k_`, `%61k_`, `&#97;k_`), or in capitals.
 */
export const redactor = (apiKey: Redacted.Redacted): Redact => {
  const spelled = new RegExp(Array.from(Redacted.value(apiKey), spellings).join(""), "gi");
  return (text) => text.replace(spelled, "<redacted>");
};

const spellings = (character: string): string => {
  const code = character.charCodeAt(0);
  const hex = code.toString(16).padStart(2, "0");
  return `(?:\\\\?\\x${hex}|\\\\u00${hex}|%${hex}|&#0*${code};|&#x0*${hex};)`;
};

/** The longest spelling of one character: `&#x006b;`. */
const longestSpelling = 8;

/** One line of at most `limit` characters, without anything that a terminal would obey. */
export const line = (text: string, limit = 1000): string =>
  cut(text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ").trim(), limit);

/** An opaque id or cursor as it may stand in a line: quoted, and cut when it is longer than any real one. */
export const id = (value: string): string => JSON.stringify(cut(value, 200));

// Cut by code point, so that no character is halved.
const cut = (text: string, limit: number): string =>
  text.length <= limit
    ? text
    : `${Array.from(text.slice(0, 2 * limit))
        .slice(0, limit - 1)
        .join("")}…`;

const excerptBytes = 1024;

/** The start of a body, at most 1 KiB of UTF-8, to recognise it by; undefined for an empty one. */
export const excerpt = (body: Uint8Array, apiKey: Redacted.Redacted): string | undefined => {
  if (body.byteLength === 0) return undefined;
  const key = Redacted.value(apiKey);
  // A key that the cut would halve has to be in sight as a whole to be found.
  const sight = excerptBytes + longestSpelling * key.length;
  const text = withoutStart(
    key,
    redactor(apiKey)(new TextDecoder().decode(body.subarray(0, sight))),
  ).replaceAll(/[^\P{Cc}\n\t]|[\p{Cf}\p{Zl}\p{Zp}]/gu, "\uFFFD");
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(excerptBytes));
  return text.slice(0, read);
};

// A body that broke off, or was not read on, may end in the first characters of a key.
const withoutStart = (key: string, text: string): string => {
  for (let length = Math.min(key.length, text.length); length > 3; length -= 1) {
    if (text.endsWith(key.slice(0, length))) return text.slice(0, -length);
  }
  return text;
};

/**
 * An ApiError as an error may keep it: without the key, each text cut at 4,000 characters, `details` at
 * 16 levels and 1,000 values. What is left out is an ellipsis.
 */
export const apiError = (error: ApiError, redact: Redact): ApiError => {
  let values = 1000;
  const keepText = (text: string): string => cut(redact(text), 4000);
  const keepMembers = (members: object, depth: number): { readonly [key: string]: unknown } =>
    Object.fromEntries(
      Object.entries(members)
        .slice(0, values)
        .map(([key, member]) => [keepText(key), keep(member, depth)]),
    );
  const keep = (value: unknown, depth: number): unknown => {
    values -= 1;
    if (values < 0 || depth > 16) return "…";
    if (typeof value === "string") return keepText(value);
    if (Array.isArray(value)) return value.slice(0, values).map((item) => keep(item, depth + 1));
    return typeof value === "object" && value !== null ? keepMembers(value, depth + 1) : value;
  };
  return {
    code: keepText(error.code),
    message: keepText(error.message),
    details: keepMembers(error.details, 0),
  };
};
