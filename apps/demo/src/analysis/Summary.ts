/**
 * What a run amounts to, metric by metric: a fold over its records, in memory that grows with the
 * number of metrics alone.
 */
import type {
  MetricConfigId,
  RecordId,
  RecordWithScores,
  Score,
  TestcaseId,
} from "@scorecard-effect/contract";
import * as Histogram from "./Histogram.ts";
import * as Interval from "./Interval.ts";
import * as Moments from "./Moments.ts";
import * as Ranking from "./Ranking.ts";
import { askedOf, isFlagged, reasoningOf, type Value, valueOf } from "./ScoreReading.ts";

/** One metric's scores in figures. */
export interface MetricSummary {
  readonly metricConfigId: MetricConfigId;
  /** What the metric's scores are: most of them, if they differ. */
  readonly kind: "boolean" | "number" | "other";
  /** How many scores the figures rest on; invalid and missing ones are not among them. */
  readonly n: number;
  /** The share of true scores, 0 to 1: of a boolean metric with n > 0. */
  readonly passRate?: number;
  /** The mean score: of a number metric with n > 0, unless it overflows. */
  readonly mean?: number;
  /** The standard deviation (n - 1) of the scores: of a number metric with n > 1, unless it overflows. */
  readonly standardDeviation?: number;
  /** The 95 % interval of `passRate` (Wilson's) or of `mean` (Student's t, so for n > 1): see {@link Interval}. */
  readonly interval?: Interval.Interval;
  /** How the scores of a number metric are spread; empty for the other kinds. */
  readonly histogram: ReadonlyArray<Histogram.Bin>;
  /** Scores that the figures leave out: marked by `validationErrors`, or not of the metric's kind. */
  readonly invalid: number;
  /** Records that have no score of this metric. They count for nothing, least of all for a zero. */
  readonly missing: number;
  /** The records with the lowest scores, lowest first: of a boolean metric, the first that failed. */
  readonly worst: ReadonlyArray<LowScore>;
}

/** A record that did badly by one metric. */
interface LowScore {
  readonly recordId: RecordId;
  readonly testcaseId?: TestcaseId;
  readonly value: Value;
  /** What was asked, in one text. */
  readonly asked: string;
  /** What the metric says of it. */
  readonly reasoning?: string;
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
  /** How much has been read so far, without the figures: cheap. */
  readonly counts: () => Omit<Summary, "metrics">;
  /** What the pages so far amount to. */
  readonly summary: () => Summary;
}

/** Begins a fold that keeps so many records with the lowest scores, by metric. Default 5. */
export const tally = ({ worst = 5 }: { readonly worst?: number | undefined } = {}): Tally => {
  const total = { pages: 0, records: 0, scores: 0 };
  const metrics = new Map<MetricConfigId, MetricTally>();
  const metricOf = (id: MetricConfigId): MetricTally => {
    const known = metrics.get(id);
    if (known !== undefined) return known;
    const made = emptyTally(worst);
    metrics.set(id, made);
    return made;
  };
  return {
    add: ({ records }) => {
      total.pages += 1;
      for (const record of records) {
        total.records += 1;
        total.scores += record.scores.length;
        for (const score of record.scores) {
          const metric = metricOf(score.metricConfigId);
          // Two scores of one metric are of one record all the same.
          if (metric.lastScored !== total.records) metric.scored += 1;
          metric.lastScored = total.records;
          count(metric, record, score);
        }
      }
    },
    counts: () => ({ ...total }),
    summary: () => ({
      ...total,
      metrics: Array.from(metrics, ([id, metric]) => summarize(id, metric, total.records)),
    }),
  };
};

interface MetricTally {
  booleans: number;
  passes: number;
  readonly numbers: Moments.Moments;
  readonly histogram: Histogram.Histogram;
  others: number;
  flagged: number;
  /** Records with a score of this metric, and the last of them, by its place in the run. */
  scored: number;
  lastScored: number;
  readonly failed: Ranking.Ranking<LowScore>;
  readonly lowest: Ranking.Ranking<LowScore>;
}

const emptyTally = (worst: number): MetricTally => ({
  booleans: 0,
  passes: 0,
  numbers: Moments.empty(),
  histogram: Histogram.make(),
  others: 0,
  flagged: 0,
  scored: 0,
  lastScored: 0,
  failed: Ranking.make(worst),
  lowest: Ranking.make(worst),
});

const count = (metric: MetricTally, record: RecordWithScores, score: Score): void => {
  if (isFlagged(score)) {
    metric.flagged += 1;
    return;
  }
  const value = valueOf(score);
  if (typeof value === "boolean") {
    metric.booleans += 1;
    if (value) metric.passes += 1;
    else metric.failed.offer(0, () => lowScore(record, score, value));
  } else if (typeof value === "number") {
    Moments.add(metric.numbers, value);
    metric.histogram.add(value);
    metric.lowest.offer(value, () => lowScore(record, score, value));
  } else {
    metric.others += 1;
  }
};

const lowScore = (record: RecordWithScores, score: Score, value: Value): LowScore => {
  const reasoning = reasoningOf(score);
  return {
    recordId: record.id,
    ...(record.testcaseId === undefined ? {} : { testcaseId: record.testcaseId }),
    value,
    asked: askedOf(record),
    ...(reasoning === undefined ? {} : { reasoning }),
  };
};

const summarize = (
  metricConfigId: MetricConfigId,
  metric: MetricTally,
  records: number,
): MetricSummary => {
  const { booleans, passes, numbers, others, flagged } = metric;
  const missing = records - metric.scored;
  if (booleans > 0 && booleans >= numbers.n && booleans >= others) {
    const interval = Interval.ofRate(passes, booleans);
    return {
      metricConfigId,
      kind: "boolean",
      n: booleans,
      passRate: passes / booleans,
      ...(interval === undefined ? {} : { interval }),
      histogram: [],
      invalid: flagged + numbers.n + others,
      missing,
      worst: metric.failed.entries(),
    };
  }
  if (numbers.n > 0 && numbers.n >= others) {
    const { n, mean, squares } = numbers;
    const standardDeviation = n > 1 ? Math.sqrt(squares / (n - 1)) : Number.NaN;
    const interval = Interval.ofMean(mean, squares, n);
    return {
      metricConfigId,
      kind: "number",
      n,
      // Scores near the largest number there is overflow: no figure is better than a wrong one.
      ...(Number.isFinite(mean) ? { mean } : {}),
      ...(Number.isFinite(standardDeviation) ? { standardDeviation } : {}),
      ...(interval === undefined ? {} : { interval }),
      histogram: metric.histogram.bins(),
      invalid: flagged + booleans + others,
      missing,
      worst: metric.lowest.entries(),
    };
  }
  return {
    metricConfigId,
    kind: "other",
    n: others,
    histogram: [],
    invalid: flagged + booleans + numbers.n,
    missing,
    worst: [],
  };
};
