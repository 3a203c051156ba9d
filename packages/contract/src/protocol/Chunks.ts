import * as Data from "effect/Data";

/** The body is longer than the bound. Reading stopped there. */
export class BodyTooLarge extends Data.TaggedError("BodyTooLarge")<{
  /** The start of the body, as far as it was read. */
  readonly start: Uint8Array;
}> {}

/** Collects the chunks of a body, up to a bound. */
export interface ChunkCollector<out Body> {
  /** Adds a chunk. Returns an error if the body is now longer than the bound. */
  readonly add: (chunk: Uint8Array) => BodyTooLarge | undefined;
  /** The body, after its last chunk. */
  readonly end: () => Body;
}

/** Collects a body as bytes. */
export class ByteCollector implements ChunkCollector<Uint8Array> {
  readonly #chunks: Array<Uint8Array> = [];
  readonly #maxBytes: number;
  #size = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(chunk: Uint8Array): BodyTooLarge | undefined {
    this.#chunks.push(chunk);
    this.#size += chunk.byteLength;
    return this.#size > this.#maxBytes ? new BodyTooLarge({ start: this.end() }) : undefined;
  }

  end(): Uint8Array {
    return joinChunks(this.#chunks);
  }
}

/** Chunks in one piece. */
export const joinChunks = (chunks: ReadonlyArray<Uint8Array>): Uint8Array => {
  const [first] = chunks;
  if (chunks.length === 1 && first !== undefined) return first;
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
};
