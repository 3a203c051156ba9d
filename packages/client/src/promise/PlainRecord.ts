/**
 * Records as programs without Effect see them: the contract's types with plain strings for ids. A test holds the two
 * against each other.
 */
import * as Predicate from "effect/Predicate";

/** A JSON object whose members the API leaves open. */
export interface JsonObject {
  readonly [key: string]: unknown;
}

/** One execution of the system under evaluation, with its scores. Fields that the contract does not know are kept. */
export interface RecordWithScores {
  /** Unique within its run. */
  readonly id: string;
  readonly runId: string;
  /** Missing when the record was not made from a stored testcase. */
  readonly testcaseId?: string;
  /** What the system was given. */
  readonly inputs: JsonObject;
  /** What the testcase names as the ideal outcome. */
  readonly expected: JsonObject;
  /** What the system answered. */
  readonly outputs: JsonObject;
  /** Every score of this record, in no promised order. */
  readonly scores: ReadonlyArray<Score>;
}

/** The evaluation of one record by one MetricConfig. */
export interface Score {
  readonly recordId: string;
  /** A UUID. */
  readonly metricConfigId: string;
  /** What the metric produced: any JSON object. */
  readonly score: JsonObject;
  /** Where `score` departs from the MetricConfig's schema; missing or empty when it does not. */
  readonly validationErrors?: ReadonlyArray<{ readonly path: string; readonly message: string }>;
}

/** One departure from the contract: where, as a JSON Pointer (RFC 6901), and what was expected there. */
export interface Issue {
  readonly path: string;
  readonly message: string;
}

/** The body of an error response. */
export interface ApiError {
  readonly code: string;
  readonly message: string;
  readonly details: JsonObject;
}

/** One page of a run, with the cursor to resume after it: a checkpoint. */
export interface Page<out A = RecordWithScores> {
  readonly runId: string;
  /** The cursor that fetched this page; undefined for the first page of the run. */
  readonly cursor: string | undefined;
  /** The cursor that fetches the page after this one; undefined when this is the last. */
  readonly nextCursor: string | undefined;
  /** The records of this page, in listing order. */
  readonly records: ReadonlyArray<A>;
  /** How many records the run, or its part with the given tags, has in total, if the service says so. */
  readonly total: number | undefined;
}

/**
 * Gives records a team's own types: what `TypedRecord.make` of `@scorecard-effect/contract` returns, or an object of
 * your own that returns `{ _tag: "Success", success }` or `{ _tag: "Failure", failure: { issues } }`.
 */
export interface RecordReader<out A> {
  decode(
    record: never,
  ):
    | { readonly _tag: "Success"; readonly success: A }
    | { readonly _tag: "Failure"; readonly failure: { readonly issues: ReadonlyArray<Issue> } };
}

/** A score with a team's own type, or what does not fit its schema. */
export type ScoreResult<A> =
  | { readonly ok: true; readonly value: A }
  | { readonly ok: false; readonly issues: ReadonlyArray<Issue> };

/** The scores of a record that was listed with `as`: what `TypedRecord.make` of the contract makes. */
interface TypedScores {
  readonly [metricConfigId: string]:
    | {
        readonly score:
          | { readonly _tag: "Success"; readonly success: unknown }
          | { readonly _tag: "Failure"; readonly failure: Misfit };
      }
    | undefined;
}

interface Misfit {
  readonly issues: ReadonlyArray<Issue>;
}

type TypeOfScore<S> = S extends { readonly score: infer R }
  ? R extends { readonly _tag: "Success"; readonly success: infer A }
    ? A
    : never
  : never;

/**
 * What a metric says of a record: its score, or undefined if it has not scored the record.
 *
 * A record that was listed with `as` gives a {@link ScoreResult}: the score with its type, or what does not fit the
 * schema. The id is then the key of the description; for other records its case does not matter.
 *
 * @throws TypeError if the record has no scores, or the id is no string.
 *
 * @example
 * ```ts
 * import { createClient, scoreOf } from "@scorecard-effect/client/promise";
 *
 * const correct = "a1b2c3d4-e5f6-7890-1234-567890abcdef";
 * for await (const record of createClient().listRecords("135")) {
 *   if (scoreOf(record, correct)?.["binaryScore"] === false) console.log("failed:", record.id);
 * }
 * ```
 */
export function scoreOf(
  record: Pick<RecordWithScores, "scores">,
  metricConfigId: string,
): JsonObject | undefined;
export function scoreOf<Scores extends TypedScores, Id extends keyof Scores>(
  record: { readonly scores: Scores },
  metricConfigId: Id,
): ScoreResult<TypeOfScore<Scores[Id]>> | undefined;
export function scoreOf(
  record: { readonly scores: ReadonlyArray<Score> | TypedScores },
  metricConfigId: string,
): JsonObject | ScoreResult<unknown> | undefined {
  const scores = scoresOf(record);
  // Callers without types may look the id up where it is not.
  if (typeof metricConfigId !== "string") {
    throw new TypeError(
      `scoreOf needs the id of a MetricConfig, a string: got ${metricConfigId === null ? "null" : typeof metricConfigId}`,
    );
  }
  if (isList(scores)) {
    const id = metricConfigId.toLowerCase();
    return scores.find((score) => score.metricConfigId.toLowerCase() === id)?.score;
  }
  const score = scores[metricConfigId]?.score;
  if (score === undefined) return undefined;
  return score._tag === "Success"
    ? { ok: true, value: score.success }
    : { ok: false, issues: score.failure.issues };
}

/** The scores of what should be a record; callers without types pass anything. */
const scoresOf = (record: unknown): ReadonlyArray<Score> | TypedScores => {
  if (Predicate.hasProperty(record, "scores") && Predicate.isObjectOrArray(record.scores)) {
    // The signatures of `scoreOf` say which of the two they are.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return record.scores as ReadonlyArray<Score> | TypedScores;
  }
  throw new TypeError(
    "scoreOf needs a record with scores; of a RecordResult, take the value where it is ok",
  );
};

// `Array.isArray` alone does not narrow a readonly array.
const isList = (scores: ReadonlyArray<Score> | TypedScores): scores is ReadonlyArray<Score> =>
  Array.isArray(scores);
