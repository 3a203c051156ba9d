/**
 * How benches address the runs of `PageServer.ts`. Kept apart from what makes the pages: a contender's process must not
 * load that.
 */

/** What is special about the pages of a run. */
export type PageKind =
  /** Nothing. */
  | "plain"
  /** About one record in a hundred has escaped keys, which take a slower path through the parser. */
  | "odd"
  /** No two records have the same id; the other kinds repeat their ten pages. */
  | "unique"
  /** The same, with five trials for each testcase, and inputs to slice by: category, language and level. */
  | "trials";

/** How many records a page has. */
export const recordsPerPage = 100;

/** The key that contenders send; the server accepts any. */
export const apiKey = "ak_bench";

/** The base URL of all runs of a kind; the server waits for the delay before it sends a page. */
export const baseUrl = (server: string, kind: PageKind, delayMillis = 0): string =>
  `${server}/${kind}/${delayMillis}`;

/** The id of a run of this many pages. A suffix makes it another run of the same length. */
export const runId = (pages: number, suffix?: string): string =>
  suffix === undefined ? String(pages) : `${pages}-${suffix}`;
