/** Where a value is in a score: a JSON Pointer (RFC 6901) that points below the score itself. */
import * as JsonPointer from "effect/JsonPointer";

/** A pointer below the root. A tilde is followed by 0 or 1. */
export const pointerPattern = /^(\/([^~/]|~[01])*)+$/;

/** The members and positions that lead to a value. */
export type MetricPath = ReadonlyArray<string>;

/** Splits a JSON Pointer into its names and positions. */
export const pathOf = (pointer: string): MetricPath =>
  pointer.slice(1).split("/").map(JsonPointer.unescapeToken);

/** Writes a path as a JSON Pointer. */
export const pointerOf = (path: MetricPath): string =>
  path.map((token) => `/${JsonPointer.escapeToken(token)}`).join("");

/** The value at a path; undefined where there is none. A number is a position in a list. */
export const valueAt = (json: unknown, path: MetricPath): unknown => {
  let value = json;
  for (const token of path) {
    if (Array.isArray(value)) {
      value = /^(0|[1-9]\d*)$/.test(token) ? value[Number(token)] : undefined;
    } else if (typeof value === "object" && value !== null && Object.hasOwn(value, token)) {
      value = Reflect.get(value, token);
    } else return undefined;
  }
  return value;
};
