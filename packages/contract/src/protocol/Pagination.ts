/**
 * The rules by which pages follow one another, without HTTP or effects.
 *
 * A listing continues while `hasMore` is true; an empty page is a page. A page that announces more but has no usable
 * cursor, or one that the listing has already followed, breaks a rule. So does a listing that starts at the first
 * record and ends with fewer records than the last page's `total`.
 */
import * as Option from "effect/Option";
import * as Result from "effect/Result";
import type { Cursor } from "../Id.ts";
import type { RecordPage } from "../RecordPage.ts";
import * as ListRecordsRequest from "./ListRecordsRequest.ts";
import * as TerminalText from "./TerminalText.ts";

/** Where a listing is. */
export interface Position {
  /** Fetches the next page; undefined is the first page of the run. */
  readonly cursor: Cursor | undefined;
  /** How many records came before that page, including those before the listing resumed. */
  readonly delivered: number;
}

/** The part of a page that the rules judge. */
export type PageEnd = Pick<RecordPage, "nextCursor" | "hasMore" | "total">;

/** A rule that a page breaks. */
export interface Violation {
  readonly reason: "CursorMissing" | "CursorRepeated" | "Incomplete";
  readonly detail: string;
}

/** How a listing starts. */
export interface Options {
  readonly cursor?: Cursor | undefined;
  /** How many records came before `cursor`, if the caller knows. */
  readonly delivered?: number | undefined;
  /** Whether the end is checked against `total`: possible from the first page on, or where `delivered` is known. */
  readonly verifyTotal: boolean;
}

/** One listing. */
export interface Pagination {
  readonly start: Position;
  /**
   * Judges the page at a position, which has `records` records. Returns the next position, or none at the end of the
   * listing; fails with the rule that the page breaks. Judging a page again gives the same verdict, so that an
   * interrupted step can run again.
   */
  readonly step: (
    position: Position,
    page: PageEnd,
    records: number,
  ) => Result.Result<Option.Option<Position>, Violation>;
}

/** Starts a listing. It remembers the cursors that it has followed: each listing needs its own. */
export const make = ({ cursor, delivered, verifyTotal }: Options): Pagination => {
  const followed = new Set<Cursor>();
  const isTotalChecked = verifyTotal && (cursor === undefined || delivered !== undefined);
  return {
    start: { cursor, delivered: cursor === undefined ? 0 : (delivered ?? 0) },
    step: (position, { hasMore, nextCursor, total }, records) => {
      if (position.cursor !== undefined) followed.add(position.cursor);
      const deliveredNow = position.delivered + records;
      if (!hasMore) {
        return isTotalChecked && total !== undefined && deliveredNow < total
          ? violate("Incomplete", `the listing ends after ${deliveredNow} of ${total} records`)
          : Result.succeed(Option.none());
      }
      if (!ListRecordsRequest.isCursor(nextCursor)) {
        const shown = nextCursor === null ? "null" : TerminalText.quoteId(nextCursor);
        return violate("CursorMissing", `more records are announced, but nextCursor is ${shown}`);
      }
      if (followed.has(nextCursor)) {
        const shown = TerminalText.quoteId(nextCursor);
        return violate("CursorRepeated", `nextCursor ${shown} was followed before`);
      }
      return Result.succeed(Option.some({ cursor: nextCursor, delivered: deliveredNow }));
    },
  };
};

const violate = (
  reason: Violation["reason"],
  detail: string,
): Result.Result<Option.Option<Position>, Violation> => Result.fail({ reason, detail });
