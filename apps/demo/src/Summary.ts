/**
 * What a run amounts to, metric by metric: a fold over its records, in memory that grows with the
 * number of metrics alone.
 */
import type { MetricConfigId, RecordWithScores, Score } from "@scorecard-effect/contract";

/** One metric's scores in figures. */
export interface MetricSummary {
  readonly metricConfigId: MetricConfigId;
  /** What the metric's scores are: most of them, if they differ. */
  readonly kind: "boolean" | "number" | "other";
  /** How many scores the figures rest on; invalid ones are not among them. */
  readonly n: number;
  /** The share of true scores, 0 to 1: of a boolean metric with n > 0. */
  readonly passRate?: number;
  /** The mean score: of a number metric with n > 0, unless it overflows. */
  readonly mean?: number;
  /** The standard deviation (n - 1) of the scores: of a number metric with n > 1, unless it overflows. */
  readonly standardDeviation?: number;
  /** Scores that the figures leave out: marked by `validationErrors`, or not of the metric's kind. */
  readonly invalid: number;
}

/** A run in figures. */
export interface Summary {
  readonly pages: number;
  readonly records: number;
  readonly scores: number;
  /** In order of first appearance. */
  readonly metrics: ReadonlyArray<MetricSummary>;
}

/** A fold under way. */
export interface Tally {
  readonly add: (page: { readonly records: ReadonlyArray<RecordWithScores> }) => void;
  /** What the pages so far amount to. */
  readonly summary: () => Summary;
}

/** Begins a fold. */
export const tally = (): Tally => {
  const total = { pages: 0, records: 0, scores: 0 };
  const metrics = new Map<MetricConfigId, MetricTally>();
  return {
    add: ({ records }) => {
      total.pages += 1;
      total.records += records.length;
      for (const record of records) {
        total.scores += record.scores.length;
        for (const score of record.scores) {
          const metric = metrics.get(score.metricConfigId) ?? emptyTally();
          metrics.set(score.metricConfigId, metric);
          count(metric, score);
        }
      }
    },
    summary: () => ({
      ...total,
      metrics: Array.from(metrics, ([id, metric]) => summarize(id, metric)),
    }),
  };
};

/**
 * What a score says, where it has one of the shapes in use: `binaryScore`, `intScore`, or `value`.
 * Undefined for every other shape.
 */
export const valueOf = ({ score }: Score): boolean | number | undefined => {
  for (const value of [score["binaryScore"], score["intScore"], score["value"]]) {
    if (typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value)))
      return value;
  }
  return undefined;
};

/** Whether the API has marked a score as departing from its MetricConfig's schema. */
export const isFlagged = ({ validationErrors }: Score): boolean =>
  validationErrors !== undefined && validationErrors.length > 0;

interface MetricTally {
  booleans: number;
  passes: number;
  numbers: number;
  mean: number;
  /** The sum of squared distances from the mean (Welford's method). */
  squares: number;
  others: number;
  flagged: number;
}

const emptyTally = (): MetricTally => ({
  booleans: 0,
  passes: 0,
  numbers: 0,
  mean: 0,
  squares: 0,
  others: 0,
  flagged: 0,
});

const count = (metric: MetricTally, score: Score): void => {
  if (isFlagged(score)) {
    metric.flagged += 1;
    return;
  }
  const value = valueOf(score);
  if (typeof value === "boolean") {
    metric.booleans += 1;
    if (value) metric.passes += 1;
  } else if (typeof value === "number") {
    metric.numbers += 1;
    const distance = value - metric.mean;
    metric.mean += distance / metric.numbers;
    metric.squares += distance * (value - metric.mean);
  } else {
    metric.others += 1;
  }
};

const summarize = (metricConfigId: MetricConfigId, metric: MetricTally): MetricSummary => {
  const { booleans, numbers, others, flagged } = metric;
  if (booleans > 0 && booleans >= numbers && booleans >= others) {
    const passRate = metric.passes / booleans;
    return {
      metricConfigId,
      kind: "boolean",
      n: booleans,
      passRate,
      invalid: flagged + numbers + others,
    };
  }
  if (numbers > 0 && numbers >= others) {
    const { mean } = metric;
    const standardDeviation = numbers > 1 ? Math.sqrt(metric.squares / (numbers - 1)) : Number.NaN;
    return {
      metricConfigId,
      kind: "number",
      n: numbers,
      // Scores near the largest number there is overflow: no figure is better than a wrong one.
      ...(Number.isFinite(mean) ? { mean } : {}),
      ...(Number.isFinite(standardDeviation) ? { standardDeviation } : {}),
      invalid: flagged + booleans + others,
    };
  }
  return { metricConfigId, kind: "other", n: others, invalid: flagged + booleans + numbers };
};
