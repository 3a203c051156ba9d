/**
 * What is known of the metrics before their scores are read: how to read them, which values are better, names and
 * units. Without a metrics file, scores are read by the rules of `ScoreReading`, and metrics have no names.
 */
import type { Score } from "@scorecard-effect/contract";
import type { KnownMetrics } from "@scorecard-effect/contract/metrics";
import { isLowerBetter } from "./Direction.ts";
import { type Reading, readingsOf } from "./ScoreReading.ts";
import type { SeriesKey } from "./Series.ts";

/** What is known of one series. */
export interface SeriesFacts {
  /** What people call it. Series of one metric can share a name: their members tell them apart. */
  readonly name?: string;
  readonly unit?: string;
  readonly isLowerBetter: boolean;
}

/** What is known of the metrics. */
export interface MetricKnowledge {
  /** The values in a score. */
  readonly readingsOf: (score: Score) => ReadonlyArray<Reading>;
  /** The members of a metric that are series even where no score has them. Empty where the scores decide. */
  readonly membersOf: (metricId: string) => ReadonlyArray<string>;
  readonly factsOf: (key: SeriesKey) => SeriesFacts;
  /** What the metrics file says, by the ids of metrics in lower case; empty without one. */
  readonly metrics: KnownMetrics["metrics"];
  /** What it says of all other metrics. */
  readonly others: KnownMetrics["others"];
}

/** Nothing is known: the scores say it all. */
export const nothing: MetricKnowledge = {
  readingsOf: ({ score }) => readingsOf(score),
  membersOf: () => [],
  factsOf: (key) => ({ isLowerBetter: isLowerBetter(key) }),
  metrics: new Map(),
  others: undefined,
};
