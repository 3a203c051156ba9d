/**
 * Finds where bytes may have a term, in either case, without decoding and folding them first. It looks for the longest
 * run of the term's letters and digits, from its rarest one on.
 */
import { rarityOf, type Term } from "../../src/explore/store/SearchText.ts";

/** The next place from a given one on; -1 where there is none. Places do not descend from call to call. */
export type NextPlace = (from: number) => number;

/** The fewest characters of a run. */
const minRun = 2;

/**
 * Prepares the search for a term. Undefined where bytes cannot tell: the letters i and k are the lower case of others,
 * too, which have several bytes.
 */
export const finder = ({ text }: Term): ((bytes: Uint8Array) => NextPlace) | undefined => {
  const [run = ""] = (text.match(/[a-hjl-z0-9 ]+/g) ?? []).toSorted((a, b) => b.length - a.length);
  if (run.length < minRun) return undefined;
  const codes = Array.from(run, (character) => character.charCodeAt(0));
  const offset = codes.reduce(
    (rarest, code, place) => (rarityOf(code) > rarityOf(codes[rarest] ?? 0) ? place : rarest),
    0,
  );
  const rare = codes[offset] ?? 0;
  return (bytes) => {
    const hasRun = (start: number): boolean => {
      for (let place = 0; place < codes.length; place++) {
        const own = bytes[start + place] ?? 0;
        if (lowerOf(own) !== codes[place]) return false;
      }
      return true;
    };
    const nextLower = occurrences(bytes, rare);
    const nextUpper = isLetter(rare) ? occurrences(bytes, rare - letterCase) : () => bytes.length;
    return (from) => {
      for (let place = from + offset; ; place += 1) {
        place = Math.min(nextLower(place), nextUpper(place));
        if (place >= bytes.length) return -1;
        if (hasRun(place - offset)) return place - offset;
      }
    };
  };
};

/** Where a byte is next; the end of the bytes where it is not. The platform is asked for each place once. */
const occurrences = (bytes: Uint8Array, wanted: number): NextPlace => {
  let next = -1;
  return (from) => {
    if (next < from) {
      const found = bytes.indexOf(wanted, from);
      next = found < 0 ? bytes.length : found;
    }
    return next;
  };
};

const letterCase = 32;

const isLetter = (code: number): boolean => code >= 97 && code <= 122;

const lowerOf = (code: number): number => (code >= 65 && code <= 90 ? code + letterCase : code);
