/**
 * The body of a response as text. JSON is UTF-8 (RFC 8259, section 8.1), and a lenient decoder would put U+FFFD where a
 * body was damaged. Chunks are decoded as they arrive: that costs less than to put them together first.
 */
import * as Effect from "effect/Effect";
import { BodyTooLarge, ByteCollector, type ChunkCollector, joinChunks } from "./Chunks.ts";
import * as ContentEncoding from "./ContentEncoding.ts";

/** A body that was read whole. */
export interface BodyText {
  /** Undefined if the body is not UTF-8. A byte order mark is left out. */
  readonly text: string | undefined;
  /** The first bytes of the body, to quote it by: at least as many as an error quotes. */
  readonly start: () => Uint8Array;
}

/** A body without any byte. */
export const empty: BodyText = { text: "", start: () => new Uint8Array() };

/** Decodes a body. */
export const fromBytes = (bytes: Uint8Array): BodyText => {
  const collector = new TextCollector(Number.POSITIVE_INFINITY);
  collector.add(bytes);
  return collector.end();
};

/**
 * The text of a body that people read, such as an error page: UTF-8, or else its start in the charset that its
 * Content-Type names, with U+FFFD in place of what is no text.
 */
export const toReadableText = (
  { text, start }: BodyText,
  contentType: string | undefined,
): string => {
  if (text !== undefined) return text;
  const charset = /;\s*charset="?([\w.:-]{1,40})/i.exec(contentType ?? "")?.[1];
  return decoderOf(charset).decode(start());
};

const decoderOf = (charset: string | undefined): TextDecoder => {
  try {
    return new TextDecoder(charset);
  } catch {
    // The runtime does not know the charset.
    return new TextDecoder();
  }
};

const maxStartBytes = 2 ** 15;

/** Collects a body as text. */
export class TextCollector implements ChunkCollector<BodyText> {
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  readonly #maxBytes: number;
  readonly #first: Array<Uint8Array> = [];
  #size = 0;
  #text: string | undefined = "";

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(chunk: Uint8Array): BodyTooLarge | undefined {
    if (this.#size < maxStartBytes) this.#first.push(chunk);
    this.#size += chunk.byteLength;
    this.#decode(chunk);
    return this.#size > this.#maxBytes
      ? new BodyTooLarge({ start: joinChunks(this.#first) })
      : undefined;
  }

  end(): BodyText {
    this.#decode();
    return { text: this.#text, start: () => joinChunks(this.#first) };
  }

  #decode(chunk?: Uint8Array): void {
    if (this.#text === undefined) return;
    try {
      this.#text += this.#decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      this.#text = undefined;
    }
  }
}

/** What arrives of a body: text, or bytes if the body has a content encoding. */
export type Arrived = BodyText | Uint8Array;

/** Collects a body with the value of its Content-Encoding header, for {@link decode}. */
export const collector = (
  encoding: string | undefined,
  maxBytes: number,
): ChunkCollector<Arrived> =>
  encoding === undefined ? new TextCollector(maxBytes) : new ByteCollector(maxBytes);

/** Undoes the content encoding of a body, as far as the transport has not. */
export const decode = (
  arrived: Arrived,
  encoding: string | undefined,
  maxBytes: number,
): Effect.Effect<BodyText, BodyTooLarge | ContentEncoding.BodyCorrupt> =>
  // Bytes may be of another realm, as Node's are under jsdom.
  "text" in arrived
    ? Effect.succeed(arrived)
    : Effect.map(ContentEncoding.decode(arrived, encoding, maxBytes), fromBytes);
