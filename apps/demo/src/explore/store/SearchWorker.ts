/**
 * A thread of a session: writes the texts of records behind the stream, searches them, and collects the values of
 * fields. It imports little, because its memory counts for the session's.
 */
import { readSync, writeSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import * as FieldColumn from "./FieldColumn.ts";
import { countOf, endsOf, type RunFile, setCount } from "./RunFile.ts";
import type { Answer, Question, Range, Request, Response } from "./SearchProtocol.ts";
import * as HitCount from "./HitCount.ts";
import * as SearchText from "./SearchText.ts";
import * as TextScan from "./TextScan.ts";
import { type Bitmap, emptyBitmap, hasBit, matcher } from "./TextSearch.ts";

/** How many bytes are read at a time, unless one record has more. */
const chunkBytes = 2 ** 22;

let runs: ReadonlyArray<RunFile> = [];
let isIndexing = false;
const waiting: Array<{ readonly number: number; readonly question: Question }> = [];
let isAnswering = false;
const cancelled = new Set<number>();

const send = (response: Response, transfer: Array<ArrayBuffer> = []): void =>
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has none
  parentPort?.postMessage(response, transfer);

/** Lets messages arrive. */
const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

// Kept, so that no search has to allocate them; larger records get their own.
const readBuffer = Buffer.allocUnsafeSlow(chunkBytes);
const textBuffer = Buffer.allocUnsafeSlow(2 * chunkBytes);

/** Some records of a file, read at once. */
interface Chunk {
  readonly bytes: Buffer;
  /** The first record, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** Where the chunk starts in the file. */
  readonly start: number;
}

const read = (fd: number, ends: Float64Array, { from, to }: Range): Chunk => {
  const start = from === 0 ? 0 : (ends[from - 1] ?? 0);
  let last = from + 1;
  while (last < to && (ends[last] ?? 0) - start <= chunkBytes) last += 1;
  const length = (ends[last - 1] ?? 0) - start;
  const bytes =
    length <= chunkBytes ? readBuffer.subarray(0, length) : Buffer.allocUnsafeSlow(length);
  let at = 0;
  while (at < length) {
    const got = readSync(fd, bytes, at, length - at, start + at);
    if (got === 0) throw new Error("the temporary file is shorter than it was");
    at += got;
  }
  return { bytes, from, to: last, start };
};

/** Writes the texts of the records that have none, one chunk of them. Returns whether there may be more. */
const index = (run: RunFile): boolean => {
  const from = countOf(run, "texts");
  const to = countOf(run, "lines");
  if (from >= to) return false;
  const lineEnds = endsOf(run.lineEnds, to);
  const textEnds = endsOf(run.textEnds, to);
  const chunk = read(run.lines, lineEnds, { from, to });
  const room = 2 * chunk.bytes.length + chunk.to - chunk.from;
  const texts = room <= textBuffer.length ? textBuffer : Buffer.allocUnsafeSlow(room);
  const start = from === 0 ? 0 : (textEnds[from - 1] ?? 0);
  let at = 0;
  let lineStart = 0;
  for (let record = chunk.from; record < chunk.to; record++) {
    const lineEnd = chunk.bytes.indexOf(10, lineStart);
    at += texts.write(SearchText.ofLine(chunk.bytes.toString("utf8", lineStart, lineEnd)), at);
    texts[at] = SearchText.end;
    at += 1;
    textEnds[record] = start + at;
    lineStart = (lineEnds[record] ?? 0) - chunk.start;
  }
  for (let written = 0; written < at;) {
    written += writeSync(run.texts, texts, written, at - written, start + written);
  }
  setCount(run, "texts", chunk.to);
  return true;
};

/** Writes texts until every record has one. */
const indexAll = async (): Promise<void> => {
  if (isIndexing) return;
  isIndexing = true;
  try {
    while (runs.some(index)) {
      send({ type: "progress" });
      await pause();
    }
  } catch (cause) {
    send({ type: "broken", problem: cause instanceof Error ? cause.message : String(cause) });
  } finally {
    isIndexing = false;
  }
};

/** Visits the texts of some records of a run, chunk by chunk, while they are wanted. */
const visitTexts = async (
  run: RunFile | undefined,
  range: Range,
  isWanted: () => boolean,
  visit: (texts: TextScan.Texts, first: number) => void,
): Promise<void> => {
  if (run === undefined) return;
  while (countOf(run, "texts") < range.to && index(run)) {
    await pause();
    if (!isWanted()) break;
  }
  const ends = endsOf(run.textEnds, range.to);
  let next = range.from;
  while (next < range.to && isWanted()) {
    const { bytes, from, to, start } = read(run.texts, ends, { from: next, to: range.to });
    const endOf = (own: number): number => (ends[from + own] ?? 0) - start;
    visit({ bytes, records: to - from, endOf }, from);
    next = to;
    send({ type: "progress" });
    await pause();
  }
};

const search = async (
  question: Extract<Question, { type: "search" }>,
  isWanted: () => boolean,
): Promise<Answer> => {
  const scan = TextScan.make(matcher(question.search));
  const found: Array<Bitmap> = [];
  for (const [number, range] of question.ranges.entries()) {
    const bits = emptyBitmap(range.to - range.from);
    found.push(bits);
    await visitTexts(runs[number], range, isWanted, (texts, first) =>
      scan(texts, bits, first - range.from),
    );
  }
  return { type: "found", bits: found };
};

const hits = async (
  question: Extract<Question, { type: "hits" }>,
  isWanted: () => boolean,
): Promise<Answer> => {
  const scan = TextScan.make(matcher(question.search));
  const count = HitCount.counter(question.search);
  let left = question.room;
  const counts: Array<HitCount.HitCounts> = [];
  for (const [number, range] of question.ranges.entries()) {
    const own = HitCount.collect(range.from);
    let counted = range.from;
    await visitTexts(
      runs[number],
      range,
      () => left > 0 && isWanted(),
      (texts, first) => {
        const found = emptyBitmap(texts.records);
        scan(texts, found, 0);
        for (let record = 0; record < texts.records; record++) {
          if (!hasBit(found, record)) continue;
          const size = count(TextScan.textOf(texts, record));
          left -= size;
          own.add(first + record, size);
        }
        counted = first + texts.records;
      },
    );
    counts.push(own.counts(counted));
  }
  return { type: "hits", counts };
};

const column = async (
  { field, run: number, range }: Extract<Question, { type: "column" }>,
  isWanted: () => boolean,
): Promise<Answer> => {
  const reader = FieldColumn.make(field, range.to - range.from);
  const run = runs[number];
  if (run === undefined) return { type: "column", column: reader.column() };
  let next = range.from;
  while (next < range.to && isWanted()) {
    const ends = endsOf(run.lineEnds, range.to);
    const { bytes, from, to, start } = read(run.lines, ends, { from: next, to: range.to });
    for (let record = from; record < to; record++) {
      const lineStart = record === 0 ? 0 : (ends[record - 1] ?? 0) - start;
      if (!reader.add(bytes, lineStart, bytes.indexOf(10, lineStart))) {
        return { type: "problem", problem: FieldColumn.tooLong(field) };
      }
    }
    next = to;
    send({ type: "progress" });
    await pause();
  }
  return { type: "column", column: reader.column() };
};

const answerAll = async (): Promise<void> => {
  if (isAnswering) return;
  isAnswering = true;
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { number, question } = next;
    const isWanted = (): boolean => !cancelled.has(number);
    try {
      const answer = await (question.type === "search"
        ? search(question, isWanted)
        : question.type === "hits"
          ? hits(question, isWanted)
          : column(question, isWanted));
      const transfer =
        answer.type === "found"
          ? answer.bits.map(({ buffer }) => buffer)
          : answer.type === "column"
            ? [answer.column.codes.buffer]
            : [];
      send({ type: "answer", number, answer }, transfer);
    } catch (cause) {
      const problem = cause instanceof Error ? cause.message : String(cause);
      send({ type: "answer", number, answer: { type: "problem", problem } });
    }
    cancelled.delete(number);
  }
  isAnswering = false;
};

parentPort?.on("message", (request: Request) => {
  switch (request.type) {
    case "runs":
      ({ runs } = request);
      break;
    case "grown":
      void indexAll();
      break;
    case "question":
      waiting.push(request);
      void answerAll();
      break;
    case "cancel":
      cancelled.add(request.number);
      break;
  }
});
