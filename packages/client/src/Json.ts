/**
 * JSON with the right keys. On some engines `JSON.parse` can return wrong keys: it remembers the keys of
 * objects it has parsed, and takes one key with an escape for another (nodejs/node#63785: Node 24 and 26).
 * Inputs, outputs and scores are free-form and do have such keys.
 */
import { parse as parseStrictly } from "lossless-json";

/** Parses a JSON text. Throws where it is none, as `JSON.parse` does. */
export const parse = (text: string): unknown =>
  losesKeys() && hasEscapedKey(text)
    ? parseStrictly(text, undefined, {
        parseNumber: Number,
        // The last one counts, as in JSON.parse.
        onDuplicateKey: ({ newValue }) => newValue,
      })
    : JSON.parse(text);

// The shortest sequence that shows the defect: the second object takes the key of the first.
let verdict: boolean | undefined;
const losesKeys = (): boolean => {
  if (verdict === undefined) {
    JSON.parse(String.raw`{"id":1,"\\":2}`);
    verdict = Object.keys(Object(JSON.parse(String.raw`{"id":1,"\n":2}`)))[1] !== "\n";
  }
  return verdict;
};

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
