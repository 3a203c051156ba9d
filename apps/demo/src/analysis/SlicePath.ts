/** Where in a record the value is that slices a run: `inputs.category`, or as a JSON Pointer `/inputs/category`. */
import type { RecordWithScores } from "@scorecard-effect/contract";

/** A place in a record. */
export interface SlicePath {
  /** As the user wrote it. */
  readonly text: string;
  /** The same as a JSON Pointer: equal for two spellings of one place. */
  readonly pointer: string;
  /** The names of the members on the way, outermost first. */
  readonly parts: ReadonlyArray<string>;
}

/** Why a text names no place. */
export interface InvalidPath {
  readonly problem: string;
}

/**
 * Reads a path. With a leading slash it is a JSON Pointer (RFC 6901), which reaches members whose names hold dots;
 * otherwise dots separate the names. A number names an element of a list.
 */
export const parse = (text: string): SlicePath | InvalidPath => {
  if (text.trim() === "") return { problem: "is empty" };
  if (!text.startsWith("/")) {
    const parts = text.split(".");
    return parts.includes("")
      ? { problem: "has an empty name between its dots" }
      : { text, parts, pointer: parts.map((part) => `/${escaped(part)}`).join("") };
  }
  if (/~(?![01])/.test(text)) return { problem: "has a ~ that is neither ~0 nor ~1" };
  const parts = text
    .slice(1)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  return { text, parts, pointer: text };
};

const escaped = (name: string): string => name.replaceAll("~", "~0").replaceAll("/", "~1");

/** The value at a path of a record; undefined where the record has no such member. */
export const read = ({ parts }: SlicePath, record: RecordWithScores): unknown => {
  let json: unknown = record;
  for (const part of parts) json = memberOf(json, part);
  return json;
};

const memberOf = (json: unknown, name: string): unknown => {
  if (typeof json !== "object" || json === null) return undefined;
  if (Array.isArray(json)) return /^(0|[1-9]\d*)$/.test(name) ? json[Number(name)] : undefined;
  return Object.hasOwn(json, name) ? Reflect.get(json, name) : undefined;
};
