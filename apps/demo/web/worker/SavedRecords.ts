/**
 * The records of a saved report, in the compressed blocks that the file has. A block is unpacked when something in it is
 * needed.
 */
import type { MetricKnowledge } from "../../src/analysis/MetricKnowledge.ts";
import type { SeriesIndex } from "../../src/analysis/Series.ts";
import type { RecordWithScores } from "@scorecard-effect/contract";
import * as Detail from "../../src/explore/Detail.ts";
import type {
  Detail as DetailOfRecord,
  FieldSummary,
  Note,
} from "../../src/explore/ExploreProtocol.ts";
import * as RecordExport from "../../src/explore/RecordExport.ts";
import * as Row from "../../src/explore/Row.ts";
import * as FieldColumn from "../../src/explore/store/FieldColumn.ts";
import * as HitCount from "../../src/explore/store/HitCount.ts";
import * as RecordLine from "../../src/explore/store/RecordLine.ts";
import * as SearchText from "../../src/explore/store/SearchText.ts";
import { emptyBitmap, type Matcher, matcher, setBit } from "../../src/explore/store/TextSearch.ts";
import type { RecordSource } from "./RecordSource.ts";
import { finder } from "./TermBytes.ts";
import { bytesOf, unpack } from "./Unpack.ts";

/** Consecutive records of a run, packed. */
interface PackedRecords {
  readonly run: number;
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

export interface SavedRecords extends RecordSource {
  readonly add: (packed: PackedRecords) => void;
  readonly setFields: (fields: ReadonlyArray<FieldSummary>) => void;
  readonly detail: (run: number, index: number) => Promise<DetailOfRecord>;
}

interface Block extends Omit<PackedRecords, "text"> {
  readonly packed: Uint8Array<ArrayBuffer>;
}

/** A block as the session stored it: two lines for each record. */
interface Unpacked {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where the lines of each record start, and the end of the last. */
  readonly starts: Uint32Array;
}

/** How many blocks stay unpacked. */
const maxUnpacked = 4;

/** How many bytes of blocks stay unpacked for the next search. */
const maxScannedBytes = 2 ** 26;

/** Starts without records. `series` are those of the figures. */
export const make = (
  runs: ReadonlyArray<string>,
  series: SeriesIndex,
  knowledge: MetricKnowledge,
  notes: ReadonlyArray<Note>,
): SavedRecords => {
  const blocks: Array<Block> = [];
  const unpacked = new Map<Block, Promise<Unpacked>>();
  /** The first blocks that were scanned. */
  const scannedBlocks = new Map<Block, Unpacked>();
  let scannedBytes = 0;
  let fields: ReadonlyArray<FieldSummary> = [];

  const open = (block: Block): Promise<Unpacked> => {
    const known = unpacked.get(block) ?? unpackBlock(block);
    unpacked.delete(block);
    unpacked.set(block, known);
    for (const oldest of unpacked.keys()) {
      if (unpacked.size <= maxUnpacked) break;
      unpacked.delete(oldest);
    }
    return known;
  };
  /** A block for a scan, which visits all of them: the first ones stay unpacked, others leave no trace. */
  const scanned = async (block: Block): Promise<Unpacked> => {
    const known = scannedBlocks.get(block) ?? (await (unpacked.get(block) ?? unpackBlock(block)));
    if (!scannedBlocks.has(block) && scannedBytes + known.bytes.length <= maxScannedBytes) {
      scannedBlocks.set(block, known);
      scannedBytes += known.bytes.length;
    }
    return known;
  };
  const blockOf = (run: number, index: number): Block | undefined =>
    blocks.find((block) => block.run === run && block.from <= index && index < block.to);
  const record = async (run: number, index: number): Promise<RecordWithScores | undefined> => {
    const block = blockOf(run, index);
    if (block === undefined) return undefined;
    const { bytes, starts } = await open(block);
    const at = index - block.from;
    const lines = decoder.decode(bytes.subarray(starts[at], starts[at + 1]));
    return RecordLine.read(lines, runs[run] ?? "", series);
  };
  /** Visits the records of a run from a given one on, block by block. */
  const scan = async (
    run: number,
    from: number,
    visit: (block: Block, unpackedBlock: Unpacked, first: number) => boolean,
  ): Promise<void> => {
    for (const block of blocks) {
      if (block.run !== run || block.to <= from) continue;
      const own = await scanned(block);
      if (!visit(block, own, Math.max(0, from - block.from))) return;
    }
  };
  /** The records that have one of some ids; no more of them than `most`. */
  const findAll = async (
    run: number,
    ids: ReadonlyArray<string>,
    from: number,
    most = Number.POSITIVE_INFINITY,
  ): Promise<ReadonlyArray<readonly [index: number, place: number]>> => {
    const places = new Map<string, Array<number>>();
    for (const [place, id] of ids.entries()) {
      const written = JSON.stringify(id);
      const own = places.get(written);
      if (own === undefined) places.set(written, [place]);
      else own.push(place);
    }
    const found: Array<readonly [number, number]> = [];
    await scan(run, from, (block, { bytes, starts }, first) => {
      for (let at = first; at < block.to - block.from && found.length < most; at++) {
        const own = places.get(idIn(bytes, starts[at] ?? 0));
        for (const place of own ?? []) found.push([block.from + at, place]);
      }
      return found.length < most;
    });
    return found;
  };
  const end = (run: number): number =>
    blocks.reduce((last, block) => (block.run === run ? Math.max(last, block.to) : last), 0);

  return {
    add: ({ text, ...place }) => {
      blocks.push({ ...place, packed: bytesOf(text) });
    },
    setFields: (own) => {
      fields = own;
    },
    rows: (run, indexes) =>
      Promise.all(
        indexes.map(async (index) => {
          const own = await record(run, index);
          return own === undefined ? null : Row.fromRecord(own, series);
        }),
      ),
    detail: async (run, index) => {
      const own = await record(run, index);
      if (own === undefined) {
        throw new Error("This file left out the texts of this record: it holds its figures only.");
      }
      return Detail.fromRecord(own, knowledge);
    },
    find: async (run, id) => {
      const [first] = await findAll(run, [id], 0, 1);
      return first?.[0] ?? null;
    },
    findAll: (run, ids, from) => findAll(run, ids, from),
    search: async (search, from, signal) => {
      const prepared = matcher(search);
      return Promise.all(
        runs.map(async (_, run) => {
          const start = from[run] ?? 0;
          const to = Math.max(start, end(run));
          const bits = emptyBitmap(to - start);
          await scan(run, start, (block, own, first) => {
            for (const at of found(prepared, block, own, first))
              setBit(bits, block.from + at - start);
            return !signal.aborted;
          });
          signal.throwIfAborted();
          return { from: start, to, bits };
        }),
      );
    },
    hits: async (search, from, room, signal) => {
      const prepared = matcher(search);
      const count = HitCount.counter(search);
      let left = room;
      const counts: Array<HitCount.HitCounts> = [];
      for (const run of runs.keys()) {
        const start = from[run] ?? 0;
        const own = HitCount.collect(start);
        let counted = start;
        await scan(run, start, (block, opened, first) => {
          for (const at of found(prepared, block, opened, first)) {
            const hits = count(textOf(opened, at));
            left -= hits;
            own.add(block.from + at, hits);
          }
          counted = block.to;
          return left > 0 && !signal.aborted;
        });
        signal.throwIfAborted();
        counts.push(own.counts(counted));
        if (left <= 0) break;
      }
      return counts;
    },
    column: async (field, run, from) => {
      const reader = FieldColumn.make(field, Math.max(0, end(run) - from));
      await scan(run, from, (block, { bytes, starts }, first) => {
        for (let at = first; at < block.to - block.from; at++) {
          const start = starts[at] ?? 0;
          if (!reader.add(bytes, start, bytes.indexOf(10, start))) {
            throw new Error(FieldColumn.tooLong(field));
          }
        }
        return true;
      });
      return reader.column();
    },
    exported: async (format, places) => {
      const encoder = RecordExport.make(format, knowledge);
      const annotate = RecordExport.annotator(notes);
      const chunks: Array<Uint8Array<ArrayBuffer>> = [];
      const { recordsPerChunk } = RecordExport;
      for (let at = 0; at < places.length; at += 2 * recordsPerChunk) {
        const records: Array<RecordWithScores> = [];
        for (
          let place = at;
          place < Math.min(at + 2 * recordsPerChunk, places.length);
          place += 2
        ) {
          const own = await record(places[place] ?? 0, places[place + 1] ?? 0);
          if (own === undefined) {
            throw new Error("This file left out the texts of some of these records.");
          }
          records.push(annotate(places[place] ?? 0, own));
        }
        chunks.push(encoder.add(records));
      }
      return new Blob([...chunks, encoder.end()]);
    },
    fields: () => Promise.resolve(fields),
  };
};

/** The id that the lines of a record start with, as JSON. */
const idIn = (bytes: Uint8Array, start: number): string => {
  const from = start + 2;
  let to = from + 1;
  while (to < bytes.length && bytes[to] !== 34) to += bytes[to] === 92 ? 2 : 1;
  return decoder.decode(bytes.subarray(from, to + 1));
};

/** The places of the records in a block that a search finds, from one of them on. */
const found = (
  { terms: [longest], matches }: Matcher,
  { from, to }: Block,
  own: Unpacked,
  first: number,
): ReadonlyArray<number> => {
  const places: Array<number> = [];
  const next = longest === undefined ? undefined : finder(longest)?.(own.bytes);
  for (let at = first; at < to - from; at++) {
    if (next !== undefined) {
      const place = next(own.starts[at] ?? 0);
      if (place < 0) break;
      while (place >= (own.starts[at + 1] ?? Number.POSITIVE_INFINITY)) at += 1;
    }
    if (matches(textOf(own, at))) places.push(at);
  }
  return places;
};

/** The text of a record in a block, as a search reads it. */
const textOf = ({ bytes, starts }: Unpacked, at: number): string => {
  const start = starts[at] ?? 0;
  return SearchText.ofLine(decoder.decode(bytes.subarray(start, bytes.indexOf(10, start))));
};

const unpackBlock = async ({ packed, from, to }: Block): Promise<Unpacked> => {
  const bytes = await unpack(packed);
  const starts = new Uint32Array(to - from + 1);
  let at = 0;
  for (let record = 0; record < to - from; record++) {
    starts[record] = at;
    at = bytes.indexOf(10, bytes.indexOf(10, at) + 1) + 1;
  }
  starts[to - from] = at;
  return { bytes, starts };
};

const decoder = new TextDecoder();
