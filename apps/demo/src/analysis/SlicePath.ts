/** Where in a record the value is that slices a run: `inputs.category`, or as a JSON Pointer `/inputs/category`. */
import type { RecordWithScores } from "@scorecard-effect/contract";
import {
  pathOf,
  pointerOf,
  pointerPattern,
  valueAt,
} from "@scorecard-effect/contract/metrics/MetricPath";

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
      : { text, parts, pointer: pointerOf(parts) };
  }
  if (!pointerPattern.test(text)) return { problem: "has a ~ that is neither ~0 nor ~1" };
  return { text, parts: pathOf(text), pointer: text };
};

/** The value at a path of a record; undefined where the record has no such member. */
export const read = ({ parts }: SlicePath, record: RecordWithScores): unknown =>
  valueAt(record, parts);
