/** How many pages a runner holds at once, so that all of them fit into its memory. */
import * as Effect from "effect/Effect";
import * as Semaphore from "effect/Semaphore";

const mebibyte = 2 ** 20;

/** How a chunk reads the pages of its run. */
export interface PagePlan {
  /** How many records a page has. */
  readonly pageSize: number;
  /** Whether pages are fetched and prepared while one is written. */
  readonly isAhead: boolean;
  /** How long a page may be. A longer one ends its chunk, and the next chunk has another plan. */
  readonly maxPageBytes: number;
  /** The memory that the chunk holds, in mebibytes. */
  readonly permits: number;
}

/** The memory for pages. */
export interface PageMemory {
  /** The longest body that a client reads. */
  readonly maxBodyBytes: number;
  /**
   * Plans a chunk of a run. `bytes` is the length of the run's longest page so far, as if it had a hundred records;
   * null where none is known.
   */
  readonly plan: (bytes: number | null) => PagePlan;
  /** Notes the length of a page: unknown runs are taken to be like it. */
  readonly note: (bytes: number) => void;
  /** Runs a chunk once its memory is free. */
  readonly during: (
    plan: PagePlan,
  ) => <A, E, R>(chunk: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>;
}

/** How many records a page has, unless they are too long: the most that the service allows. */
export const fullPage = 100;

// What a runner needs besides pages: Node, the code, connections, the engine.
const ownBytes = 200 * mebibyte;
// The rest is for pages, and for garbage that is not collected yet.
const partForPages = 0.8;
// At its peak, a page is a body, a text, a parsed value, the rows as text, and a query's parameters.
const bytesPerPageByte = 8;
// A page that is written, one that is prepared, and one that is fetched.
const pagesAhead = 3;

/** The longest body that a client reads by default. */
const maxBodyBytes = 64 * mebibyte;

/** How much of a limit of memory is for pages. */
const pageBudget = (memoryBytes: number): number =>
  Math.max(32 * mebibyte, (memoryBytes - ownBytes) * partForPages);

/** The longest body that a client may read within a limit of memory. */
export const maxBodyBytesOf = (memoryBytes: number | undefined): number =>
  memoryBytes === undefined
    ? maxBodyBytes
    : Math.min(maxBodyBytes, Math.floor(pageBudget(memoryBytes) / bytesPerPageByte));

/** How many records a page may have, so that its body is not too long. */
const pageSizeFor = (bytes: number, maxBytes: number): number =>
  bytes <= maxBytes ? fullPage : Math.max(1, Math.floor((fullPage * maxBytes) / bytes / 2));

/** The memory for pages within a limit. Without one, every chunk reads ahead, and only bodies are bounded. */
export const make = (memoryBytes: number | undefined): PageMemory => {
  const maxBytes = maxBodyBytesOf(memoryBytes);
  if (memoryBytes === undefined) {
    return {
      maxBodyBytes: maxBytes,
      plan: (bytes) => ({
        pageSize: pageSizeFor(bytes ?? 0, maxBytes),
        isAhead: true,
        maxPageBytes: Number.POSITIVE_INFINITY,
        permits: 0,
      }),
      note: () => {},
      during: () => (chunk) => chunk,
    };
  }
  const budget = Math.floor(pageBudget(memoryBytes) / mebibyte);
  const semaphore = Semaphore.makeUnsafe(budget);
  let longest = 0;
  return {
    maxBodyBytes: maxBytes,
    plan: (known) => {
      // The first page of a runner may be as long as a body can be: it is read alone.
      const bytes = known ?? (longest === 0 ? maxBytes : longest);
      const pageSize = pageSizeFor(bytes, maxBytes);
      const pageBytes = (bytes * pageSize) / fullPage;
      const needed = (pageBytes * bytesPerPageByte) / mebibyte;
      const isAhead = pagesAhead * needed <= budget / 4;
      return {
        pageSize,
        isAhead,
        // Of a run whose pages are not known, one page is read: it says how long they are.
        maxPageBytes: known === null ? 0 : 1.5 * pageBytes,
        permits: Math.min(budget, Math.ceil((isAhead ? pagesAhead : 1) * needed)),
      };
    },
    note: (bytes) => {
      longest = Math.max(longest, bytes);
    },
    during: ({ permits }) => semaphore.withPermits(permits),
  };
};
