/**
 * JSON with the right keys. On some engines `JSON.parse` can return wrong keys: it remembers the keys of
 * objects it has parsed, and takes one key with an escape for another (nodejs/node#63785: Node 24 and 26).
 * Inputs, outputs and scores are free-form and do have such keys.
 */
import * as Predicate from "effect/Predicate";

/**
 * Parses a JSON text. Throws where it is none, as `JSON.parse` does; a text with a key that needs an escape, of
 * which there are few, also where it is nested some thousands of levels deep.
 *
 * `JSON.parse` is never shown an escaped key. Each is read by itself, as a string, and then written without an
 * escape; where that cannot be, a name stands for it until the rest is parsed. This is done on every engine: a
 * probe for the defect can be misled, because whether it shows depends on what the process has parsed before.
 */
export const parse = (text: string): unknown => {
  const escaped = escapedKeys(text);
  if (escaped.length === 0) return JSON.parse(text);
  // Throws where a key is no string.
  const keys = escaped.map(({ start, end }) => String(JSON.parse(text.slice(start, end))));
  // Begins no other key; whoever wrote the text cannot know it, so that it is not long sought.
  let prefix = "key ";
  while ([text, ...keys].some((own) => own.includes(prefix))) prefix = `key ${Math.random()} `;
  const names = new Map(
    keys.filter(needsEscape).map((key, index) => [key, `${prefix}${index}`] as const),
  );
  let plain = "";
  let at = 0;
  for (const [index, { start, end }] of escaped.entries()) {
    const key = keys[index] ?? "";
    plain += `${text.slice(at, start)}"${names.get(key) ?? key}"`;
    at = end;
  }
  const parsed: unknown = JSON.parse(plain + text.slice(at));
  return names.size === 0
    ? parsed
    : renamed(parsed, new Map(Array.from(names, ([key, name]) => [name, key])));
};

/** Where a key stands in a text, with its quotes. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * The keys of a JSON text that have an escape. Escapes stand in strings alone, and a string before a colon is a
 * key: each string with a backslash is looked at once, from its first backslash to its end.
 *
 * A text that is no JSON may have a backslash outside of strings, and something else is taken for a key. What is
 * then written in its place is a string that begins where another one ended: the text is no JSON still.
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

// What a JSON string cannot hold as it is (RFC 8259, section 7).
// oxlint-disable-next-line eslint/no-control-regex
const needsEscape = (key: string): boolean => /["\\\u0000-\u001f]/.test(key);

// What was parsed is nobody else's yet, and is changed in place; but an object with a name among its keys is made
// anew, so that the order of its keys stays.
const renamed = (value: unknown, keys: ReadonlyMap<string, string>): unknown => {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) value[index] = renamed(item, keys);
    return value;
  }
  if (!Predicate.isObject(value)) return value;
  let hasName = false;
  for (const key of Object.keys(value)) {
    value[key] = renamed(value[key], keys);
    hasName ||= keys.has(key);
  }
  return hasName
    ? Object.fromEntries(
        Object.entries(value).map(([key, member]) => [keys.get(key) ?? key, member]),
      )
    : value;
};
