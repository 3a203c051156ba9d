/** Searches the texts of records: which of them contain all of some texts, or match a regular expression. */
import { fold } from "./SearchText.ts";

/** What is searched for. A record must contain each of the terms, and a match of each of the expressions. */
export interface Search {
  /** Texts, in any case. */
  readonly terms: ReadonlyArray<string>;
  /** JavaScript's regular expressions, in any case. `^` and `$` match at the ends of lines. */
  readonly patterns: ReadonlyArray<string>;
}

/** The most characters of a search, and the most terms. */
export const maxLength = 1000;
export const maxTerms = 50;

/** Why a regular expression cannot be used; undefined where it can. */
export const problemOf = ({ patterns }: Search): string | undefined => {
  for (const pattern of patterns) {
    try {
      compile(pattern);
    } catch (cause) {
      return cause instanceof Error ? cause.message : String(cause);
    }
  }
  return undefined;
};

/** An expression of a search: in any case, line by line, and by code points where its syntax allows. */
export const compile = (pattern: string, flags = "im"): RegExp => {
  try {
    return new RegExp(pattern, `${flags}u`);
  } catch {
    // Without the flag, needless backslashes are allowed.
    return new RegExp(pattern, flags);
  }
};

/** Bits, one for each record. */
export type Bitmap = Uint8Array<ArrayBuffer>;

/** An empty bitmap for some records. */
export const emptyBitmap = (records: number): Bitmap => new Uint8Array((records + 7) >> 3);

/** Whether a bit is set. */
export const hasBit = (bits: Uint8Array, index: number): boolean =>
  (((bits[index >> 3] ?? 0) >> (index & 7)) & 1) === 1;

export const setBit = (bits: Uint8Array, index: number): void => {
  bits[index >> 3] = (bits[index >> 3] ?? 0) | (1 << (index & 7));
};

/** The texts of some consecutive records: `bytes` holds one after the other, each with `SearchText.end`. */
export interface Texts {
  readonly bytes: Uint8Array;
  readonly records: number;
  /** Where the text of a record ends, after its `SearchText.end`. */
  readonly endOf: (record: number) => number;
}

/** Sets the bits of the records that match: of the record r of the texts, the bit `offset + r`. */
export type Matcher = (texts: Texts, bits: Bitmap, offset: number) => void;

/** Finds a text in bytes, from a place on; -1 where there is none. Node's buffers have a fast one. */
export type Find = (bytes: Uint8Array, term: Uint8Array, from: number) => number;

/** Prepares a search. Throws a `SyntaxError` where {@link problemOf} has a problem. */
export const matcher = ({ terms, patterns }: Search, find: Find): Matcher => {
  // The longest term is likely to be the rarest.
  const [first, ...others] = Array.from(new Set(terms.map(fold)))
    .filter((term) => term !== "")
    .toSorted((a, b) => b.length - a.length)
    .map((term) => new TextEncoder().encode(term));
  const expressions = patterns.map((pattern) => compile(pattern));
  const meetsOthers = (bytes: Uint8Array, start: number, stop: number): boolean => {
    if (others.length === 0 && expressions.length === 0) return true;
    const text = bytes.subarray(start, stop - 1);
    if (!others.every((term) => find(text, term, 0) >= 0)) return false;
    if (expressions.length === 0) return true;
    const decoded = decoder.decode(text);
    return expressions.every((expression) => expression.test(decoded));
  };
  if (first === undefined) {
    return ({ bytes, records, endOf }, bits, offset) => {
      for (let record = 0; record < records; record++) {
        const start = record === 0 ? 0 : endOf(record - 1);
        if (meetsOthers(bytes, start, endOf(record))) setBit(bits, offset + record);
      }
    };
  }
  return ({ bytes, records, endOf }, bits, offset) => {
    let record = 0;
    let at = find(bytes, first, 0);
    while (at >= 0) {
      record = recordAt(endOf, record, records, at);
      const stop = endOf(record);
      if (meetsOthers(bytes, record === 0 ? 0 : endOf(record - 1), stop)) {
        setBit(bits, offset + record);
      }
      record += 1;
      at = record < records ? find(bytes, first, stop) : -1;
    }
  };
};

const decoder = new TextDecoder();

/** The record whose text holds the byte `at`, from the record `low` on. */
const recordAt = (endOf: Texts["endOf"], from: number, records: number, at: number): number => {
  // Steps that double, then halves: the next hit is often near.
  let low = from;
  let step = 1;
  while (low + step < records && endOf(low + step - 1) <= at) {
    low += step;
    step *= 2;
  }
  let high = Math.min(records - 1, low + step);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (endOf(middle) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Finds a text in bytes without help of the platform: the page's worker has no buffers of Node. */
export const findBytes: Find = (bytes, term, from) => {
  const [head] = term;
  if (head === undefined) return from;
  const last = bytes.length - term.length;
  for (
    let at = bytes.indexOf(head, from);
    at >= 0 && at <= last;
    at = bytes.indexOf(head, at + 1)
  ) {
    let length = 1;
    while (length < term.length && bytes[at + length] === term[length]) length += 1;
    if (length === term.length) return at;
  }
  return -1;
};

/** A match in a text: from `start` to before `end`, in UTF-16 code units. */
interface Hit {
  readonly start: number;
  readonly end: number;
}

/** Finds the places to mark in a text that is shown: where it has terms, or matches of the expressions. */
export const hitsIn = (
  text: string,
  { terms, patterns }: Search,
  maxHits = 10_000,
): ReadonlyArray<Hit> => {
  const hits: Array<Hit> = [];
  const folded = foldWithPlaces(text);
  for (const term of new Set(terms.map(fold))) {
    if (term === "") continue;
    let at = folded.text.indexOf(term);
    while (at >= 0 && hits.length < maxHits) {
      hits.push({ start: folded.placeOf(at), end: folded.placeOf(at + term.length) });
      at = folded.text.indexOf(term, at + term.length);
    }
  }
  for (const pattern of patterns) {
    for (const match of folded.text.matchAll(compile(pattern, "gim"))) {
      if (hits.length >= maxHits) break;
      if (match[0] === "") continue;
      hits.push({
        start: folded.placeOf(match.index),
        end: folded.placeOf(match.index + match[0].length),
      });
    }
  }
  return hits.toSorted((a, b) => a.start - b.start || a.end - b.end);
};

/** A folded text, and the place in the text as it was. */
const foldWithPlaces = (
  text: string,
): { readonly text: string; readonly placeOf: (at: number) => number } => {
  const folded = fold(text);
  if (folded.length === text.length) return { text: folded, placeOf: (at) => at };
  // Some letter has a longer lower case.
  const places: Array<number> = [];
  let place = 0;
  let out = "";
  for (const character of text) {
    const own = fold(character);
    for (let index = 0; index < own.length; index++) places.push(place);
    out += own;
    place += character.length;
  }
  places.push(place);
  return { text: out, placeOf: (at) => places[at] ?? place };
};
