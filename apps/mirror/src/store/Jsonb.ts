/**
 * JSON that Postgres can store. `jsonb` refuses U+0000 and lone surrogates, which JSON allows (PostgreSQL manual, "JSON
 * Types"), and its parser refuses deep nesting; outputs of models contain all three. A number beyond the range of a
 * double is infinite once JavaScript has parsed it, which `JSON.stringify` writes as null, and Postgres drops the sign
 * of -0.
 */
import { Record } from "effect";

/**
 * The JSON of a parsed value, without loss: it parses to the same value. Unlike `JSON.stringify` it does not overflow
 * the stack on deep values, and it keeps infinities and -0. Members are sorted by name, so equal values have equal
 * text.
 */
export const stringify = (value: unknown): string => {
  const parts: Array<string> = [];
  // A stack: text to write as it is, or a value still to write.
  const pending: Array<string | { readonly value: unknown }> = [{ value }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next === "string") {
      parts.push(next);
      continue;
    }
    const current = next.value;
    if (typeof current !== "object" || current === null) {
      parts.push(numeralOf(current) ?? JSON.stringify(current));
      continue;
    }
    const members = Array.isArray(current)
      ? current.map((item: unknown) => ["", item] as const)
      : Object.entries(current)
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, item]) => [`${JSON.stringify(key)}:`, item] as const);
    const [open, close] = Array.isArray(current) ? ["[", "]"] : ["{", "}"];
    pending.push(close);
    for (const [index, [key, item]] of [...members.entries()].toReversed()) {
      pending.push({ value: item }, `${index === 0 ? "" : ","}${key}`);
    }
    pending.push(open);
  }
  return parts.join("");
};

/** The numeral of a number that `JSON.stringify` would change; undefined for every other value. */
const numeralOf = (value: unknown): string | undefined => {
  if (value === Number.POSITIVE_INFINITY) return "1e999";
  if (value === Number.NEGATIVE_INFINITY) return "-1e999";
  return Object.is(value, -0) ? "-0" : undefined;
};

// Far below where Postgres gives up, which depends on its max_stack_depth.
const maxDepth = 512;

const isFitText = (value: string): boolean => value.isWellFormed() && !value.includes("\0");

const fitText = (value: string): string =>
  isFitText(value) ? value : value.toWellFormed().replaceAll("\0", "\uFFFD");

const fitValue = (value: unknown, depth: number): unknown => {
  if (typeof value === "string") return fitText(value);
  if (numeralOf(value) !== undefined) return value === 0 ? 0 : null;
  if (typeof value !== "object" || value === null) return value;
  if (depth > maxDepth) return null;
  return Array.isArray(value)
    ? value.map((item) => fitValue(item, depth + 1))
    : Object.fromEntries(
        Object.entries(value).map(([key, member]) => [fitText(key), fitValue(member, depth + 1)]),
      );
};

/**
 * A parsed JSON value as `jsonb` can hold it: U+FFFD stands for U+0000 and lone surrogates, null for infinities and for
 * what is nested too deeply, 0 for -0.
 */
export const fit = (value: unknown): unknown => fitValue(value, 0);

/** Whether `jsonb` can hold a value as it is. Most values are so: this copies nothing. */
const isFit = (value: unknown, depth: number): boolean => {
  if (typeof value === "string") return isFitText(value);
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== "object" || value === null) return true;
  if (depth > maxDepth) return false;
  if (Array.isArray(value)) return value.every((item) => isFit(item, depth + 1));
  for (const [key, member] of Object.entries(value)) {
    if (!isFitText(key) || !isFit(member, depth + 1)) return false;
  }
  return true;
};

/** The values of a row's `jsonb` columns, and the value of its `exact` column. */
export interface FittedFields<Name extends string> {
  readonly jsonb: { readonly [name in Name]: unknown };
  /** The JSON of all fields without loss, where `jsonb` cannot hold one of them as it is. */
  readonly exact: string | null;
}

/** Fits the values of a row's `jsonb` columns. */
export const fitFields = <Name extends string>(fields: {
  readonly [name in Name]: unknown;
}): FittedFields<Name> => {
  if (isFit(fields, 0)) return { jsonb: fields, exact: null };
  return { jsonb: Record.map(fields, (value) => fitValue(value, 1)), exact: stringify(fields) };
};
