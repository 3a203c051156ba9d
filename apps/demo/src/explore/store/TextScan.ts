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
  return (texts, bits, offset) => {
    const { bytes, records, endOf } = texts;
    const codeAt = (at: number): number => bytes[at] ?? 0;
    let record = 0;
    let at = bytes.indexOf(wanted);
    while (at >= 0) {
      record = recordAt(endOf, record, records, at);
      const start = record === 0 ? 0 : endOf(record - 1);
      if (!SearchText.isHit(first, codeAt, start, at)) {
        at = bytes.indexOf(wanted, at + 1);
        continue;
      }
      if (isFoundByFirst || matches(textOf(texts, record))) {
        setBit(bits, offset + record);
      }
      at = record + 1 < records ? bytes.indexOf(wanted, endOf(record)) : -1;
      record += 1;
    }
  };
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
