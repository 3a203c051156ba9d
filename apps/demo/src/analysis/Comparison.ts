/**
 * What changed from one run to another: their records joined by testcase, as they arrive, from both runs in any
 * order.
 *
 * Memory is held for testcases that wait for their counterpart (scores alone) and for the ids of all testcases.
 * Runs that are read side by side and list their testcases alike hardly make anything wait. Higher scores are
 * taken to be better.
 */
import type {
  MetricConfigId,
  RecordId,
  RecordWithScores,
  TestcaseId,
} from "@scorecard-effect/contract";
import * as Interval from "./Interval.ts";
import * as Moments from "./Moments.ts";
import * as Ranking from "./Ranking.ts";
import { isFlagged, reasoningOf, type Value, valueOf } from "./ScoreReading.ts";

/** Which of the two runs: what was, and what is to be judged against it. */
export type Side = "baseline" | "candidate";

/** How one of the two runs takes part. */
export interface Part {
  readonly pages: number;
  readonly records: number;
  /** Records without a testcase: they have no counterpart, and are left out. */
  readonly withoutTestcase: number;
  /** Records of a testcase that this run has had before: the first one counts, these are left out. */
  readonly repeated: number;
  /** Testcases that the other run does not have (so far, while it is still being read). */
  readonly alone: number;
  /** The first few of them. */
  readonly aloneIds: ReadonlyArray<TestcaseId>;
}

/** What changed by one metric, over the testcases that both runs scored with it. */
export interface MetricComparison {
  readonly metricConfigId: MetricConfigId;
  /** What the metric's scores are: most pairs of them, if they differ. */
  readonly kind: "boolean" | "number" | "other";
  /** How many pairs the figures rest on; invalid and missing ones are not among them. */
  readonly n: number;
  /** The pass rate or the mean in the baseline, over those pairs. */
  readonly baseline?: number;
  /** The pass rate or the mean in the candidate, over those pairs. */
  readonly candidate?: number;
  /** Candidate less baseline. */
  readonly difference?: number;
  /** The 95 % interval of `difference`: Bonett and Price's for rates, Student's t on the pairs' differences for means. */
  readonly interval?: Interval.Interval;
  /** What the interval says: it lies below zero, above it, or around it. */
  readonly verdict: "worse" | "better" | "unclear";
  /** How many pairs got worse, and how many better; the others are unchanged. */
  readonly regressions: number;
  readonly improvements: number;
  /** The pairs that got worse most, worst first. */
  readonly worst: ReadonlyArray<Change>;
  /** The pairs that got better most, best first. */
  readonly best: ReadonlyArray<Change>;
  /** Pairs that the figures leave out: a score marked by `validationErrors`, or not of the metric's kind. */
  readonly invalid: number;
  /** Testcases of both runs of which one run at least has no score of this metric. */
  readonly missing: number;
}

/** A testcase whose score is another one now. */
export interface Change {
  readonly testcaseId: TestcaseId;
  readonly baseline: Judged;
  readonly candidate: Judged;
}

/** What a metric made of one record. */
interface Judged {
  readonly recordId: RecordId;
  readonly value: Value;
  readonly reasoning?: string;
}

/** Two runs in figures. */
export interface Comparison {
  readonly baseline: Part;
  readonly candidate: Part;
  /** Testcases that both runs have. */
  readonly paired: number;
  /** In order of first appearance. */
  readonly metrics: ReadonlyArray<MetricComparison>;
}

/** A comparison under way. */
export interface Joining {
  /** Takes in a page of one of the runs. */
  readonly add: (side: Side, page: { readonly records: ReadonlyArray<RecordWithScores> }) => void;
  /** What the pages so far amount to. */
  readonly comparison: () => Comparison;
}

/** How much a comparison lists one by one. */
export interface Options {
  /** Changes for better and for worse, by metric. Default 5 of each. */
  readonly changes?: number | undefined;
  /** Testcases that one run alone has. Default 20 a run. */
  readonly alone?: number | undefined;
}

/** Begins a comparison. */
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

/** A record that waits for its counterpart: nothing is kept of it but its scores. */
interface Waiting {
  readonly side: Side;
  readonly scores: ReadonlyMap<MetricConfigId, ReadScore>;
}

interface ReadScore {
  readonly recordId: RecordId;
  /** Undefined for a score of a shape that is not in use; null for an invalid one. */
  readonly value: Value | undefined | null;
  readonly reasoning: string | undefined;
}

// Of two scores of one metric, the first counts.
const scoresOf = (record: RecordWithScores): ReadonlyMap<MetricConfigId, ReadScore> => {
  const scores = new Map<MetricConfigId, ReadScore>();
  for (const score of record.scores) {
    if (scores.has(score.metricConfigId)) continue;
    scores.set(score.metricConfigId, {
      recordId: record.id,
      value: isFlagged(score) ? null : valueOf(score),
      reasoning: reasoningOf(score),
    });
  }
  return scores;
};

interface MetricJoin {
  /** Pairs of which both have a score of this metric. */
  scored: number;
  /** Pairs of booleans, by what they were and are. */
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
  const { value: before } = baseline;
  const { value: after } = candidate;
  const change = (changes: Changes, difference: number, was: Value, is: Value): void => {
    if (difference === 0) return;
    const ranking = difference < 0 ? changes.worst : changes.best;
    ranking.offer(-Math.abs(difference), () => ({
      testcaseId,
      baseline: judged(baseline, was),
      candidate: judged(candidate, is),
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
    change(metric.booleanChanges, difference, before, after);
  } else if (typeof before === "number" && typeof after === "number") {
    const { numbers } = metric;
    const difference = after - before;
    Moments.add(numbers.before, before);
    Moments.add(numbers.after, after);
    Moments.add(numbers.change, difference);
    if (difference < 0) numbers.worse += 1;
    if (difference > 0) numbers.better += 1;
    change(metric.numberChanges, difference, before, after);
  } else if (before === undefined && after === undefined) {
    metric.others += 1;
  }
};

const judged = ({ recordId, reasoning }: ReadScore, value: Value): Judged => ({
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
  if (booleans.n > 0 && booleans.n >= change.n && booleans.n >= others) {
    const { n, before, after, lost, won } = booleans;
    return {
      metricConfigId,
      kind: "boolean",
      n,
      baseline: before / n,
      candidate: after / n,
      difference: (after - before) / n,
      ...judgement(Interval.ofRateDifference(lost, won, n)),
      regressions: lost,
      improvements: won,
      ...listed(metric.booleanChanges),
      invalid: scored - n,
      missing,
    };
  }
  if (change.n > 0 && change.n >= others) {
    const { before, after } = numbers;
    const figures = [before.mean, after.mean, change.mean].every(Number.isFinite)
      ? { baseline: before.mean, candidate: after.mean, difference: change.mean }
      : {};
    return {
      metricConfigId,
      kind: "number",
      n: change.n,
      ...figures,
      ...judgement(Interval.ofMean(change.mean, change.squares, change.n)),
      regressions: numbers.worse,
      improvements: numbers.better,
      ...listed(metric.numberChanges),
      invalid: scored - change.n,
      missing,
    };
  }
  return {
    metricConfigId,
    kind: "other",
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

const listed = ({ worst, best }: Changes): Pick<MetricComparison, "worst" | "best"> => ({
  worst: worst.entries(),
  best: best.entries(),
});

const judgement = (
  interval: Interval.Interval | undefined,
): Pick<MetricComparison, "interval" | "verdict"> =>
  interval === undefined
    ? { verdict: "unclear" }
    : {
        interval,
        verdict: interval.upper < 0 ? "worse" : interval.lower > 0 ? "better" : "unclear",
      };
