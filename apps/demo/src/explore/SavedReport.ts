/**
 * A report in one file: the page with its records inside, which opens without a server.
 *
 * The file holds the figures of the records in columns, and the records as the session stores them, in blocks. Both are
 * compressed and encoded in Base64: that makes the file ten times smaller, and no text in it can be mistaken for markup.
 * The page unpacks all figures at the start, and a block of records when it shows or searches them.
 */
import { Clock, Data, Effect, FileSystem, Stream } from "effect";
import { promisify } from "node:util";
import { deflate } from "node:zlib";
import * as PageDocument from "./PageDocument.ts";
import type { Batch, Session } from "./Session.ts";
import type { Meta, SavedHead } from "./ExploreProtocol.ts";

/** What a report holds of a session. */
export interface SavedSession extends Pick<Session, "state" | "batches" | "fields"> {
  readonly store: Pick<Session["store"], "records" | "size" | "bytes">;
}

/** How many bytes a block of records has before it is compressed, unless one record has more. */
const blockBytes = 2 ** 21;

/** How many batches of figures are compressed together. */
const batchesPerBlock = 64;

/** How many bytes of records a file holds, compressed: browsers open no file of any size. */
const maxRecordBytes = 2 ** 29;

/** Consecutive records of a run. */
interface Block {
  readonly run: number;
  readonly from: number;
  readonly to: number;
}

/** The file, in chunks, with everything that a session has read so far. */
export const document = (
  session: SavedSession,
  assets: PageDocument.Assets,
  meta: Meta,
  maxBytes = maxRecordBytes,
): Stream.Stream<Uint8Array> =>
  Stream.unwrap(
    Effect.map(Clock.currentTimeMillis, (now) => {
      const saved: Meta = {
        ...meta,
        mode: "saved",
        faults: [],
        savedAt: new Date(now).toISOString(),
      };
      const batches = [...session.batches()];
      const head: SavedHead = { state: session.state(), fields: session.fields() };
      /** How many records of each run the file holds in full. */
      const held = meta.runs.map(() => 0);
      let written = 0;
      return Stream.make(PageDocument.head(saved, assets), island("state", head)).pipe(
        Stream.concat(
          Stream.fromIterable(chunksOf(batches, batchesPerBlock)).pipe(
            Stream.mapEffect((block) => Effect.promise(() => packedCells(block)), { concurrency }),
          ),
        ),
        Stream.concat(
          Stream.fromIterable(blocksOf(session, batches)).pipe(
            Stream.mapEffect((block) => Effect.promise(() => packedRecords(session, block)), {
              concurrency,
            }),
            Stream.takeWhile(({ text }) => {
              written += text.length;
              return written <= maxBytes;
            }),
            Stream.map(({ text, block }) => {
              held[block.run] = block.to;
              return text;
            }),
          ),
        ),
        Stream.concat(Stream.sync(() => island("held", held))),
        Stream.concat(Stream.make(PageDocument.tail(assets))),
        Stream.encodeText,
      );
    }),
  );

/** How many blocks are compressed at a time, in threads of Node. */
const concurrency = 4;

/** The report could not be written. */
export class SaveError extends Data.TaggedError("SaveError")<{ readonly problem: string }> {
  override get message(): string {
    return this.problem;
  }
}

/** Writes the file, under a temporary name until it is complete. */
export const write = Effect.fn("SavedReport.write")(function* (
  session: SavedSession,
  assets: PageDocument.Assets,
  meta: Meta,
  file: string,
): Effect.fn.Return<void, SaveError, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem;
  const partial = `${file}.partial`;
  yield* document(session, assets, meta).pipe(
    Stream.run(fs.sink(partial)),
    Effect.andThen(fs.rename(partial, file)),
    Effect.onError(() => Effect.ignore(fs.remove(partial, { force: true }))),
    Effect.mapError(
      ({ reason }) => new SaveError({ problem: `${file} cannot be written: ${reason.message}` }),
    ),
  );
});

const island = (id: string, value: unknown): string =>
  `<script type="application/json" id="${id}">${PageDocument.json(value)}</script>\n`;

const chunksOf = <A>(all: ReadonlyArray<A>, size: number): ReadonlyArray<ReadonlyArray<A>> =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, chunk) =>
    all.slice(chunk * size, (chunk + 1) * size),
  );

/** The blocks of all records of some batches. Where several runs were read, their blocks take turns. */
const blocksOf = ({ store }: SavedSession, batches: ReadonlyArray<Batch>): ReadonlyArray<Block> => {
  const blocks: Array<Block> = [];
  const open = new Map<number, Block>();
  for (const { run, start, records } of batches) {
    let block = open.get(run) ?? { run, from: start, to: start };
    for (let to = start + 1; to <= start + records; to++) {
      const longer = { run, from: block.from, to };
      if (store.size(run, longer) > blockBytes && block.to > block.from) {
        blocks.push(block);
        block = { run, from: block.to, to };
      } else {
        block = longer;
      }
    }
    open.set(run, block);
  }
  return [...blocks, ...open.values()];
};

/** The batches, one after the other, each with its length before it. */
const packedCells = async (batches: ReadonlyArray<Batch>): Promise<string> => {
  const parts = batches.flatMap(({ cells }) => {
    const bytes = Buffer.from(Buffer.from(cells).toString("latin1"), "base64");
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    return [length, bytes];
  });
  return `<script type="text/plain" class="cells">${await pack(Buffer.concat(parts))}</script>\n`;
};

const packedRecords = async (
  { store }: SavedSession,
  block: Block,
): Promise<{ readonly text: string; readonly block: Block }> => {
  const { run, from, to } = block;
  const packed = await pack(store.bytes(run, block));
  return {
    text: `<script type="text/plain" class="records" data-place="${run} ${from} ${to}">${packed}</script>\n`,
    block,
  };
};

const compress = promisify(deflate);

const pack = async (bytes: Buffer): Promise<string> => (await compress(bytes)).toString("base64");
