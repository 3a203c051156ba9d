/**
 * JSON with the right keys. On some engines `JSON.parse` can return wrong keys: it remembers the keys of
 * objects it has parsed, and takes one key with an escape for another (nodejs/node#63785: Node 24 and 26).
 * Inputs, outputs and scores are free-form and do have such keys.
 */
import { parse as parseStrictly } from "lossless-json";

/**
 * Parses a JSON text. Throws where it is none, as `JSON.parse` does; a text with an escaped key, of which there are
 * few, also where it is nested some thousands of levels deep.
 *
 * Such texts are read by a strict parser on every engine: a probe for the defect can be misled, because whether
 * it shows depends on what the process has parsed before.
 */
export const parse = (text: string): unknown =>
  hasEscapedKey(text)
    ? parseStrictly(text, undefined, {
        parseNumber: Number,
        // The last one counts, as in JSON.parse.
        onDuplicateKey: ({ newValue }) => newValue,
      })
    : JSON.parse(text);

/**
 * Whether a key of a JSON text has an escape. Escapes stand in strings alone, and a string before a colon is a
 * key: each string with a backslash is looked at once, from that backslash to its end.
 */
export const hasEscapedKey = (text: string): boolean => {
  for (let at = text.indexOf("\\"); at !== -1; at = text.indexOf("\\", at)) {
    while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
    do at += 1;
    while (isSpace(text[at]));
    if (text[at] === ":") return true;
  }
  return false;
};

const isSpace = (character: string | undefined): boolean =>
  character === " " || character === "\n" || character === "\r" || character === "\t";
