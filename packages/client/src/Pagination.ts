/**
 * Walking the pages of a listing, as a pure state machine: no HTTP, no effects.
 *
 * The rules: go on only while `hasMore` is true; an empty page is a page; `hasMore` without a usable
 * cursor, or with one that this listing has already followed, is an error, and so is a listing begun
 * at the start that ends with fewer records than the last page's `total`.
 */
import type { Cursor, RecordPage } from "@scorecard-effect/contract";
import * as HashSet from "effect/HashSet";
import * as Option from "effect/Option";
import * as Result from "effect/Result";
import * as Quote from "./Quote.ts";

/** Where a listing stands: the page to fetch next, and what the rules need to remember. */
export interface State {
  /** The cursor that fetches the next page; undefined is the first page of the run. */
  readonly cursor: Cursor | undefined;
  /** Every cursor followed so far, the one to follow next included. */
  readonly followed: HashSet.HashSet<Cursor>;
  /** Records delivered so far. */
  readonly delivered: number;
  /** Whether `total` can be held against `delivered` at the end. */
  readonly verifyTotal: boolean;
}

/** A page that breaks a rule. */
export interface Violation {
  readonly reason: "CursorMissing" | "CursorRepeated" | "Incomplete";
  readonly detail: string;
}

/**
 * The state in which a listing begins. `total` is verified only for a listing that begins at the
 * start: one that resumes cannot know how many records came before.
 */
export const start = (options: {
  readonly cursor: Cursor | undefined;
  readonly verifyTotal: boolean;
}): State => ({
  cursor: options.cursor,
  followed: options.cursor === undefined ? HashSet.empty() : HashSet.make(options.cursor),
  delivered: 0,
  verifyTotal: options.verifyTotal && options.cursor === undefined,
});

/**
 * Judges the page that `state.cursor` fetched: the state in which to go on, none at the end of the
 * listing, or the rule that the page breaks.
 */
export const step = (
  state: State,
  page: RecordPage,
): Result.Result<Option.Option<State>, Violation> => {
  const delivered = state.delivered + page.data.length;
  if (!page.hasMore) {
    return state.verifyTotal && page.total !== undefined && delivered < page.total
      ? Result.fail({
          reason: "Incomplete",
          detail: `the listing ends after ${delivered} of ${page.total} records`,
        })
      : Result.succeed(Option.none());
  }
  const cursor = page.nextCursor;
  if (cursor === null || cursor === "" || !cursor.isWellFormed()) {
    return Result.fail({
      reason: "CursorMissing",
      detail: `more records are announced, but nextCursor is ${cursor === null ? "null" : Quote.id(cursor)}`,
    });
  }
  if (HashSet.has(state.followed, cursor)) {
    return Result.fail({
      reason: "CursorRepeated",
      detail: `nextCursor ${Quote.id(cursor)} was followed before`,
    });
  }
  return Result.succeed(
    Option.some({ ...state, cursor, delivered, followed: HashSet.add(state.followed, cursor) }),
  );
};
