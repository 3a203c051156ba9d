/**
 * Records with a team's own types. The API leaves inputs, expected, outputs and scores open: a team describes them
 * once, with schemas, and then reads records with types.
 */
import * as Data from "effect/Data";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import { type MetricConfigId, type RecordId, type RunId, type TestcaseId } from "./Id.ts";
import { type Issue, issuesOf } from "./Issue.ts";
import { formatIssues, printable } from "./IssueFormat.ts";
import type { JsonObject } from "./JsonObject.ts";
import * as FailureReason from "./protocol/FailureReason.ts";
import type { RecordWithScores } from "./Record.ts";
import type { Score, ScoreValidationError } from "./Score.ts";
import { isMetricConfigId } from "./Uuid.ts";

/**
 * A schema that decodes a JSON object. It must decode synchronously and without services: a value for which it waits or
 * throws is a misfit, with an issue that says so. A plain `Schema.Struct` drops members that it does not name (they
 * stay in `source`); an `OpenStruct` keeps them.
 */
export type ObjectSchema = Schema.ConstraintDecoder<unknown> & { readonly Encoded: object };

/** The schemas of known metrics' scores, by MetricConfig id. */
export interface ScoreSchemas {
  readonly [metricConfigId: string]: ObjectSchema;
}

/** The schemas of a run's parts. A part without a schema stays a `JsonObject`. */
export interface Description<
  Inputs extends ObjectSchema,
  Expected extends ObjectSchema,
  Outputs extends ObjectSchema,
  Scores extends ScoreSchemas,
> {
  readonly inputs?: Inputs;
  readonly expected?: Expected;
  readonly outputs?: Outputs;
  /** By MetricConfig id. The case of an id's letters does not matter. */
  readonly scores?: Scores;
}

/** A score of a known metric, decoded with its schema. */
export interface TypedScore<A> {
  readonly recordId: RecordId;
  readonly metricConfigId: MetricConfigId;
  /** What the metric produced, or why that does not fit the schema. */
  readonly score: Result.Result<A, InvalidScore>;
  /** What the API found wrong with the score; empty if it found nothing. */
  readonly validationErrors: ReadonlyArray<ScoreValidationError>;
  /** The score as it arrived, with the fields that the contract does not know. */
  readonly source: Score;
}

/** A score that does not fit the schema of its metric. */
export interface InvalidScore {
  /** Where it violates the schema, and how. Paths are relative to the score, such as `/intScore`. */
  readonly issues: ReadonlyArray<Issue>;
  /** The score as it arrived. */
  readonly value: JsonObject;
}

/** A record whose parts have a team's own types. */
export interface TypedRecord<Inputs, Expected, Outputs, Scores> {
  readonly id: RecordId;
  readonly runId: RunId;
  /** Undefined if the record was not made from a stored Testcase. */
  readonly testcaseId: TestcaseId | undefined;
  readonly inputs: Inputs;
  readonly expected: Expected;
  readonly outputs: Outputs;
  /**
   * The scores of known metrics, by MetricConfig id as the description spells it. A metric that has not scored the
   * record is missing.
   */
  readonly scores: { readonly [Id in keyof Scores]?: TypedScore<Scores[Id]> };
  /** All other scores, as they arrived and in order: those of unknown metrics, and second scores of a known metric. */
  readonly otherScores: ReadonlyArray<Score>;
  /** The record as it arrived, with the fields that the contract does not know. */
  readonly source: RecordWithScores;
}

/** The error of a record whose inputs, expected or outputs do not fit the description of its run. */
export class RecordMisfit extends Data.TaggedError("RecordMisfit")<{
  /** The record as it arrived. */
  readonly record: RecordWithScores;
  /** Where it violates the description, and how. Paths are relative to the record, such as `/inputs/question`. */
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
   * Decodes a record. Inputs, expected or outputs that do not fit their schema fail it with a {@link RecordMisfit}; a
   * score that does not fit never fails it, and is an {@link InvalidScore} in `scores`.
   */
  readonly decode: (record: RecordWithScores) => Result.Result<A, RecordMisfit>;
}

/** A reader, with the description that it was made from. */
export interface DescribedReader<out A> extends Reader<A> {
  /** The schemas of the run's parts and of its metrics' scores. */
  readonly description: Description<ObjectSchema, ObjectSchema, ObjectSchema, ScoreSchemas>;
}

/** The type of the records that a reader reads: `TypedRecord.Type<typeof MyRun>`. */
export type Type<R extends Reader<unknown>> = R extends Reader<infer A> ? A : never;

/**
 * Makes a reader for the records of a described run.
 *
 * @throws RangeError if a key of `scores` is not a MetricConfig id, or two keys are the same id.
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
): DescribedReader<
  TypedRecord<
    Inputs["Type"],
    Expected["Type"],
    Outputs["Type"],
    { readonly [Id in keyof Scores]: Scores[Id]["Type"] }
  >
> => {
  const readInputs = makePartReader("inputs", description.inputs);
  const readExpected = makePartReader("expected", description.expected);
  const readOutputs = makePartReader("outputs", description.outputs);
  const readScores = makeScoresReader(description.scores ?? {});

  const decode = (record: RecordWithScores) => {
    const inputs = readInputs(record);
    const expected = readExpected(record);
    const outputs = readOutputs(record);
    return Result.isSuccess(inputs) && Result.isSuccess(expected) && Result.isSuccess(outputs)
      ? Result.succeed({
          id: record.id,
          runId: record.runId,
          testcaseId: record.testcaseId,
          inputs: inputs.success,
          expected: expected.success,
          outputs: outputs.success,
          ...readScores(record),
          source: record,
        })
      : Result.fail(
          new RecordMisfit({
            record,
            issues: [inputs, expected, outputs].flatMap((part) =>
              Result.isFailure(part) ? part.failure : [],
            ),
          }),
        );
  };
  // The schema that decoded a part also gives it its type; the type of a part without a schema defaults to JsonObject.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { decode, description } as ReturnType<typeof make<Inputs, Expected, Outputs, Scores>>;
};

type Part = "inputs" | "expected" | "outputs";

const makePartReader = (part: Part, schema: ObjectSchema | undefined) => {
  if (schema === undefined) {
    return (record: RecordWithScores) => Result.succeed<unknown>(record[part]);
  }
  const decode = makeDecoder(schema, `/${part}`);
  return (record: RecordWithScores) => decode(record[part]);
};

const makeScoresReader = (schemas: ScoreSchemas) => {
  const metrics = new Map<string, { readonly key: string; readonly decode: Decode }>();
  for (const [key, schema] of Object.entries(schemas)) {
    const id = key.toLowerCase();
    if (!isMetricConfigId(id)) throw new RangeError(`${key} is not a MetricConfig id`);
    if (metrics.has(id)) throw new RangeError(`MetricConfig ${key} is described twice`);
    metrics.set(id, { key, decode: makeDecoder(schema) });
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

/** Decodes with a schema. The paths of issues start with `parentPath`. */
const makeDecoder = (schema: ObjectSchema, parentPath = ""): Decode => {
  const decode = Schema.decodeUnknownResult(schema, { errors: "all" });
  // A team's schema may throw, or overflow the stack on a deeply nested value: the value does not fit then.
  const attempt = (value: unknown): Result.Result<unknown, ReadonlyArray<Issue>> =>
    Result.flatMap(
      Result.try({
        try: () => Result.mapError(decode(value), issuesOf),
        catch: (cause): ReadonlyArray<Issue> => {
          const reason = printable(FailureReason.describe(cause, "it gave no reason"));
          return [{ path: "", message: `Expected a value that the schema can read: ${reason}` }];
        },
      }),
      (decoded) => decoded,
    );
  return (value) =>
    Result.mapError(attempt(value), (issues) =>
      issues.map(({ path, message }) => ({ path: `${parentPath}${path}`, message })),
    );
};
