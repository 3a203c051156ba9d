/**
 * A report in one file: the page with its records inside, which opens without a server.
 *
 * The records are JSON, compressed and encoded in Base64. That makes the file ten times smaller, and no text in it
 * can be mistaken for markup. The page unpacks one batch after another, and a record in full when it shows it.
 */
import { Clock, Data, Effect, FileSystem, Stream } from "effect";
import { promisify } from "node:util";
import { deflate } from "node:zlib";
import * as PageDocument from "./PageDocument.ts";
import type { Batch, Session } from "./Session.ts";
import type { Meta } from "./ExploreProtocol.ts";

/** What a report holds of a session. */
export type SavedSession = Pick<Session, "state" | "batches">;

/** The file, in chunks, with everything that a session has read so far. */
export const document = (
  session: SavedSession,
  assets: PageDocument.Assets,
  meta: Meta,
): Stream.Stream<Uint8Array> =>
  Stream.unwrap(
    Effect.map(Clock.currentTimeMillis, (now) => {
      const saved: Meta = {
        ...meta,
        mode: "saved",
        faults: [],
        savedAt: new Date(now).toISOString(),
      };
      return Stream.make(PageDocument.head(saved, assets), island("state", session.state())).pipe(
        Stream.concat(
          Stream.fromIterable([...session.batches()]).pipe(
            Stream.mapEffect((batch) => Effect.promise(() => packed(batch))),
          ),
        ),
        Stream.concat(Stream.make(PageDocument.tail(assets))),
        Stream.encodeText,
      );
    }),
  );

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

const packed = async ({ rows, texts, records }: Batch): Promise<string> => {
  const [table, details] = await Promise.all([
    pack(`${rows}\n${texts}`),
    pack(`[${records.join(",")}]`),
  ]);
  return `<script type="text/plain" class="rows">${table}</script>
<script type="text/plain" class="records">${details}</script>
`;
};

const compress = promisify(deflate);

const pack = async (text: string): Promise<string> =>
  (await compress(Buffer.from(text))).toString("base64");
