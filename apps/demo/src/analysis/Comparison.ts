/**
 * Compares two runs: joins their records by testcase as they arrive, from both runs in any order.
 *
 * It keeps the ids of all testcases in memory, and the scores of those that wait for their counterpart. Few wait where
 * both runs are read at the same time and list their testcases in the same order. Higher scores count as better.
 */
import type {
  MetricConfigId,
  RecordId,
  RecordWithScores,
  TestcaseId,
} from "@scorecard-effect/contract";
import { type ChangeVerdict, verdictOf } from "./ChangeVerdict.ts";
import * as Interval from "./Interval.ts";
import { kindOf, type MetricKind } from "./MetricKind.ts";
import * as Moments from "./Moments.ts";
import * as Ranking from "./Ranking.ts";
import { type Reading, readingOf, reasoningOf, type Value } from "./ScoreReading.ts";

/** One of the two runs: the candidate is judged against the baseline. */
export type Side = "baseline" | "candidate";

/** What one run contributes to the comparison. */
export interface Part {
  readonly pages: number;
  readonly records: number;
  /** Records without a testcase. They have no counterpart and are left out. */
  readonly withoutTestcase: number;
  /** Records that repeat a testcase of this run. The first one counts, these are left out. */
  readonly repeated: number;
  /** Testcases that only this run has, as far as the runs have been read. */
  readonly alone: number;
  /** The first few of them. */
  readonly aloneIds: ReadonlyArray<TestcaseId>;
}

/** How one metric changed, over the testcases that it scored in both runs: the pairs. */
export interface MetricComparison {
  readonly metricConfigId: MetricConfigId;
  /** The kind of most pairs. */
  readonly kind: MetricKind;
  /** How many pairs the figures rest on. Invalid and missing pairs do not count. */
  readonly n: number;
  /** The pass rate or the mean in the baseline, over those pairs. */
  readonly baseline?: number;
  /** The pass rate or the mean in the candidate, over those pairs. */
  readonly candidate?: number;
  /** Candidate minus baseline. */
  readonly difference?: number;
  /**
   * The 95% interval of `difference`: Bonett and Price's for rates, Student's t on the pairs' differences for means.
   */
  readonly interval?: Interval.Interval;
  readonly verdict: ChangeVerdict;
  /** How many pairs got worse, and how many better. The others are unchanged. */
  readonly regressions: number;
  readonly improvements: number;
  /** The pairs that got worse by the most, worst first. */
  readonly worst: ReadonlyArray<Change>;
  /** The pairs that got better by the most, best first. */
  readonly best: ReadonlyArray<Change>;
  /**
   * Pairs that the figures leave out: a score is marked with `validationErrors`, or of another kind than the
   * metric's.
   */
  readonly invalid: number;
  /** Testcases in both runs that this metric did not score in at least one of them. */
  readonly missing: number;
}

/** A testcase whose score changed. */
export interface Change {
  readonly testcaseId: TestcaseId;
  readonly baseline: ScoredRecord;
  readonly candidate: ScoredRecord;
}

/** How a metric scored one record. */
interface ScoredRecord {
  readonly recordId: RecordId;
  readonly value: Value;
  readonly reasoning?: string;
}

/** The figures of two runs. */
export interface Comparison {
  readonly baseline: Part;
  readonly candidate: Part;
  /** Testcases in both runs. */
  readonly paired: number;
  /** In order of first appearance. */
  readonly metrics: ReadonlyArray<MetricComparison>;
}

/** A comparison in progress. */
export interface Joining {
  /** Adds a page of one of the runs. */
  readonly add: (side: Side, page: { readonly records: ReadonlyArray<RecordWithScores> }) => void;
  /** The figures of the pages so far. */
  readonly comparison: () => Comparison;
}

/** How many findings a comparison lists. */
export interface Options {
  /** Regressions and improvements for each metric. Default 5 of each. */
  readonly changes?: number | undefined;
  /** Testcases that only one run has. Default 20 a run. */
  readonly alone?: number | undefined;
}

/** Starts a comparison. */
export const join = ({ changes = 5, alone = 20 }: Options = {}): Joining => {
  const parts = { baseline: emptyPart(), candidate: emptyPart() };
  const testcases = new Map<TestcaseId, Waiting | "paired">();
  const metrics = new Map<MetricConfigId, MetricJoin>();
  let paired = 0;

  const metricOf = (id: MetricConfigId): MetricJoin => {
    const known = metrics.get(id);
    if (known !== undefined) return known;
    const made = emptyMetric(changes);
    metrics.set(id, made);
    return made;
  };

  const pair = (testcaseId: TestcaseId, before: Waiting, after: Waiting): void => {
    paired += 1;
    for (const id of before.scores.keys()) metricOf(id);
    for (const [id, candidate] of after.scores) {
      const metric = metricOf(id);
      const baseline = before.scores.get(id);
      if (baseline === undefined) continue;
      metric.scored += 1;
      count(metric, testcaseId, baseline, candidate);
    }
  };

  const addRecord = (side: Side, record: RecordWithScores): void => {
    const part = parts[side];
    part.records += 1;
    const { testcaseId } = record;
    if (testcaseId === undefined) {
      part.withoutTestcase += 1;
      return;
    }
    const other = testcases.get(testcaseId);
    if (other === "paired" || other?.side === side) {
      part.repeated += 1;
      return;
    }
    const own = { side, scores: scoresOf(record) };
    if (other === undefined) {
      part.alone += 1;
      testcases.set(testcaseId, own);
      return;
    }
    parts[other.side].alone -= 1;
    testcases.set(testcaseId, "paired");
    if (side === "candidate") pair(testcaseId, other, own);
    else pair(testcaseId, own, other);
  };

  const aloneIds = (side: Side): ReadonlyArray<TestcaseId> => {
    const ids: Array<TestcaseId> = [];
    const wanted = Math.min(alone, parts[side].alone);
    for (const [id, waiting] of testcases) {
      if (ids.length >= wanted) break;
      if (waiting !== "paired" && waiting.side === side) ids.push(id);
    }
    return ids;
  };

  return {
    add: (side, { records }) => {
      parts[side].pages += 1;
      for (const record of records) addRecord(side, record);
    },
    comparison: () => ({
      baseline: { ...parts.baseline, aloneIds: aloneIds("baseline") },
      candidate: { ...parts.candidate, aloneIds: aloneIds("candidate") },
      paired,
      metrics: Array.from(metrics, ([id, metric]) => summarize(id, metric, paired)),
    }),
  };
};

interface PartCount {
  pages: number;
  records: number;
  withoutTestcase: number;
  repeated: number;
  alone: number;
}

const emptyPart = (): PartCount => ({
  pages: 0,
  records: 0,
  withoutTestcase: 0,
  repeated: 0,
  alone: 0,
});

/** A record that waits for its counterpart. Only its scores are kept. */
interface Waiting {
  readonly side: Side;
  readonly scores: ReadonlyMap<MetricConfigId, ReadScore>;
}

interface ReadScore {
  readonly recordId: RecordId;
  readonly reading: Reading;
  readonly reasoning: string | undefined;
}

// Of two scores of one metric, the first counts.
const scoresOf = (record: RecordWithScores): ReadonlyMap<MetricConfigId, ReadScore> => {
  const scores = new Map<MetricConfigId, ReadScore>();
  for (const score of record.scores) {
    if (scores.has(score.metricConfigId)) continue;
    scores.set(score.metricConfigId, {
      recordId: record.id,
      reading: readingOf(score),
      reasoning: reasoningOf(score),
    });
  }
  return scores;
};

interface MetricJoin {
  /** Pairs in which this metric scored both records. */
  scored: number;
  /** Pairs of booleans: how many passed before and after, and how many changed. */
  readonly booleans: { n: number; before: number; after: number; lost: number; won: number };
  readonly numbers: {
    readonly before: Moments.Moments;
    readonly after: Moments.Moments;
    readonly change: Moments.Moments;
    worse: number;
    better: number;
  };
  others: number;
  readonly booleanChanges: Changes;
  readonly numberChanges: Changes;
}

interface Changes {
  readonly worst: Ranking.Ranking<Change>;
  readonly best: Ranking.Ranking<Change>;
}

const emptyChanges = (places: number): Changes => ({
  worst: Ranking.make(places),
  best: Ranking.make(places),
});

const emptyMetric = (changes: number): MetricJoin => ({
  scored: 0,
  booleans: { n: 0, before: 0, after: 0, lost: 0, won: 0 },
  numbers: {
    before: Moments.empty(),
    after: Moments.empty(),
    change: Moments.empty(),
    worse: 0,
    better: 0,
  },
  others: 0,
  booleanChanges: emptyChanges(changes),
  numberChanges: emptyChanges(changes),
});

const count = (
  metric: MetricJoin,
  testcaseId: TestcaseId,
  baseline: ReadScore,
  candidate: ReadScore,
): void => {
  const { reading: before } = baseline;
  const { reading: after } = candidate;
  const offerChange = (changes: Changes, difference: number, was: Value, is: Value): void => {
    if (difference === 0) return;
    const ranking = difference < 0 ? changes.worst : changes.best;
    ranking.offer(-Math.abs(difference), () => ({
      testcaseId,
      baseline: scoredRecord(baseline, was),
      candidate: scoredRecord(candidate, is),
    }));
  };
  if (typeof before === "boolean" && typeof after === "boolean") {
    const { booleans } = metric;
    const difference = Number(after) - Number(before);
    booleans.n += 1;
    booleans.before += Number(before);
    booleans.after += Number(after);
    if (difference < 0) booleans.lost += 1;
    if (difference > 0) booleans.won += 1;
    offerChange(metric.booleanChanges, difference, before, after);
  } else if (typeof before === "number" && typeof after === "number") {
    const { numbers } = metric;
    const difference = after - before;
    Moments.add(numbers.before, before);
    Moments.add(numbers.after, after);
    Moments.add(numbers.change, difference);
    if (difference < 0) numbers.worse += 1;
    if (difference > 0) numbers.better += 1;
    offerChange(metric.numberChanges, difference, before, after);
  } else if (before === "other" && after === "other") {
    metric.others += 1;
  }
};

const scoredRecord = ({ recordId, reasoning }: ReadScore, value: Value): ScoredRecord => ({
  recordId,
  value,
  ...(reasoning === undefined ? {} : { reasoning }),
});

const summarize = (
  metricConfigId: MetricConfigId,
  metric: MetricJoin,
  paired: number,
): MetricComparison => {
  const { booleans, numbers, others, scored } = metric;
  const { change } = numbers;
  const missing = paired - scored;
  const kind = kindOf({ booleans: booleans.n, numbers: change.n, others });
  if (kind === "boolean") {
    const { n, before, after, lost, won } = booleans;
    return {
      metricConfigId,
      kind,
      n,
      baseline: before / n,
      candidate: after / n,
      difference: (after - before) / n,
      ...judgement(Interval.ofRateDifference(lost, won, n)),
      regressions: lost,
      improvements: won,
      ...listedChanges(metric.booleanChanges),
      invalid: scored - n,
      missing,
    };
  }
  if (kind === "number") {
    const { before, after } = numbers;
    const figures = [before.mean, after.mean, change.mean].every(Number.isFinite)
      ? { baseline: before.mean, candidate: after.mean, difference: change.mean }
      : {};
    return {
      metricConfigId,
      kind,
      n: change.n,
      ...figures,
      ...judgement(Interval.ofMean(change.mean, change.squares, change.n)),
      regressions: numbers.worse,
      improvements: numbers.better,
      ...listedChanges(metric.numberChanges),
      invalid: scored - change.n,
      missing,
    };
  }
  return {
    metricConfigId,
    kind,
    n: others,
    verdict: "unclear",
    regressions: 0,
    improvements: 0,
    worst: [],
    best: [],
    invalid: scored - others,
    missing,
  };
};

const listedChanges = ({ worst, best }: Changes): Pick<MetricComparison, "worst" | "best"> => ({
  worst: worst.entries(),
  best: best.entries(),
});

const judgement = (
  interval: Interval.Interval | undefined,
): Pick<MetricComparison, "interval" | "verdict"> => ({
  ...(interval === undefined ? {} : { interval }),
  verdict: verdictOf(interval),
});
