/**
 * What Postgres makes of a JSON value. `jsonb` refuses U+0000 and halves of surrogate pairs, which JSON allows
 * (PostgreSQL manual, "JSON Types"), and its parser refuses deep nesting. Outputs of models have all three. Numbers that are
 * too large for JavaScript are infinite once they are parsed, and JSON has no word for that; and a zero has no sign in Postgres.
 */

/**
 * JSON of a parsed value that parses to the same again: however deep, where `JSON.stringify` has no stack, and with the numbers
 * that it does not write as they are. Members are in the order of their names: two values that are the same have one text.
 */
export const stringify = (value: unknown): string => {
  const parts: Array<string> = [];
  // What is to come, the next one last: text as it is, or a value.
  const todo: Array<string | { readonly value: unknown }> = [{ value }];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if (typeof next === "string") {
      parts.push(next);
      continue;
    }
    const own = next.value;
    if (typeof own !== "object" || own === null) {
      parts.push(odd(own) ?? JSON.stringify(own));
      continue;
    }
    const members = Array.isArray(own)
      ? own.map((item: unknown) => ["", item] as const)
      : Object.entries(own)
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, item]) => [`${JSON.stringify(key)}:`, item] as const);
    const [open, close] = Array.isArray(own) ? ["[", "]"] : ["{", "}"];
    todo.push(close);
    for (const [index, [key, item]] of [...members.entries()].toReversed()) {
      todo.push({ value: item }, `${index === 0 ? "" : ","}${key}`);
    }
    todo.push(open);
  }
  return parts.join("");
};

/** The text of a number that `JSON.stringify` makes another one of. */
const odd = (value: unknown): string | undefined => {
  if (value === Number.POSITIVE_INFINITY) return "1e999";
  if (value === Number.NEGATIVE_INFINITY) return "-1e999";
  return Object.is(value, -0) ? "-0" : undefined;
};

/** A value for a `jsonb` column, and its whole JSON where that column cannot hold it. */
export interface Stored {
  /** Fit for `jsonb`: U+FFFD stands for what it refuses, null for what is nested too deeply or infinite, 0 for -0. */
  readonly jsonb: unknown;
  readonly isExact: boolean;
}

// Far below where Postgres gives up, which depends on its max_stack_depth.
const maxDepth = 512;

/** Makes a parsed JSON value fit for `jsonb`. */
export const fit = (value: unknown): Stored => {
  let isExact = true;
  const inexact = <A>(as: A): A => {
    isExact = false;
    return as;
  };
  const text = (own: string): string =>
    own.isWellFormed() && !own.includes("\0")
      ? own
      : inexact(own.toWellFormed().replaceAll("\0", "\uFFFD"));
  const walk = (own: unknown, depth: number): unknown => {
    if (typeof own === "string") return text(own);
    if (odd(own) !== undefined) return inexact(own === 0 ? 0 : null);
    if (typeof own !== "object" || own === null) return own;
    if (depth > maxDepth) return inexact(null);
    return Array.isArray(own)
      ? own.map((item) => walk(item, depth + 1))
      : Object.fromEntries(
          Object.entries(own).map(([key, member]) => [text(key), walk(member, depth + 1)]),
        );
  };
  const jsonb = walk(value, 0);
  // The value itself where nothing had to change: its copy is garbage at once.
  return isExact ? { jsonb: value, isExact } : { jsonb, isExact };
};
