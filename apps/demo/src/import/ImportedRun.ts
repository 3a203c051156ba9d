/** A run of another tool, as records of the API. */
import type { JsonObject, RecordWithScores, RunId, Score } from "@scorecard-effect/contract";
import type { FileSystem, Stream } from "effect";
import type { ImportError } from "./ImportError.ts";

export interface ImportedRun {
  readonly runId: RunId;
  /** What the run was, in words: a model, a prompt. */
  readonly title: string;
  /** What the file says about the run as a whole. */
  readonly about: JsonObject;
  readonly records: Stream.Stream<ImportedRecord, ImportError, FileSystem.FileSystem>;
}

/** A record whose scores carry the names of their metrics: a field that the API does not know. */
export interface ImportedRecord extends Omit<RecordWithScores, "scores"> {
  readonly scores: ReadonlyArray<Score & { readonly metricName: string }>;
}

/** An object without the members that say nothing: null, undefined, `{}` and `[]`. */
export const withoutEmpty = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => !isEmpty(value)));

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (typeof value === "object" && Object.keys(value).length === 0);
