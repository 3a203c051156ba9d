/**
 * Iterates over the items of chunks, such as the records of pages. Only the first item of a chunk waits; the others are
 * there.
 *
 * An async generator would not do: its `return` waits for the chunk that is being fetched, where this one interrupts
 * it.
 */

/** Where chunks come from. */
export interface ChunkSource<A> {
  /** Fetches the next chunk; undefined at the end. */
  readonly next: () => Promise<ReadonlyArray<A> | undefined>;
  /** Interrupts a running `next`, and releases what the source holds. Called once. */
  readonly close: () => Promise<void>;
  /** Signals that abort the iteration: it throws their reason. */
  readonly signals: ReadonlyArray<AbortSignal>;
}

const end: IteratorReturnResult<undefined> = { done: true, value: undefined };

/** An iterator over the items of a source. It starts with the first `next`. */
export class ChunkIterator<A> implements AsyncIterableIterator<A, undefined> {
  readonly #source: ChunkSource<A>;
  #items: Iterator<A, undefined> = none();
  #state: "new" | "open" | "closed" = "new";
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
      if (this.#isClosed()) return end;
      this.#open();
      try {
        const chunk = await this.#source.next();
        if (chunk === undefined) await this.#close();
        // A chunk that arrives after the iteration was closed is dropped.
        else if (!this.#isClosed()) this.#items = chunk[Symbol.iterator]();
      } catch (error) {
        // The next turn of this loop says why the iteration was closed.
        if (this.#isClosed()) continue;
        await this.#close();
        throw error;
      }
    }
  };

  #isClosed(): boolean {
    return this.#state === "closed";
  }

  // Pages are fetched ahead while nobody waits for one, so the listeners stay for the whole iteration.
  #open(): void {
    if (this.#state !== "new") return;
    this.#state = "open";
    for (const signal of this.#source.signals) signal.addEventListener("abort", this.#onAbort);
  }

  readonly #onAbort = ({ currentTarget }: Event): void => {
    this.#abortReason = {
      reason: currentTarget instanceof AbortSignal ? currentTarget.reason : undefined,
    };
    void this.#close();
  };

  async #close(): Promise<void> {
    if (this.#isClosed()) return;
    this.#state = "closed";
    this.#items = none();
    for (const signal of this.#source.signals) signal.removeEventListener("abort", this.#onAbort);
    await this.#source.close();
  }
}

const none = <A>(): Iterator<A, undefined> => {
  const items: ReadonlyArray<A> = [];
  return items[Symbol.iterator]();
};
