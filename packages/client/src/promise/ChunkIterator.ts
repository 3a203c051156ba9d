/**
 * Iterates over the items of chunks, such as the records of pages. Only the first item of a chunk waits; the others are
 * there.
 *
 * An async generator would not do: its `return` waits for the chunk that is being fetched, where this one interrupts
 * it.
 */

/** Where chunks come from. */
export interface ChunkSource<A> {
  /** Called before the first chunk, with what aborts the iteration. Returns what is called at its end. */
  readonly open: (abort: (reason: unknown) => void) => () => void;
  /** Fetches the next chunk; undefined at the end. */
  readonly next: () => Promise<ReadonlyArray<A> | undefined>;
  /** Interrupts a running `next`, and releases what the source holds. Called once, however the iteration ends. */
  readonly close: () => Promise<void>;
}

const end: IteratorReturnResult<undefined> = { done: true, value: undefined };

/** An iterator over the items of a source. It starts with the first `next`. */
export class ChunkIterator<A> implements AsyncIterableIterator<A, undefined> {
  readonly #source: ChunkSource<A>;
  #items: Iterator<A, undefined> = none();
  #isClosed = false;
  #leave: (() => void) | undefined;
  /** Set between an abort and the call of `next` that throws its reason. */
  #abortReason: { readonly reason: unknown } | undefined;
  /** The latest call of `next`. Calls are answered in order, even if several are made at once. */
  #latest: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(source: ChunkSource<A>) {
    this.#source = source;
  }

  next(): Promise<IteratorResult<A, undefined>> {
    if (this.#waiting === 0) {
      const item = this.#items.next();
      if (item.done !== true) return Promise.resolve(item);
    }
    this.#waiting += 1;
    const answer = this.#latest.then(this.#advance, this.#advance).finally(() => {
      this.#waiting -= 1;
    });
    this.#latest = answer;
    return answer;
  }

  /** Interrupts the fetch in progress. */
  async return(): Promise<IteratorResult<A, undefined>> {
    await this.#close();
    return end;
  }

  async throw(error: unknown): Promise<never> {
    await this.#close();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Finds the next item, in as many chunks as it takes. */
  readonly #advance = async (): Promise<IteratorResult<A, undefined>> => {
    for (;;) {
      const item = this.#items.next();
      if (item.done !== true) return item;
      if (this.#abortReason !== undefined) {
        const { reason } = this.#abortReason;
        this.#abortReason = undefined;
        throw reason;
      }
      if (this.#isClosed) return end;
      // Pages are fetched ahead while nobody waits for one, so what aborts the iteration does so until its end.
      this.#leave ??= this.#source.open(this.#abort);
      try {
        const chunk = await this.#source.next();
        if (chunk === undefined) await this.#close();
        // A chunk that arrives after the iteration was closed is dropped.
        else if (!this.#isClosed) this.#items = chunk[Symbol.iterator]();
      } catch (error) {
        // The next turn of this loop says why the iteration was closed.
        if (this.#isClosed) continue;
        await this.#close();
        throw error;
      }
    }
  };

  readonly #abort = (reason: unknown): void => {
    this.#abortReason = { reason };
    void this.#close();
  };

  async #close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#items = none();
    this.#leave?.();
    await this.#source.close();
  }
}

const none = <A>(): Iterator<A, undefined> => {
  const items: ReadonlyArray<A> = [];
  return items[Symbol.iterator]();
};
