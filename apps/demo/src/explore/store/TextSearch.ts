/** Searches the texts of records: which of them contain all of some texts, or match a regular expression. */
import { requiredText } from "./RequiredText.ts";
import * as SearchText from "./SearchText.ts";
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

/** A search that is prepared. */
export interface Matcher {
  /** The terms, and the texts that the expressions require, the longest first: it is likely to be the rarest. */
  readonly terms: ReadonlyArray<SearchText.Term>;
  /** Whether a record with a hit of the first term is found, whatever else is in it. */
  readonly isFoundByFirst: boolean;
  /** Whether the record with a text (`SearchText.ofLine`) is found. */
  readonly matches: (text: string) => boolean;
}

/** Prepares a search. Throws a `SyntaxError` where {@link problemOf} has a problem. */
export const matcher = ({ terms, patterns }: Search): Matcher => {
  const required = patterns.flatMap((pattern) => requiredText(pattern) ?? []);
  const prepared = Array.from(new Set([...terms.map(fold), ...required]))
    .filter((term) => term !== "")
    .toSorted((a, b) => b.length - a.length)
    .map(SearchText.termOf);
  const expressions = patterns.map((pattern) => compile(pattern));
  return {
    terms: prepared,
    isFoundByFirst: prepared.length === 1 && expressions.length === 0,
    matches: (text) => {
      for (const term of prepared) if (!hasTerm(text, term)) return false;
      if (expressions.length === 0) return true;
      const parts = SearchText.partsOf(text);
      return expressions.every((expression) => expression.test(parts));
    },
  };
};

const hasTerm = (text: string, term: SearchText.Term): boolean => findTerm(text, term, 0) >= 0;

/** Where a term is in the text of a record, from a place on; -1 where it is not. */
export const findTerm = (text: string, term: SearchText.Term, from: number): number => {
  const codeAt = (at: number): number => text.charCodeAt(at);
  let at = text.indexOf(term.text, from);
  while (at >= 0 && !SearchText.isHit(term, codeAt, 0, at)) at = text.indexOf(term.text, at + 1);
  return at;
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
