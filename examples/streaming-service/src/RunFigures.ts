/** The figures of a run: a fold over its pages, whose memory grows only with the number of metrics. */
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

/** The figures of one metric. */
const MetricFigures = Schema.Struct({
  metricConfigId: MetricConfigId,
  /** How many scores the mean is of. */
  scores: Schema.Int,
  /** The mean score, counting a pass as 1 and a failure as 0; null if there is no score. */
  mean: Schema.NullOr(Schema.Finite),
  /** How many scores are left out: those that the API marks as invalid, and those of an unknown shape. */
  unusable: Schema.Int,
});
interface MetricFigures extends Schema.Schema.Type<typeof MetricFigures> {}

/** The figures of a run. */
export const RunFigures = Schema.Struct({
  runId: RunId,
  records: Schema.Int,
  /** In order of first appearance. */
  metrics: Schema.Array(MetricFigures),
});
export interface RunFigures extends Schema.Schema.Type<typeof RunFigures> {}

/** The figures before the first page. */
export const empty = (runId: RunId): RunFigures => ({ runId, records: 0, metrics: [] });

/** Adds a page to the figures. */
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
  // Weights come first, so that the sum of large scores does not overflow.
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
