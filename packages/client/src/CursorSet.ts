/**
 * A set of cursors that grows without ever being changed, so that a state of the paging rules stays what it
 * was. A set and those that grow from it share one map, of which each counts its first `size` entries alone.
 * (Effect's HashSet does without a copy too, and would be a twentieth of the whole bundle.)
 */
import type { Cursor } from "@scorecard-effect/contract";

/** The cursors that this set was made with. */
export interface CursorSet {
  readonly size: number;
  /** Each cursor, and how many were added before it. */
  readonly places: Map<Cursor, number>;
}

/** Without any cursor. */
export const empty: CursorSet = { size: 0, places: new Map() };

/** Whether a cursor is in the set. */
export const has = ({ size, places }: CursorSet, cursor: Cursor): boolean => {
  const place = places.get(cursor);
  return place !== undefined && place < size;
};

/** The set with one cursor more. */
export const add = (set: CursorSet, cursor: Cursor): CursorSet => {
  if (has(set, cursor)) return set;
  // A map that has grown on is another set's: this one parts from it, as everyone does from the empty one.
  const places =
    set.size > 0 && set.places.size === set.size
      ? set.places
      : new Map(Array.from(set.places).slice(0, set.size));
  places.set(cursor, set.size);
  return { size: set.size + 1, places };
};
