/**
 * Walking the pages of a listing, as a pure state machine: no HTTP, no effects.
 *
 * The rules: go on only while `hasMore` is true; an empty page is a page; `hasMore` without a usable
 * cursor, or with one that this listing has already followed, is an error, and so is a listing begun
 * at the start that ends with fewer records than the last page's `total`.
 */
import type { Cursor } from "@scorecard-effect/contract";
import * as Option from "effect/Option";
import * as Result from "effect/Result";
import * as CursorSet from "./CursorSet.ts";
import * as Quote from "./Quote.ts";

/** Where a listing stands: the page to fetch next, and what the rules need to remember. */
export interface State {
  /** The cursor that fetches the next page; undefined is the first page of the run. */
  readonly cursor: Cursor | undefined;
  /** Every cursor followed so far, the one to follow next included. */
  readonly followed: CursorSet.CursorSet;
  /** Records delivered so far, those before a resumed listing included. */
  readonly delivered: number;
  /** Whether `total` can be held against `delivered` at the end. */
  readonly verifyTotal: boolean;
}

/** What the rules look at. */
export interface Page {
  readonly records: { readonly length: number };
  readonly nextCursor: Cursor | null;
  readonly hasMore: boolean;
  readonly total?: number;
}

/** A page that breaks a rule. */
export interface Violation {
  readonly reason: "CursorMissing" | "CursorRepeated" | "Incomplete";
  readonly detail: string;
}

/**
 * The state in which a listing begins. `total` is verified for a listing that begins at the start, or that
 * is told how many records came before.
 */
export const start = (options: {
  readonly cursor: Cursor | undefined;
  readonly delivered: number | undefined;
  readonly verifyTotal: boolean;
}): State => ({
  cursor: options.cursor,
  followed:
    options.cursor === undefined ? CursorSet.empty : CursorSet.add(CursorSet.empty, options.cursor),
  delivered: options.cursor === undefined ? 0 : (options.delivered ?? 0),
  verifyTotal:
    options.verifyTotal && (options.cursor === undefined || options.delivered !== undefined),
});

/**
 * Judges the page that `state.cursor` fetched: the state in which to go on, none at the end of the
 * listing, or the rule that the page breaks.
 */
export const step = (state: State, page: Page): Result.Result<Option.Option<State>, Violation> => {
  const delivered = state.delivered + page.records.length;
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
  if (CursorSet.has(state.followed, cursor)) {
    return Result.fail({
      reason: "CursorRepeated",
      detail: `nextCursor ${Quote.id(cursor)} was followed before`,
    });
  }
  return Result.succeed(
    Option.some({ ...state, cursor, delivered, followed: CursorSet.add(state.followed, cursor) }),
  );
};
