/**
 * What the body of an error response says: an `ApiError`, or else the message or text in it. Services, gateways and
 * proxies write errors in many ways, and the sentence for a person stands somewhere in nearly all of them.
 *
 * A message may quote anything, of any length: redact it and cut it before a person reads it.
 */
import * as Predicate from "effect/Predicate";
import * as Result from "effect/Result";
import type { ApiError } from "../ApiError.ts";
import { isApiError } from "../Guard.ts";
import * as TerminalText from "./TerminalText.ts";

/** What a body says: one of the two, or nothing. */
export interface ErrorBody {
  readonly apiError?: ApiError;
  /** The message that was found in a body of another form, or its text. */
  readonly message?: string;
}

/** A body: the JSON in it if there is any, and its text. */
export interface BodyContent {
  readonly json: Result.Result<unknown, unknown>;
  readonly text: string;
}

/** Reads the body of a response whose status says that the request failed: any text in it is the message. */
export const ofError = ({ json, text }: BodyContent): ErrorBody => {
  if (Result.isFailure(json)) return toMessage(messageInText(text));
  return isApiError(json.success)
    ? { apiError: json.success }
    : toMessage(messageIn(json.success) ?? (isSubstantial(json.success) ? text : undefined));
};

/**
 * Reads the body of a response whose status says that the request succeeded, although the body is not a page of
 * records. Such a body may be a damaged page: only what is written as an error, or for a person, is a message.
 */
export const ofSuccess = ({ json, text }: BodyContent): ErrorBody => {
  if (Result.isFailure(json)) return /^\s*[[{"]/.test(text) ? {} : toMessage(messageInText(text));
  const value = json.success;
  if (isApiError(value)) return { apiError: value };
  return Predicate.isObject(value) && !Array.isArray(value["data"])
    ? toMessage(messageIn(value))
    : {};
};

const toMessage = (message: string | undefined): ErrorBody =>
  message === undefined ? {} : { message };

const isSubstantial = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.keys(value).length > 0;

/** Where a message stands, best first. Compared without case, `_` and `-`. */
const messageKeys = [
  "message",
  "errordescription",
  "errormessage",
  "msg",
  "faultstring",
  "description",
  "reason",
  "detail",
  // Often an object or a list that holds the message.
  "error",
  "errors",
  "fault",
  "title",
];

// Deeper than any known form of error: `{ "errors": [{ "error": { "message" } }] }`.
const maxDepth = 4;
const maxMessages = 3;

const messageIn = (value: unknown, depth = 0): string | undefined => {
  if (typeof value === "string") return nonBlank(value);
  if (depth === maxDepth) return undefined;
  if (Array.isArray(value)) {
    const messages = value.slice(0, maxMessages).map((item) => messageIn(item, depth + 1));
    return nonBlank(messages.filter((own) => own !== undefined).join("; "));
  }
  if (!Predicate.isObject(value)) return undefined;
  const members = new Map(
    Object.entries(value).map(([key, member]) => [
      key.replaceAll(/[_-]/g, "").toLowerCase(),
      member,
    ]),
  );
  const message = problemDetails(members) ?? firstMessage(members, depth);
  return message === undefined ? undefined : withCode(members, message);
};

type Members = ReadonlyMap<string, unknown>;

const textAt = (members: Members, key: string): string | undefined => {
  const text = members.get(key);
  return typeof text === "string" ? nonBlank(text) : undefined;
};

/** Problem details (RFC 9457): `title` names the kind of problem, `detail` explains this one. */
const problemDetails = (members: Members): string | undefined => {
  const title = textAt(members, "title");
  const detail = textAt(members, "detail");
  return title === undefined || detail === undefined || detail.includes(title)
    ? undefined
    : `${title}${/[.!?:]$/.test(title) ? "" : ":"} ${detail}`;
};

const firstMessage = (members: Members, depth: number): string | undefined => {
  for (const key of messageKeys) {
    const message = messageIn(members.get(key), depth + 1);
    if (message !== undefined) return message;
  }
  return undefined;
};

/** The name of the error before its message, as for an `ApiError`: `code`, or `error` where that is a text. */
const withCode = (members: Members, message: string): string => {
  const code = textAt(members, "code") ?? textAt(members, "error");
  return code === undefined || message.includes(code) ? message : `${code}: ${message}`;
};

const nonBlank = (text: string): string | undefined => {
  const trimmed = text.trim();
  return trimmed === "" ? undefined : trimmed;
};

/** The message in a body that is not JSON: of a page in HTML or a document in XML, or the text itself. */
const messageInText = (text: string): string | undefined => {
  if (/^[\s\uFEFF]*</.test(text)) return messageInMarkup(withoutTail(text));
  // U+FFFD stands for bytes that are no text.
  return text.includes("\0") || text.includes("\uFFFD") ? undefined : nonBlank(text);
};

// Titles stand at the start of a page.
const maxMarkup = 2 ** 16;

// Cuts between two words: half a word may be half a key.
const withoutTail = (text: string): string => {
  if (text.length <= maxMarkup) return text;
  const start = text.slice(0, maxMarkup);
  return start.slice(0, Math.max(0, start.lastIndexOf(" "), start.lastIndexOf("\n")));
};

const maxVisibleText = 300;

const messageInMarkup = (text: string): string | undefined => {
  const markup = withoutHiddenParts(text);
  const message =
    elementText(markup, "title") ??
    elementText(markup, "h1") ??
    elementText(markup, "message") ??
    elementText(markup, "faultstring");
  if (message === undefined) {
    const visible = nonBlank(toPlainText(markup));
    return visible === undefined ? undefined : TerminalText.cut(visible, maxVisibleText);
  }
  const code = elementText(markup, "code");
  return code === undefined || message.includes(code) ? message : `${code}: ${message}`;
};

/** Removes comments, scripts and styles. */
const withoutHiddenParts = (markup: string): string =>
  markup
    .replaceAll(/<!\[CDATA\[|\]\]>/g, " ")
    .split(/<(?=!--|script\b|style\b)/i)
    .map((part, index) => {
      if (index === 0) return part;
      const end = /-->|<\/(?:script|style)\b[^<>]*>/i.exec(part);
      return end === null ? "" : part.slice(end.index + end[0].length);
    })
    .join(" ");

const elementText = (markup: string, name: string): string | undefined => {
  const opening = new RegExp(String.raw`<(?:\w+:)?${name}(?:\s[^<>]*)?>`, "i").exec(markup);
  if (opening === null) return undefined;
  const rest = markup.slice(opening.index + opening[0].length);
  const end = rest.search(new RegExp(String.raw`</(?:\w+:)?${name}\b`, "i"));
  return end === -1 ? undefined : nonBlank(toPlainText(rest.slice(0, end)));
};

const toPlainText = (markup: string): string =>
  markup
    .replaceAll(/<[^<>]*>/g, " ")
    .replaceAll(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,8}));/gi, characterOf)
    .replaceAll(/\s+/g, " ");

const entities: { readonly [name: string]: string } = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  ndash: "–",
  mdash: "—",
  hellip: "…",
  middot: "·",
  bull: "•",
  laquo: "«",
  raquo: "»",
  lsquo: "‘",
  rsquo: "’",
  ldquo: "“",
  rdquo: "”",
  copy: "©",
};

const maxCodePoint = 0x10_ff_ff;

const characterOf = (
  reference: string,
  decimal: string | undefined,
  hexadecimal: string | undefined,
  name: string | undefined,
): string => {
  if (name !== undefined) {
    return Object.hasOwn(entities, name) ? (entities[name] ?? reference) : reference;
  }
  const code = decimal === undefined ? Number.parseInt(hexadecimal ?? "", 16) : Number(decimal);
  return code <= maxCodePoint ? String.fromCodePoint(code) : reference;
};
