/** Searches the texts of many records at once, where they are bytes: only those that may match are decoded. */
import * as SearchText from "./SearchText.ts";
import { type Bitmap, type Matcher, setBit } from "./TextSearch.ts";

/** The texts of some consecutive records: `bytes` holds one after the other, each with `SearchText.end`. */
export interface Texts {
  readonly bytes: Buffer;
  readonly records: number;
  /** Where the text of a record ends, after its `SearchText.end`. */
  readonly endOf: (record: number) => number;
}

/** The text of a record. */
export const textOf = ({ bytes, endOf }: Texts, record: number): string =>
  bytes.toString("utf8", record === 0 ? 0 : endOf(record - 1), endOf(record) - 1);

/** Sets the bits of the records that match: of the record r of the texts, the bit `offset + r`. */
export type Scan = (texts: Texts, bits: Bitmap, offset: number) => void;

/** Prepares a scan. */
export const make = ({ terms: [first], isFoundByFirst, matches }: Matcher): Scan => {
  if (first === undefined) {
    return (texts, bits, offset) => {
      for (let record = 0; record < texts.records; record++) {
        if (matches(textOf(texts, record))) setBit(bits, offset + record);
      }
    };
  }
  const wanted = Buffer.from(first.text);
  const offset = rareOffset(wanted);
  const rare = wanted.subarray(offset);
  /** Where the term is next, from a place on; -1 where it is not. */
  const next = (bytes: Buffer, from: number): number => {
    for (let at = bytes.indexOf(rare, from + offset); at >= 0; at = bytes.indexOf(rare, at + 1)) {
      let matched = 0;
      while (matched < offset && bytes[at - offset + matched] === wanted[matched]) matched += 1;
      if (matched === offset) return at - offset;
    }
    return -1;
  };
  return (texts, bits, firstBit) => {
    const { bytes, records, endOf } = texts;
    const codeAt = (at: number): number => bytes[at] ?? 0;
    let record = 0;
    let at = next(bytes, 0);
    while (at >= 0) {
      record = recordAt(endOf, record, records, at);
      const start = record === 0 ? 0 : endOf(record - 1);
      if (!SearchText.isHit(first, codeAt, start, at)) {
        at = next(bytes, at + 1);
        continue;
      }
      if (isFoundByFirst || matches(textOf(texts, record))) setBit(bits, firstBit + record);
      at = record + 1 < records ? next(bytes, endOf(record)) : -1;
      record += 1;
    }
  };
};

/** The least of a term that is looked for at once. */
const minRareLength = 3;

/**
 * Where the rarest letter of a term is. The platform looks for the first byte of a short term, and then compares the
 * others: where the first is an `e`, that takes three times as long as for a `v`.
 */
const rareOffset = (term: Buffer): number => {
  let found = 0;
  let rarest = SearchText.rarityOf(term[0] ?? 0);
  for (let offset = 1; offset <= term.length - minRareLength && rarest >= 0; offset++) {
    const rarity = SearchText.rarityOf(term[offset] ?? 0);
    if (rarity <= rarest) continue;
    found = offset;
    rarest = rarity;
  }
  return found;
};

/** The record whose text holds the byte `at`, from the record `from` on. */
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
