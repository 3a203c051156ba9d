/**
 * How one path slices runs: the values that occur there, numbered, so that a table of records holds small integers. Two
 * tables that are compared have one slicing for each path.
 */
import type { RecordWithScores } from "@scorecard-effect/contract";
import { read, type SlicePath } from "./SlicePath.ts";
import { isLongText, ofJson, type SliceValue } from "./SliceValue.ts";

/** The values at a path. */
export interface Slicing {
  readonly path: SlicePath;
  /** The values by their numbers. */
  readonly values: ReadonlyArray<SliceValue>;
  /** The number of a record's value, added where it is new. */
  readonly numberIn: (record: RecordWithScores) => number;
  /** Adds the values of another slicing of the same path. Returns their numbers here, by their numbers there. */
  readonly merge: (other: Slicing) => ReadonlyArray<number>;
  /** Whether there are more than {@link maxSlices}: then they are no slices, and numbers mean nothing. */
  readonly areTooMany: () => boolean;
}

/** The most slices of a path. With more, as of ids, slices say nothing, and would take the memory of the records. */
export const maxSlices = 10_000;

/** Starts without values. */
export const make = (path: SlicePath): Slicing => {
  const values: Array<SliceValue> = [];
  const byName = new Map<string, number>();
  // Most records have a text or a number that occurred before: these are found without their names.
  const byScalar = new Map<unknown, number>();
  let areTooMany = false;

  const numberOf = (value: SliceValue): number => {
    const known = byName.get(value.name);
    if (known !== undefined) return known;
    if (values.length >= maxSlices) {
      areTooMany = true;
      return 0;
    }
    byName.set(value.name, values.length);
    return values.push(value) - 1;
  };
  return {
    path,
    values,
    numberIn: (record) => {
      if (areTooMany) return 0;
      const json = read(path, record);
      const known = byScalar.get(json);
      if (known !== undefined) return known;
      const number = numberOf(ofJson(json));
      const isShortScalar =
        typeof json === "string" ? !isLongText(json) : typeof json !== "object" || json === null;
      if (isShortScalar && !areTooMany) byScalar.set(json, number);
      return number;
    },
    merge: (other) => {
      areTooMany ||= other.areTooMany();
      return other.values.map(numberOf);
    },
    areTooMany: () => areTooMany,
  };
};
