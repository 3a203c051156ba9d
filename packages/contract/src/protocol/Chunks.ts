import * as Data from "effect/Data";

/** The body is longer than the bound. Reading stopped there. */
export class BodyTooLarge extends Data.TaggedError("BodyTooLarge")<{
  /** The start of the body, as far as it was read. */
  readonly start: Uint8Array;
}> {}

/** Collects the chunks of a body, up to a bound. */
export class Chunks {
  readonly #chunks: Array<Uint8Array> = [];
  readonly #maxBytes: number;
  #size = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Adds a chunk. Returns an error if the body is now longer than the bound. */
  add(chunk: Uint8Array): BodyTooLarge | undefined {
    this.#chunks.push(chunk);
    this.#size += chunk.byteLength;
    return this.#size > this.#maxBytes ? new BodyTooLarge({ start: this.bytes() }) : undefined;
  }

  /** All chunks in one piece. */
  bytes(): Uint8Array {
    const [first] = this.#chunks;
    if (this.#chunks.length === 1 && first !== undefined) return first;
    const bytes = new Uint8Array(this.#size);
    let at = 0;
    for (const chunk of this.#chunks) {
      bytes.set(chunk, at);
      at += chunk.byteLength;
    }
    return bytes;
  }
}
