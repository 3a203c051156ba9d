/** Whether a run is good enough to ship, by the mean score of each metric. */
import type { Client, InvalidRecord } from "@scorecard-effect/client/promise";

/** What a metric must reach. */
export interface Rule {
  /** The name of the metric, for people. */
  readonly name: string;
  readonly metricConfigId: string;
  /** The lowest acceptable mean; for scores that pass or fail, the lowest share of passes. */
  readonly atLeast: number;
}

/** Whether a run passes a rule. */
interface Verdict {
  readonly rule: Rule;
  /** How many scores the mean is of. */
  readonly scores: number;
  /** NaN if there is no score, which passes no rule. */
  readonly mean: number;
  readonly passes: boolean;
}

/** What the rules say of a run. */
export interface Judgement {
  readonly verdicts: ReadonlyArray<Verdict>;
  /** Records that break the contract. They have no scores that anyone can trust: such a run is not judged. */
  readonly malformed: ReadonlyArray<InvalidRecord>;
}

/** Reads the run once, and judges it by the rules. Rejects with a `ListRecordsError` if it cannot read the whole run. */
export const judge = async (
  client: Client,
  runId: string,
  rules: ReadonlyArray<Rule>,
): Promise<Judgement> => {
  const sums = new Map<string, { scores: number; total: number }>();
  const malformed: Array<InvalidRecord> = [];
  for await (const record of client.listRecordResults(runId)) {
    if (!record.ok) {
      malformed.push(record.error);
      continue;
    }
    for (const { metricConfigId, score, validationErrors = [] } of record.value.scores) {
      const value = valueOf(score);
      // Scores that the API marks as invalid do not count.
      if (value === undefined || validationErrors.length > 0) continue;
      const { scores, total } = sums.get(metricConfigId) ?? { scores: 0, total: 0 };
      sums.set(metricConfigId, { scores: scores + 1, total: total + value });
    }
  }
  const verdicts = rules.map((rule) => {
    const { scores, total } = sums.get(rule.metricConfigId) ?? { scores: 0, total: 0 };
    const mean = total / scores;
    return { rule, scores, mean, passes: mean >= rule.atLeast };
  });
  return { verdicts, malformed };
};

// The shapes that Scorecard's own metrics produce; your metric may have another.
const valueOf = (score: { readonly [key: string]: unknown }): number | undefined => {
  const { binaryScore, intScore, value } = score;
  if (typeof binaryScore === "boolean") return Number(binaryScore);
  return [intScore, value].find((number) => typeof number === "number");
};
