/**
 * The text of a record that a search reads: its first line (`RecordLine`), folded. The line stays JSON, because
 * folding JSON takes a fraction of the time that parsing it takes. So a term is looked for as JSON writes it, and a
 * place where it occurs is a hit only if it is inside of one key or value.
 */

/** Ends the text of a record: JSON has no line breaks. */
export const end = 10;

/**
 * The one rule for case: two texts are the same where their lower-case forms are, by Unicode's mapping without a
 * locale, with the two small sigmas as one.
 */
export const fold = (text: string): string => text.toLowerCase().replaceAll("ς", "σ");

/** The text of the record with a first line. */
export const ofLine = (line: string): string => {
  const folded = fold(line);
  // JSON.stringify escapes half of a surrogate pair, which no term has.
  return folded.includes("\\ud")
    ? folded.replaceAll(/\\(?:ud[89a-f][\da-f]{2}|.)/g, (escape) =>
        escape.startsWith("\\ud") ? "\uFFFD" : escape,
      )
    : folded;
};

/** A text to look for. */
export interface Term {
  /** How it stands in the text of a record. */
  readonly text: string;
  /** Whether the text of a record has some of its characters outside of keys and values, too. */
  readonly isStructural: boolean;
}

export const termOf = (term: string): Term => {
  const text = JSON.stringify(fold(term.toWellFormed())).slice(1, -1);
  return { text, isStructural: /[,:{}[\]]/.test(text) };
};

/** What texts consist of, the most frequent first. */
const frequencies = Array.from(" etaoinsrhld0123456789cumfpgwybvkxjqz", (character) =>
  character.charCodeAt(0),
);

/** How rare an ASCII letter, digit or space is in texts; -1 for all others, of which nothing is known. */
export const rarityOf = (code: number): number => frequencies.indexOf(code);

/** The most characters of an escape: `\u001f`. */
const maxEscape = 6;

/**
 * Whether a term that occurs in the text of a record at `at` is inside of one key or value, and starts with a character
 * of it rather than in the middle of an escape. The text starts at `start`; `codeAt` has its ASCII characters.
 */
export const isHit = (
  { isStructural }: Pick<Term, "isStructural">,
  codeAt: (at: number) => number,
  start: number,
  at: number,
): boolean => {
  if (!isStructural && !hasBackslash(codeAt, Math.max(start, at - maxEscape), at)) return true;
  let isInString = false;
  let index = start;
  while (index < at) {
    const code = codeAt(index);
    if (code === quote) isInString = !isInString;
    index += code !== backslash ? 1 : codeAt(index + 1) === letterU ? maxEscape : 2;
  }
  return index === at && (isInString || !isStructural);
};

const quote = 34;
const backslash = 92;
const letterU = 117;

const hasBackslash = (codeAt: (at: number) => number, from: number, to: number): boolean => {
  for (let index = from; index < to; index++) if (codeAt(index) === backslash) return true;
  return false;
};

/** The keys and values in the text of a record, each on a line of its own, or several where it has line breaks. */
export const partsOf = (text: string): string => {
  const parts: Array<string> = [];
  const hasEscapes = text.includes("\\");
  const pieces = text.split('"');
  for (let piece = 0; piece < pieces.length; piece++) {
    const outside = pieces[piece] ?? "";
    // Most often a comma or a colon.
    if (outside.length > 1 || pieces.length === 1) addLiterals(outside, parts);
    piece += 1;
    let inside = pieces[piece];
    if (inside === undefined) break;
    if (hasEscapes && inside.includes("\\")) {
      while (endsInEscape(inside)) {
        piece += 1;
        inside += `"${pieces[piece] ?? ""}`;
      }
      inside = unescaped(inside);
    }
    parts.push(inside);
  }
  return parts.length === 0 ? "" : `${parts.join("\n")}\n`;
};

/** Adds numbers, true, false and null. */
const addLiterals = (json: string, parts: Array<string>): void => {
  let start = -1;
  for (let at = 0; at <= json.length; at++) {
    const isLiteral = at < json.length && !structure.has(json.charCodeAt(at));
    if (isLiteral && start < 0) start = at;
    if (isLiteral || start < 0) continue;
    parts.push(json.slice(start, at));
    start = -1;
  }
};

const structure: ReadonlySet<number> = new Set(
  Array.from(",:{}[]", (character) => character.charCodeAt(0)),
);

/** Whether the quote after a text is escaped. */
const endsInEscape = (text: string): boolean => {
  let backslashes = 0;
  while (text.charCodeAt(text.length - 1 - backslashes) === backslash) backslashes += 1;
  return backslashes % 2 === 1;
};

const unescaped = (text: string): string => {
  const parsed: unknown = JSON.parse(`"${text}"`);
  return typeof parsed === "string" ? parsed : text;
};
