/**
 * The fields of a run's records: the members of inputs, expected and actual outputs that hold a value. Taken from a
 * sample of the records, because a list of fields needs no more.
 */
import type { RecordWithScores } from "@scorecard-effect/contract";
import { pointerOf } from "@scorecard-effect/contract/metrics/MetricPath";
import { jsonKindOf } from "../analysis/JsonKind.ts";
import type { FieldSummary } from "./ExploreProtocol.ts";

/** Of each run, the first records are in the sample, and then one record of this many. */
const sampledAtStart = 200;
const sampledEvery = 64;

/** The most levels of objects that have fields, and the most fields. */
const maxDepth = 4;
const maxFields = 500;

/** The most different values that are counted. */
const maxDistinct = 100;

interface Counts {
  readonly path: ReadonlyArray<string>;
  readonly kinds: Set<FieldSummary["kinds"][number]>;
  readonly values: Set<unknown>;
  records: number;
}

export interface FieldList {
  /** Reads a record if the sample needs it. `index` is its place in its run. */
  readonly add: (record: RecordWithScores, index: number) => void;
  readonly fields: () => ReadonlyArray<FieldSummary>;
}

/** Starts without fields. */
export const make = (redact: (text: string) => string): FieldList => {
  const counts = new Map<string, Counts>();
  let sampled = 0;
  const count = (path: ReadonlyArray<string>, value: unknown): void => {
    const pointer = pointerOf(path);
    let own = counts.get(pointer);
    if (own === undefined) {
      if (counts.size >= maxFields) return;
      own = { path, kinds: new Set(), values: new Set(), records: 0 };
      counts.set(pointer, own);
    }
    own.records += 1;
    own.kinds.add(jsonKindOf(value));
    if (own.values.size <= maxDistinct) {
      own.values.add(typeof value === "object" ? JSON.stringify(value) : value);
    }
  };
  const visit = (path: ReadonlyArray<string>, value: unknown): void => {
    if (
      typeof value !== "object" ||
      value === null ||
      Array.isArray(value) ||
      path.length > maxDepth
    ) {
      count(path, value);
      return;
    }
    for (const [key, member] of Object.entries(value)) visit([...path, key], member);
  };
  return {
    add: ({ inputs, expected, outputs }, index) => {
      if (index >= sampledAtStart && index % sampledEvery !== 0) return;
      sampled += 1;
      try {
        visit([], { inputs, expected, outputs });
      } catch {
        // Nested too deeply to be written: the record has no more fields than those.
      }
    },
    fields: () =>
      Array.from(counts.values(), ({ path, kinds, values, records }) => ({
        // Name by name: a pointer escapes characters of a key.
        pointer: pointerOf(path.map(redact)),
        kinds: Array.from(kinds),
        share: records / sampled,
        distinct: values.size > maxDistinct ? null : values.size,
      })),
  };
};
