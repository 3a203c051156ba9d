/** Counts the hits of a search in each record that it finds: what a reader steps through. */
import type { Range } from "./SearchProtocol.ts";
import * as SearchText from "./SearchText.ts";
import { compile, findTerm, type Search } from "./TextSearch.ts";

/** The hits in some consecutive records of one run. */
export interface HitCounts extends Range {
  /** The records that have hits, counted from `from`, in order. */
  readonly records: Uint32Array<ArrayBuffer>;
  /** How many each of these has. */
  readonly counts: Uint32Array<ArrayBuffer>;
}

/** The most hits that are counted: a search that has more says so. */
export const maxHits = 5_000_000;

/** How many hits there are in the text of a record (`SearchText.ofLine`) that the search finds. */
export type HitCounter = (text: string) => number;

/**
 * Prepares a count. Each term counts wherever it is, but for hits that overlap one of its own; so does each regular
 * expression, without empty matches. Throws a `SyntaxError` where the search has a problem.
 */
export const counter = (search: Search): HitCounter => {
  const terms = Array.from(new Set(search.terms.map(SearchText.fold)))
    .filter((term) => term !== "")
    .map(SearchText.termOf);
  const expressions = Array.from(new Set(search.patterns)).map((pattern) =>
    compile(pattern, "gim"),
  );
  return (text) => {
    let hits = 0;
    for (const term of terms) {
      const { length } = term.text;
      for (let at = findTerm(text, term, 0); at >= 0; at = findTerm(text, term, at + length)) {
        hits += 1;
      }
    }
    if (expressions.length === 0) return hits;
    const parts = SearchText.partsOf(text);
    for (const expression of expressions) {
      for (const [found] of parts.matchAll(expression)) if (found !== "") hits += 1;
    }
    return hits;
  };
};

const decoder = new TextDecoder();

/** Collects the counts of a run, from a record on. */
export interface HitCollector {
  /** Adds a record with some hits. A record without hits is left out. */
  readonly add: (record: number, hits: number) => void;
  /** All that was added, up to a record. */
  readonly counts: (to: number) => HitCounts;
}

/** Starts without hits. */
export const collect = (from: number): HitCollector => {
  const records: Array<number> = [];
  const counts: Array<number> = [];
  return {
    add: (record, hits) => {
      if (hits === 0) return;
      records.push(record - from);
      counts.push(hits);
    },
    counts: (to) => ({
      from,
      to,
      records: Uint32Array.from(records),
      counts: Uint32Array.from(counts),
    }),
  };
};

/** Counts as they travel: the length of a head, the head as JSON, then the records and counts of each run. */
export const toBytes = (all: ReadonlyArray<HitCounts>): Uint8Array<ArrayBuffer> => {
  const head = new TextEncoder().encode(
    JSON.stringify(all.map(({ from, to, records }) => ({ from, to, size: records.length }))),
  );
  const bytes = new Uint8Array(
    all.reduce((sum, { records }) => sum + 8 * records.length, 4 + head.length),
  );
  new DataView(bytes.buffer).setUint32(0, head.length, true);
  bytes.set(head, 4);
  let at = 4 + head.length;
  for (const { records, counts } of all) {
    for (const own of [records, counts]) {
      // Every engine that runs this is little-endian.
      bytes.set(new Uint8Array(own.buffer, own.byteOffset, own.byteLength), at);
      at += own.byteLength;
    }
  }
  return bytes;
};

/** Reads what {@link toBytes} wrote. */
export const fromBytes = (buffer: ArrayBuffer): ReadonlyArray<HitCounts> => {
  const length = new DataView(buffer).getUint32(0, true);
  const heads: ReadonlyArray<Range & { readonly size: number }> = JSON.parse(
    decoder.decode(new Uint8Array(buffer, 4, length)),
  );
  let at = 4 + length;
  const take = (size: number): Uint32Array<ArrayBuffer> => {
    at += 4 * size;
    // A copy, because typed arrays must be aligned.
    return new Uint32Array(buffer.slice(at - 4 * size, at));
  };
  return heads.map(({ from, to, size }) => ({ from, to, records: take(size), counts: take(size) }));
};
