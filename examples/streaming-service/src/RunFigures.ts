/** What a run amounts to: a fold over its pages, in memory that grows with the number of metrics alone. */
import {
  BooleanScore,
  IntegerScore,
  MetricConfigId,
  NumberScore,
  type RecordWithScores,
  RunId,
  type Score,
} from "@scorecard-effect/contract";
import { Schema } from "effect";

/** One metric in figures. */
const MetricFigures = Schema.Struct({
  metricConfigId: MetricConfigId,
  /** How many scores the mean rests on. */
  scores: Schema.Int,
  /** The mean score, where a pass is 1 and a failure 0; null without a score. */
  mean: Schema.NullOr(Schema.Finite),
  /** Scores that are left out: invalid by the API's own account, or of a shape of their own. */
  unusable: Schema.Int,
});
interface MetricFigures extends Schema.Schema.Type<typeof MetricFigures> {}

/** A run in figures. */
export const RunFigures = Schema.Struct({
  runId: RunId,
  records: Schema.Int,
  /** In order of first appearance. */
  metrics: Schema.Array(MetricFigures),
});
export interface RunFigures extends Schema.Schema.Type<typeof RunFigures> {}

/** The figures of a run before its first page. */
export const empty = (runId: RunId): RunFigures => ({ runId, records: 0, metrics: [] });

/** The figures with one more page of the run. */
export const add = (
  figures: RunFigures,
  { records }: { readonly records: ReadonlyArray<RecordWithScores> },
): RunFigures => {
  const metrics = new Map(figures.metrics.map((metric) => [metric.metricConfigId, metric]));
  for (const score of records.flatMap(({ scores }) => scores)) {
    const { metricConfigId } = score;
    const metric = metrics.get(metricConfigId) ?? {
      metricConfigId,
      scores: 0,
      mean: null,
      unusable: 0,
    };
    metrics.set(metricConfigId, addScore(metric, valueOf(score)));
  }
  return {
    runId: figures.runId,
    records: figures.records + records.length,
    metrics: [...metrics.values()],
  };
};

const addScore = (metric: MetricFigures, value: number | undefined): MetricFigures => {
  if (value === undefined) return { ...metric, unusable: metric.unusable + 1 };
  const scores = metric.scores + 1;
  // Weighed before they are added, so that large scores do not overflow.
  const mean = (metric.mean ?? 0) * (metric.scores / scores) + value / scores;
  return { ...metric, scores, mean };
};

const isBoolean = Schema.is(BooleanScore);
const isInteger = Schema.is(IntegerScore);
const isNumber = Schema.is(NumberScore);

const valueOf = ({ score, validationErrors = [] }: Score): number | undefined => {
  if (validationErrors.length > 0) return undefined;
  if (isBoolean(score)) return Number(score.binaryScore);
  if (isInteger(score)) return score.intScore;
  return isNumber(score) ? score.value : undefined;
};
