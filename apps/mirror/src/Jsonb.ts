/**
 * What Postgres makes of a JSON value. `jsonb` refuses U+0000 and halves of surrogate pairs, which JSON allows
 * (PostgreSQL manual, "JSON Types"), and its parser refuses deep nesting. Outputs of models have all three.
 */

/** JSON of a value, however deep: `JSON.stringify` has no stack for some that `JSON.parse` reads. */
export const stringify = (value: unknown): string => {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
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
      parts.push(JSON.stringify(own));
      continue;
    }
    const members = Array.isArray(own)
      ? own.map((item: unknown) => ["", item] as const)
      : Object.entries(own).map(([key, item]) => [`${JSON.stringify(key)}:`, item] as const);
    const [open, close] = Array.isArray(own) ? ["[", "]"] : ["{", "}"];
    todo.push(close);
    for (const [index, [key, item]] of [...members.entries()].toReversed()) {
      todo.push({ value: item }, `${index === 0 ? "" : ","}${key}`);
    }
    todo.push(open);
  }
  return parts.join("");
};

/** A value for a `jsonb` column, and its whole JSON where that column cannot hold it. */
export interface Stored {
  /** Fit for `jsonb`: U+FFFD stands for what it refuses, null for what is nested too deeply. */
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
