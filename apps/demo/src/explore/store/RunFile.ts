/**
 * Where the records of a run are in its two files, in memory that the session and its search worker share: the session
 * writes the lines of records, and the worker their texts.
 */

/** The most records of a run. The memory for their places is reserved, but not used before it is needed. */
const maxRecords = 2 ** 26;

const initialRecords = 1024;

/** One run. Structured cloning passes it to a worker, without copying the memory. */
export interface RunFile {
  /** The file descriptors of the lines and of the texts. All threads of a process share them. */
  readonly lines: number;
  readonly texts: number;
  /** Where the lines and the text of each record end: see {@link endsOf}. */
  readonly lineEnds: SharedArrayBuffer;
  readonly textEnds: SharedArrayBuffer;
  /** How many records have lines and texts: see {@link countOf}. */
  readonly counts: SharedArrayBuffer;
}

const places = { lines: 0, texts: 1 } as const;

const reserve = (): SharedArrayBuffer =>
  new SharedArrayBuffer(8 * initialRecords, { maxByteLength: 8 * maxRecords });

/** Starts without records. */
export const make = (lines: number, texts: number): RunFile => ({
  lines,
  texts,
  lineEnds: reserve(),
  textEnds: reserve(),
  counts: new SharedArrayBuffer(8),
});

/** How many records have lines, or texts. */
export const countOf = ({ counts }: RunFile, what: "lines" | "texts"): number =>
  Atomics.load(new Int32Array(counts), places[what]);

/** Makes records visible to the other thread, after their bytes and places have been written. */
export const setCount = ({ counts }: RunFile, what: "lines" | "texts", count: number): void => {
  Atomics.store(new Int32Array(counts), places[what], count);
};

/** The ends of records, with room for `records` of them. */
export const endsOf = (ends: SharedArrayBuffer, records: number): Float64Array => {
  if (8 * records > ends.byteLength) ends.grow(Math.min(ends.maxByteLength, 16 * records));
  return new Float64Array(ends);
};
