/**
 * Parses JSON with the right keys. On some engines `JSON.parse` returns wrong keys: it caches the keys of objects that
 * it has parsed, and confuses keys that contain an escape (nodejs/node#63785: Node 24 and 26). Inputs, outputs and
 * scores are free-form and do contain such keys.
 */
import * as JsonPointer from "effect/JsonPointer";
import * as Predicate from "effect/Predicate";
import * as Result from "effect/Result";
import type { BodyText } from "./BodyText.ts";
import * as TerminalText from "./TerminalText.ts";

/** Parses the body of a response. Fails with a sentence that says what is wrong with it. */
export const parseBody = ({ text }: BodyText): Result.Result<unknown, string> => {
  if (text === undefined)
    return Result.fail("Expected JSON in UTF-8, got bytes that are not UTF-8");
  if (text === "") return Result.fail("Expected JSON, got an empty body");
  return Result.try({
    try: () => parse(text),
    // Only a stack overflow is not a SyntaxError.
    catch: (cause) =>
      cause instanceof RangeError
        ? "Expected JSON that is nested less deeply"
        : "Expected JSON, got something else",
  });
};

/**
 * Parses a JSON text. Throws a `SyntaxError` for invalid JSON, as `JSON.parse` does, and a `RangeError` for a text with
 * an escaped key that is nested some thousands of levels deep.
 *
 * `JSON.parse` never sees an escaped key. Each such key is parsed alone, as a string, and written back without its
 * escape. A key that cannot be written without one (a line feed, a quote) is replaced by a placeholder, which is
 * renamed after parsing. This happens on every engine: a probe for the defect would be unreliable, because the result
 * depends on what the process has parsed before.
 */
export const parse = (text: string): unknown => {
  const escaped = escapedKeys(text);
  if (escaped.length === 0) return JSON.parse(text);
  // Throws where a key is not a valid JSON string.
  const keys = escaped.map(({ start, end }) => String(JSON.parse(text.slice(start, end))));
  // Must not occur in the text. Its author cannot guess the random part, so one try is nearly always enough.
  let prefix = "key ";
  while ([text, ...keys].some((own) => own.includes(prefix))) prefix = `key ${Math.random()} `;
  const placeholders = new Map(
    keys.filter(needsEscape).map((key, index) => [key, `${prefix}${index}`] as const),
  );
  let rewritten = "";
  let at = 0;
  for (const [index, { start, end }] of escaped.entries()) {
    const key = keys[index] ?? "";
    rewritten += `${text.slice(at, start)}"${placeholders.get(key) ?? key}"`;
    at = end;
  }
  const parsed: unknown = JSON.parse(rewritten + text.slice(at));
  return placeholders.size === 0
    ? parsed
    : renameKeys(parsed, new Map(Array.from(placeholders, ([key, name]) => [name, key])));
};

/**
 * Parses a JSON text that `JSON.stringify` can write back: its numbers are finite, and its nesting is not too deep. The
 * reason says what is wrong and where, and may quote the text.
 */
export const parseFinite = (text: string): Result.Result<unknown, string> =>
  Result.flatMap(
    Result.try({
      try: () => {
        const value = parse(text);
        return { value, infinity: infinityIn(value) };
      },
      catch: (cause) => (cause instanceof RangeError ? "it is nested too deeply" : mistakeIn(text)),
    }),
    ({ value, infinity }) =>
      infinity === undefined
        ? Result.succeed(value)
        : Result.fail(
            `the number at ${infinity === "" ? "the root" : infinity} is beyond JavaScript's numbers`,
          ),
  );

// Returns the JSON Pointer of the first infinite number. JSON.parse turns 1e400 into Infinity, which JSON.stringify
// turns into null.
const infinityIn = (value: unknown): string | undefined => {
  if (typeof value === "number") return Number.isFinite(value) ? undefined : "";
  if (!Predicate.isObjectOrArray(value)) return undefined;
  for (const [key, member] of Object.entries(value)) {
    const pointer = infinityIn(member);
    if (pointer !== undefined) return `/${JsonPointer.escapeToken(key)}${pointer}`;
  }
  return undefined;
};

// `parse` may have rewritten keys, which changes positions in the text. The original text gives the right ones.
const mistakeIn = (text: string): string => {
  try {
    JSON.parse(text);
    return "it is malformed";
  } catch (cause) {
    // The engine quotes the text: a byte order mark in it would show as nothing.
    return cause instanceof Error ? TerminalText.nameUnsafe(cause.message) : "it is malformed";
  }
};

/** The position of a key in a text, quotes included. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the keys of a JSON text that contain an escape. Escapes occur only in strings, and a string before a colon is a
 * key: the scan visits each string with a backslash once, from its first backslash to its end.
 *
 * Invalid JSON may have a backslash outside of strings, and the scan then takes something else for a key. What `parse`
 * writes in its place is a string that starts where another one ended: the text stays invalid.
 */
export const escapedKeys = (text: string): ReadonlyArray<Span> => {
  const keys: Array<Span> = [];
  for (let at = text.indexOf("\\"); at !== -1; at = text.indexOf("\\", at)) {
    const start = text.lastIndexOf('"', at);
    while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
    at += 1;
    const end = at;
    while (isSpace(text[at])) at += 1;
    if (text[at] === ":") keys.push({ start, end });
  }
  return keys;
};

const isSpace = (character: string | undefined): boolean =>
  character === " " || character === "\n" || character === "\r" || character === "\t";

// A JSON string must escape these characters (RFC 8259, section 7).
// oxlint-disable-next-line eslint/no-control-regex
const needsEscape = (key: string): boolean => /["\\\u0000-\u001f]/.test(key);

// Nobody else holds the parsed value yet, so it is changed in place. An object with a placeholder among its keys is
// rebuilt, to keep the order of its keys.
const renameKeys = (value: unknown, keys: ReadonlyMap<string, string>): unknown => {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) value[index] = renameKeys(item, keys);
    return value;
  }
  if (!Predicate.isObject(value)) return value;
  let hasPlaceholder = false;
  for (const key of Object.keys(value)) {
    value[key] = renameKeys(value[key], keys);
    hasPlaceholder ||= keys.has(key);
  }
  return hasPlaceholder
    ? Object.fromEntries(
        Object.entries(value).map(([key, member]) => [keys.get(key) ?? key, member]),
      )
    : value;
};
