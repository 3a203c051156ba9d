/**
 * Records of a run whose shape a team knows. The API leaves inputs, expected, outputs and scores open; a
 * team describes them once, with schemas, and reads records with types.
 */
import * as Data from "effect/Data";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import {
  type MetricConfigId,
  metricConfigIdPattern,
  type RecordId,
  type RunId,
  type TestcaseId,
} from "./Id.ts";
import { formatIssues, type Issue, issuesOf, printable } from "./Issue.ts";
import type { JsonObject } from "./JsonObject.ts";
import type { RecordWithScores } from "./Record.ts";
import type { Score, ScoreValidationError } from "./Score.ts";

/**
 * A schema that reads a JSON object. Its decoding needs no service and must not wait; one that waits or throws
 * fits no value, and says so. Members that a plain `Schema.Struct` does not name are dropped (and kept in
 * `source`); an `OpenStruct` keeps them.
 */
export type ObjectSchema = Schema.ConstraintDecoder<unknown> & { readonly Encoded: object };

/** The schema of each known metric's score, by MetricConfig id. */
export interface ScoreSchemas {
  readonly [metricConfigId: string]: ObjectSchema;
}

/** What a team knows of its run. What is left out stays a `JsonObject`. */
export interface Description<
  Inputs extends ObjectSchema,
  Expected extends ObjectSchema,
  Outputs extends ObjectSchema,
  Scores extends ScoreSchemas,
> {
  readonly inputs?: Inputs;
  readonly expected?: Expected;
  readonly outputs?: Outputs;
  /** Ids are written in lower case or upper case, as the API does; both find their scores. */
  readonly scores?: Scores;
}

/** A score of a known metric, read by its schema. */
export interface TypedScore<A> {
  readonly recordId: RecordId;
  readonly metricConfigId: MetricConfigId;
  /** What the metric produced, or why it does not fit the schema. */
  readonly score: Result.Result<A, InvalidScore>;
  /** What the API found wrong with it; empty when it found nothing. */
  readonly validationErrors: ReadonlyArray<ScoreValidationError>;
  /** The score as it arrived, with the fields that the contract does not know. */
  readonly source: Score;
}

/** A score that does not fit the schema of its metric. */
export interface InvalidScore {
  /** Where it departs from the schema, and how; paths are relative to the score, such as `/intScore`. */
  readonly issues: ReadonlyArray<Issue>;
  /** The score as it arrived. */
  readonly value: JsonObject;
}

/** A record with the types that a team gave its parts. */
export interface TypedRecord<Inputs, Expected, Outputs, Scores> {
  readonly id: RecordId;
  readonly runId: RunId;
  /** Undefined when the record was not made from a stored Testcase. */
  readonly testcaseId: TestcaseId | undefined;
  readonly inputs: Inputs;
  readonly expected: Expected;
  readonly outputs: Outputs;
  /** The scores of known metrics, by MetricConfig id as the description writes it. A metric that has not scored the record is missing. */
  readonly scores: { readonly [Id in keyof Scores]?: TypedScore<Scores[Id]> };
  /** All other scores, untouched and in order: of unknown metrics, and any beyond a metric's first. */
  readonly otherScores: ReadonlyArray<Score>;
  /** The record as it arrived, with the fields that the contract does not know. */
  readonly source: RecordWithScores;
}

/** A record whose inputs, expected or outputs do not fit the description of its run. */
export class RecordMisfit extends Data.TaggedError("RecordMisfit")<{
  /** The record as it arrived: nothing is lost. */
  readonly record: RecordWithScores;
  /** Where it departs from the description, and how; paths are relative to the record, such as `/inputs/question`. */
  readonly issues: ReadonlyArray<Issue>;
}> {
  override get message(): string {
    const { id, runId } = this.record;
    return `Record "${printable(id)}" of run "${printable(runId)}" does not fit: ${formatIssues(this.issues)}`;
  }
}

/** Reads the records of a described run. */
export interface Reader<out A> {
  /**
   * A record with types. A score that does not fit is a value in `scores`, and never costs the record; inputs,
   * expected or outputs that do not fit are a {@link RecordMisfit}.
   */
  readonly decode: (record: RecordWithScores) => Result.Result<A, RecordMisfit>;
}

/** The type of the records that a reader reads: `TypedRecord.Type<typeof MyRun>`. */
export type Type<R extends Reader<unknown>> = R extends Reader<infer A> ? A : never;

/**
 * A reader for runs of a known shape.
 *
 * @throws RangeError when a key of `scores` is no MetricConfig id, or two are the same.
 *
 * @example
 * ```ts
 * import { BooleanScore, IntegerScore, TypedRecord } from "@scorecard-effect/contract";
 * import { Result, Schema } from "effect";
 *
 * const correct = "a1b2c3d4-e5f6-7890-1234-567890abcdef";
 * const helpful = "b2c3d4e5-f6a7-8901-2345-67890abcdef0";
 *
 * const Support = TypedRecord.make({
 *   inputs: Schema.Struct({ question: Schema.String }),
 *   outputs: Schema.Struct({ response: Schema.String }),
 *   scores: { [correct]: BooleanScore, [helpful]: IntegerScore },
 * });
 *
 * const passed = (record: TypedRecord.Type<typeof Support>): boolean => {
 *   const score = record.scores[correct]?.score;
 *   return score !== undefined && Result.isSuccess(score) && score.success.binaryScore;
 * };
 * ```
 */
export const make = <
  Inputs extends ObjectSchema = Schema.Codec<JsonObject>,
  Expected extends ObjectSchema = Schema.Codec<JsonObject>,
  Outputs extends ObjectSchema = Schema.Codec<JsonObject>,
  const Scores extends ScoreSchemas = {},
>(
  description: Description<Inputs, Expected, Outputs, Scores>,
): Reader<
  TypedRecord<
    Inputs["Type"],
    Expected["Type"],
    Outputs["Type"],
    { readonly [Id in keyof Scores]: Scores[Id]["Type"] }
  >
> => {
  const inputs = partReader("inputs", description.inputs);
  const expected = partReader("expected", description.expected);
  const outputs = partReader("outputs", description.outputs);
  const readScores = scoresReader(description.scores ?? {});

  const decode = (record: RecordWithScores) => {
    const read = { inputs: inputs(record), expected: expected(record), outputs: outputs(record) };
    return Result.isSuccess(read.inputs) &&
      Result.isSuccess(read.expected) &&
      Result.isSuccess(read.outputs)
      ? Result.succeed({
          id: record.id,
          runId: record.runId,
          testcaseId: record.testcaseId,
          inputs: read.inputs.success,
          expected: read.expected.success,
          outputs: read.outputs.success,
          ...readScores(record),
          source: record,
        })
      : Result.fail(
          new RecordMisfit({
            record,
            issues: Object.values(read).flatMap((part) =>
              Result.isFailure(part) ? part.failure : [],
            ),
          }),
        );
  };
  // Each part was read by the schema that gives it its type; a part without one is a JsonObject, which is
  // what its type parameter then defaults to.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { decode } as ReturnType<typeof make<Inputs, Expected, Outputs, Scores>>;
};

type Part = "inputs" | "expected" | "outputs";

const partReader = (part: Part, schema: ObjectSchema | undefined) => {
  if (schema === undefined) {
    return (record: RecordWithScores) => Result.succeed<unknown>(record[part]);
  }
  const decode = decoder(schema, `/${part}`);
  return (record: RecordWithScores) => decode(record[part]);
};

const scoresReader = (schemas: ScoreSchemas) => {
  const metrics = new Map<string, { readonly key: string; readonly decode: Decode }>();
  for (const [key, schema] of Object.entries(schemas)) {
    const id = key.toLowerCase();
    if (!metricConfigIdPattern.test(id)) throw new RangeError(`${key} is no MetricConfig id`);
    if (metrics.has(id)) throw new RangeError(`${key} is described twice`);
    metrics.set(id, { key, decode: decoder(schema, "") });
  }
  return (record: RecordWithScores) => {
    const scores: { [metricConfigId: string]: TypedScore<unknown> } = {};
    const otherScores: Array<Score> = [];
    for (const score of record.scores) {
      const metric = metrics.get(score.metricConfigId.toLowerCase());
      if (metric === undefined || metric.key in scores) otherScores.push(score);
      else scores[metric.key] = readScore(score, metric.decode);
    }
    return { scores, otherScores };
  };
};

const readScore = (score: Score, decode: Decode): TypedScore<unknown> => ({
  recordId: score.recordId,
  metricConfigId: score.metricConfigId,
  score: Result.mapError(decode(score.score), (issues) => ({ issues, value: score.score })),
  validationErrors: score.validationErrors ?? [],
  source: score,
});

type Decode = (value: unknown) => Result.Result<unknown, ReadonlyArray<Issue>>;

const decoder = (schema: ObjectSchema, at: string): Decode => {
  const decode = Schema.decodeUnknownResult(schema, { errors: "all" });
  // A schema of the team's own may throw, or run out of stack on what is very deep: that is no fit either.
  const attempt = (value: unknown): Result.Result<unknown, ReadonlyArray<Issue>> =>
    Result.flatMap(
      Result.try({
        try: () => Result.mapError(decode(value), issuesOf),
        catch: (cause): ReadonlyArray<Issue> => [
          { path: "", message: `Expected a value that the schema can read: ${reasonOf(cause)}` },
        ],
      }),
      (decoded) => decoded,
    );
  return (value) =>
    Result.mapError(attempt(value), (issues) =>
      issues.map(({ path, message }) => ({ path: `${at}${path}`, message })),
    );
};

const reasonOf = (cause: unknown): string => {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  return printable(inner instanceof Error ? inner.message : String(inner));
};
