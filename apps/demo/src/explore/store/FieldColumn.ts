/**
 * The values of one field in the records of a run, with each different value once. A field is a place in a record
 * (`SlicePath`): `inputs.category`, `outputs.usage.promptTokens`.
 */
import * as Json from "@scorecard-effect/contract/protocol/Json";
import { valueAt } from "@scorecard-effect/contract/metrics/MetricPath";
import { parse as parsePath } from "../../analysis/SlicePath.ts";

/** A list or an object, as its JSON. */
interface Structure {
  readonly json: string;
}

/** A value. What is very long is a text that is cut. */
export type FieldValue = string | number | boolean | null | Structure;

export interface FieldColumn {
  /** The different values, in order of first appearance. */
  readonly values: ReadonlyArray<FieldValue>;
  /** For each record: 0 where it does not have the field, else 1 more than the place of its value in `values`. */
  readonly codes: Uint32Array<ArrayBuffer>;
}

/** The most characters of a value. */
const maxValueLength = 2 ** 20;

/** The most characters that the different values of a column have together: texts of their own are no categories. */
const maxColumnLength = 2 ** 25;

/** What {@link FieldReader} `add` means by false, for the user. */
export const tooLong = (field: string): string =>
  `${field} has too many different long values to group or filter by: search for text instead`;

/** Collects the values of a field, record by record. */
export interface FieldReader {
  /**
   * Adds the next record: its first line as a session stores it, in bytes. Returns false where the different values are
   * too long together.
   */
  readonly add: (bytes: Uint8Array, start: number, stop: number) => boolean;
  readonly column: () => FieldColumn;
}

/** Why a text names no field; undefined where it does. */
export const problemOf = (field: string): string | undefined => {
  const path = parsePath(field);
  return "problem" in path ? `The field ${path.problem}` : undefined;
};

/** Starts to read a field of `records` records. */
export const make = (field: string, records: number): FieldReader => {
  const parsed = parsePath(field);
  const place = placeOf("problem" in parsed ? [] : parsed.parts);
  const codes = new Uint32Array(records);
  const numbers = new Map<unknown, number>();
  const structures = new Map<string, number>();
  const values: Array<FieldValue> = [];
  let length = 0;
  let record = 0;
  return {
    add: (bytes, start, stop) => {
      const found = valueIn(bytes, start, stop, place);
      if (found !== undefined) {
        const value = toValue(found);
        const isStructure = typeof value === "object" && value !== null;
        let number = isStructure ? structures.get(value.json) : numbers.get(value);
        if (number === undefined) {
          number = values.push(value);
          if (isStructure) structures.set(value.json, number);
          else numbers.set(value, number);
          length += isStructure ? value.json.length : typeof value === "string" ? value.length : 8;
        }
        codes[record] = number;
      }
      record += 1;
      return length <= maxColumnLength;
    },
    column: () => ({ values, codes }),
  };
};

/** A place in a record's first line (`RecordLine`): one of its parts, and the way from there. */
interface LinePlace {
  readonly part: number;
  readonly way: ReadonlyArray<string>;
}

const placeOf = ([root = "", ...way]: ReadonlyArray<string>): LinePlace => {
  switch (root) {
    case "id":
      return { part: 0, way: ["0", ...way] };
    case "testcaseId":
      return { part: 0, way: ["1", ...way] };
    case "outputs":
      return { part: 2, way };
    case "expected":
      return { part: 3, way };
    case "inputs":
      return { part: 4, way };
    default:
      return { part: 5, way: [root, ...way] };
  }
};

const valueIn = (
  bytes: Uint8Array,
  start: number,
  stop: number,
  { part, way }: LinePlace,
): unknown => {
  let at = start + 1;
  for (let skipped = 0; skipped < part; skipped++) at = skip(bytes, at, stop) + 1;
  const text = decoder.decode(bytes.subarray(at, skip(bytes, at, stop)));
  return valueAt(parse(text), way);
};

const decoder = new TextDecoder();

/** The place after the JSON value that starts at a place. */
const skip = (bytes: Uint8Array, start: number, stop: number): number => {
  let depth = 0;
  for (let at = start; at < stop; at++) {
    const own = bytes[at];
    if (own === 34) {
      at += 1;
      while (at < stop && bytes[at] !== 34) at += bytes[at] === 92 ? 2 : 1;
    } else if (own === 91 || own === 123) {
      depth += 1;
      continue;
    } else if (own === 93 || own === 125) {
      depth -= 1;
    } else {
      continue;
    }
    if (depth === 0) return at + 1;
  }
  return stop;
};

const toValue = (value: unknown): FieldValue => {
  if (typeof value === "number" || typeof value === "boolean" || value === null) return value;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  if (text.length > maxValueLength) return `${text.slice(0, maxValueLength - 1)}…`;
  return typeof value === "string" ? text : { json: text };
};

/** A value as it is in the record. */
export const valueOf = (value: FieldValue): unknown =>
  typeof value === "object" && value !== null ? parse(value.json) : value;

const parse = (text: string): unknown =>
  text.includes("\\") ? Json.parse(text) : JSON.parse(text);

/** A column as it travels: the length of its values as JSON, the values, and the codes. */
export const toBytes = ({ values, codes }: FieldColumn): Uint8Array<ArrayBuffer> => {
  const json = new TextEncoder().encode(JSON.stringify(values));
  const start = 4 * Math.ceil((4 + json.length) / 4);
  const bytes = new Uint8Array(start + codes.byteLength);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 4);
  // Every engine that runs this is little-endian.
  bytes.set(new Uint8Array(codes.buffer, codes.byteOffset, codes.byteLength), start);
  return bytes;
};

/** Reads what {@link toBytes} wrote. */
export const fromBytes = (buffer: ArrayBuffer): FieldColumn => {
  const length = new DataView(buffer).getUint32(0, true);
  const values: ReadonlyArray<FieldValue> = JSON.parse(
    decoder.decode(new Uint8Array(buffer, 4, length)),
  );
  return { values, codes: new Uint32Array(buffer, 4 * Math.ceil((4 + length) / 4)) };
};
