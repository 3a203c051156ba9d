/** The figures of one run, metric by metric: a fold over its records in memory that grows with the metrics alone. */
import type {
  MetricConfigId,
  RecordId,
  RecordWithScores,
  Score,
  TestcaseId,
} from "@scorecard-effect/contract";
import * as Histogram from "./Histogram.ts";
import * as Interval from "./Interval.ts";
import { kindOf, type MetricKind } from "./MetricKind.ts";
import * as Moments from "./Moments.ts";
import * as Ranking from "./Ranking.ts";
import { inputText, readingOf, reasoningOf, type Value } from "./ScoreReading.ts";

/** The figures of one metric. */
export interface MetricSummary {
  readonly metricConfigId: MetricConfigId;
  readonly kind: MetricKind;
  /** How many scores the figures rest on. Invalid and missing scores do not count. */
  readonly n: number;
  /** The share of true scores, 0 to 1: for a boolean metric with n > 0. */
  readonly passRate?: number;
  /** The mean score: for a number metric with n > 0, unless it overflows. */
  readonly mean?: number;
  /** The standard deviation (n - 1) of the scores: for a number metric with n > 1, unless it overflows. */
  readonly standardDeviation?: number;
  /** The 95% interval of `passRate` (Wilson's) or of `mean` (Student's t, for n > 1): see {@link Interval}. */
  readonly interval?: Interval.Interval;
  /** The distribution of a number metric's scores; empty for the other kinds. */
  readonly histogram: ReadonlyArray<Histogram.Bin>;
  /** Scores that the figures leave out: marked with `validationErrors`, or of another kind than the metric's. */
  readonly invalid: number;
  /** Records without a score of this metric. They do not count as zeros. */
  readonly missing: number;
  /** The records with the lowest scores, lowest first; for a boolean metric, the first that failed. */
  readonly worst: ReadonlyArray<LowScore>;
}

/** A record with a low score. */
interface LowScore {
  readonly recordId: RecordId;
  readonly testcaseId?: TestcaseId;
  readonly value: Value;
  /** The record's input, as one text. */
  readonly asked: string;
  readonly reasoning?: string;
}

/** The figures of a run. */
export interface Summary {
  readonly pages: number;
  readonly records: number;
  readonly scores: number;
  /** In order of first appearance. */
  readonly metrics: ReadonlyArray<MetricSummary>;
}

/** A fold in progress. */
export interface Tally {
  readonly add: (page: { readonly records: ReadonlyArray<RecordWithScores> }) => void;
  /** How much has been read so far, without the figures: cheap. */
  readonly counts: () => Omit<Summary, "metrics">;
  /** The figures of the pages so far. */
  readonly summary: () => Summary;
}

/** Starts a fold. `worst` is how many records with low scores it keeps for each metric, 5 by default. */
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
          // A record with two scores of one metric counts once.
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
  marked: number;
  /** Records with a score of this metric, and the place in the run of the last of them. */
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
  marked: 0,
  scored: 0,
  lastScored: 0,
  failed: Ranking.make(worst),
  lowest: Ranking.make(worst),
});

const count = (metric: MetricTally, record: RecordWithScores, score: Score): void => {
  const reading = readingOf(score);
  if (typeof reading === "boolean") {
    metric.booleans += 1;
    if (reading) metric.passes += 1;
    else metric.failed.offer(0, () => lowScore(record, score, reading));
  } else if (typeof reading === "number") {
    Moments.add(metric.numbers, reading);
    metric.histogram.add(reading);
    metric.lowest.offer(reading, () => lowScore(record, score, reading));
  } else if (reading === "invalid") {
    metric.marked += 1;
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
    asked: inputText(record),
    ...(reasoning === undefined ? {} : { reasoning }),
  };
};

const summarize = (
  metricConfigId: MetricConfigId,
  metric: MetricTally,
  records: number,
): MetricSummary => {
  const { booleans, passes, numbers, others, marked } = metric;
  const missing = records - metric.scored;
  const kind = kindOf({ booleans, numbers: numbers.n, others });
  if (kind === "boolean") {
    const interval = Interval.ofRate(passes, booleans);
    return {
      metricConfigId,
      kind,
      n: booleans,
      passRate: passes / booleans,
      ...(interval === undefined ? {} : { interval }),
      histogram: [],
      invalid: marked + numbers.n + others,
      missing,
      worst: metric.failed.entries(),
    };
  }
  if (kind === "number") {
    const { n, mean, squares } = numbers;
    const standardDeviation = n > 1 ? Math.sqrt(squares / (n - 1)) : Number.NaN;
    const interval = Interval.ofMean(mean, squares, n);
    return {
      metricConfigId,
      kind,
      n,
      // Scores near the largest double overflow: no figure is better than a wrong one.
      ...(Number.isFinite(mean) ? { mean } : {}),
      ...(Number.isFinite(standardDeviation) ? { standardDeviation } : {}),
      ...(interval === undefined ? {} : { interval }),
      histogram: metric.histogram.bins(),
      invalid: marked + booleans + others,
      missing,
      worst: metric.lowest.entries(),
    };
  }
  return {
    metricConfigId,
    kind,
    n: others,
    histogram: [],
    invalid: marked + booleans + numbers.n,
    missing,
    worst: [],
  };
};
