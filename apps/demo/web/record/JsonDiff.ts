/** What changed from one JSON value to another, by structure. */
import { diffArrays } from "diff";

export type JsonChange =
  | { readonly kind: "same"; readonly value: unknown }
  | { readonly kind: "removed"; readonly value: unknown }
  | { readonly kind: "added"; readonly value: unknown }
  /** Another value in the same place. */
  | { readonly kind: "replaced"; readonly before: unknown; readonly after: unknown }
  /** An object or a list with changes inside. */
  | {
      readonly kind: "inside";
      readonly isList: boolean;
      readonly members: ReadonlyArray<JsonMember>;
    };

export interface JsonMember {
  /** The key; in a list, the index in the list that has the item, the second where both have it. */
  readonly key: string;
  readonly change: JsonChange;
}

/** The most values that are compared. */
const maxValues = 100_000;

/** The most items of a list that may differ while its items are matched; beyond that, they are compared in order. */
const maxItemEdits = 300;

/** The most levels that are compared: deeper values are the same or replaced. */
const maxDepth = 60;

/** Compares two values. Returns undefined where they hold too many values. */
export const diffJson = (before: unknown, after: unknown): JsonChange | undefined =>
  sizeOf(before, maxValues) + sizeOf(after, maxValues) > maxValues
    ? undefined
    : compare(before, after, 0);

/** Whether two values are equal. The order of an object's members does not count. */
export const areEqual = (before: unknown, after: unknown): boolean =>
  before === after || isSameText(canonical(before), canonical(after));

const isSameText = (before: string | undefined, after: string | undefined): boolean =>
  before !== undefined && before === after;

const compare = (before: unknown, after: unknown, depth: number): JsonChange => {
  if (areEqual(before, after)) return { kind: "same", value: after };
  if (depth < maxDepth) {
    if (Array.isArray(before) && Array.isArray(after)) {
      return { kind: "inside", isList: true, members: compareLists(before, after, depth) };
    }
    if (isObject(before) && isObject(after)) {
      return { kind: "inside", isList: false, members: compareObjects(before, after, depth) };
    }
  }
  return { kind: "replaced", before, after };
};

const compareObjects = (
  before: object,
  after: object,
  depth: number,
): ReadonlyArray<JsonMember> => {
  const old = new Map<string, unknown>(Object.entries(before));
  const now = new Map<string, unknown>(Object.entries(after));
  const keys = new Set([...now.keys(), ...old.keys()]);
  return Array.from(keys, (key) => ({
    key,
    change: !old.has(key)
      ? { kind: "added", value: now.get(key) }
      : !now.has(key)
        ? { kind: "removed", value: old.get(key) }
        : compare(old.get(key), now.get(key), depth + 1),
  }));
};

const compareLists = (
  before: ReadonlyArray<unknown>,
  after: ReadonlyArray<unknown>,
  depth: number,
): ReadonlyArray<JsonMember> =>
  // Items that are too deep to be written are matched with each other, and then found to differ.
  align(before, after, (item) => canonical(item) ?? "").map(({ old, now }) => ({
    key: String((now ?? old)?.index),
    change:
      old === undefined
        ? { kind: "added", value: now?.item }
        : now === undefined
          ? { kind: "removed", value: old.item }
          : compare(old.item, now.item, depth + 1),
  }));

/** An item of a list, and its place there. */
interface Placed<A> {
  readonly item: A;
  readonly index: number;
}

/** Two items in the same place of two lists, or one that has no counterpart. */
export interface Aligned<A> {
  readonly old: Placed<A> | undefined;
  readonly now: Placed<A> | undefined;
}

/** Matches the items of two lists: equal ones, and between them one after another. */
export const align = <A>(
  before: ReadonlyArray<A>,
  after: ReadonlyArray<A>,
  identity: (item: A) => string,
): ReadonlyArray<Aligned<A>> => {
  const placed = (items: ReadonlyArray<A>, index: number): Placed<A> | undefined => {
    const item = items[index];
    return item === undefined ? undefined : { item, index };
  };
  const [olds, nows] = [before.map(identity), after.map(identity)];
  const changes = diffArrays(olds, nows, { maxEditLength: maxItemEdits });
  const runs =
    changes === undefined
      ? [{ removed: olds.length, added: nows.length, same: 0 }]
      : toRuns(changes);
  const aligned: Array<Aligned<A>> = [];
  let [old, now] = [0, 0];
  for (const { same, removed, added } of runs) {
    for (let n = 0; n < same; n++) {
      aligned.push({ old: placed(before, old++), now: placed(after, now++) });
    }
    for (let n = 0; n < Math.max(removed, added); n++) {
      aligned.push({
        old: n < removed ? placed(before, old++) : undefined,
        now: n < added ? placed(after, now++) : undefined,
      });
    }
  }
  return aligned;
};

interface Run {
  same: number;
  removed: number;
  added: number;
}

const toRuns = (
  changes: ReadonlyArray<{
    readonly count: number;
    readonly added: boolean;
    readonly removed: boolean;
  }>,
): ReadonlyArray<Run> => {
  const runs: Array<Run> = [];
  for (const { count, added, removed } of changes) {
    const last = runs.at(-1);
    if (!added && !removed) runs.push({ same: count, removed: 0, added: 0 });
    else if (last === undefined || last.same > 0) {
      runs.push({ same: 0, removed: removed ? count : 0, added: added ? count : 0 });
    } else if (added) last.added += count;
    else last.removed += count;
  }
  return runs;
};

/** JSON with the members of each object in one order; undefined where it is nested deeper than the stack. */
const canonical = (value: unknown): string | undefined => {
  try {
    return write(value);
  } catch {
    return undefined;
  }
};

const write = (value: unknown): string =>
  Array.isArray(value)
    ? `[${value.map(write).join(",")}]`
    : isObject(value)
      ? `{${Object.entries(value)
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, member]) => `${JSON.stringify(key)}:${write(member)}`)
          .join(",")}}`
      : JSON.stringify(value);

/** How many values a value holds, counted up to a limit. */
const sizeOf = (value: unknown, limit: number): number => {
  const waiting = [value];
  let size = 0;
  while (waiting.length > 0 && size <= limit) {
    const next = waiting.pop();
    size += 1;
    if (typeof next === "object" && next !== null) {
      for (const inner of Object.values(next)) waiting.push(inner);
    }
  }
  return size;
};

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);
