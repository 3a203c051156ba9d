/** Whether a run is good enough to ship, by the mean score of each metric. */
import type { Client } from "@scorecard-effect/client/promise";

/** What is asked of a metric. */
export interface Rule {
  /** What people call the metric. */
  readonly name: string;
  readonly metricConfigId: string;
  /** The least mean score; where scores pass or fail, the least share of passes. */
  readonly atLeast: number;
}

/** What became of a rule. */
export interface Verdict {
  readonly rule: Rule;
  /** How many scores the mean rests on. */
  readonly scores: number;
  /** NaN without a score, which keeps no rule. */
  readonly mean: number;
  readonly isKept: boolean;
}

/** Reads the run once, and holds it to the rules. Rejects with a `ListRecordsError` where it cannot be read whole. */
export const judge = async (
  client: Client,
  runId: string,
  rules: ReadonlyArray<Rule>,
): Promise<ReadonlyArray<Verdict>> => {
  const sums = new Map<string, { scores: number; total: number }>();
  for await (const record of client.listRecords(runId)) {
    for (const { metricConfigId, score, validationErrors = [] } of record.scores) {
      const value = valueOf(score);
      // What the API itself calls invalid counts neither for nor against.
      if (value === undefined || validationErrors.length > 0) continue;
      const { scores, total } = sums.get(metricConfigId) ?? { scores: 0, total: 0 };
      sums.set(metricConfigId, { scores: scores + 1, total: total + value });
    }
  }
  return rules.map((rule) => {
    const { scores, total } = sums.get(rule.metricConfigId) ?? { scores: 0, total: 0 };
    const mean = total / scores;
    return { rule, scores, mean, isKept: mean >= rule.atLeast };
  });
};

// The shapes that Scorecard's own metrics produce; a metric of yours may have another.
const valueOf = (score: { readonly [key: string]: unknown }): number | undefined => {
  const { binaryScore, intScore, value } = score;
  if (typeof binaryScore === "boolean") return Number(binaryScore);
  return [intScore, value].find((number) => typeof number === "number");
};
