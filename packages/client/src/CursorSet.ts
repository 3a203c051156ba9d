/**
 * A set of cursors that grows without ever being changed, so that a state of the paging rules stays what it
 * was. It holds native sets, each at least twice as large as the next: adding n cursors copies each of them
 * log n times at most. (Effect's HashSet does this too, and would be a twentieth of the whole bundle.)
 */
import type { Cursor } from "@scorecard-effect/contract";

export type CursorSet = ReadonlyArray<ReadonlySet<Cursor>>;

/** Without any cursor. */
export const empty: CursorSet = [];

/** Whether a cursor is in the set. */
export const has = (set: CursorSet, cursor: Cursor): boolean =>
  set.some((part) => part.has(cursor));

/** The set with one cursor more. */
export const add = (set: CursorSet, cursor: Cursor): CursorSet => {
  const merged = new Set([cursor]);
  let kept = set.length;
  for (
    let last = set[kept - 1];
    last !== undefined && last.size < 2 * merged.size;
    last = set[kept - 1]
  ) {
    for (const own of last) merged.add(own);
    kept -= 1;
  }
  return [...set.slice(0, kept), merged];
};
