/**
 * Gates on two runs for a CI job: metrics that must not get worse, and how many testcases may. A gate that finds nothing
 * to measure never passes.
 */
import { figureFormat } from "../figures/FigureFormat.ts";
import { count, plural } from "../figures/Figures.ts";
import type { MetricChange } from "./Comparison.ts";
import { minPairs } from "./ChangeVerdict.ts";
import * as MetricLookUp from "./MetricLookUp.ts";

export type ComparisonGate =
  | {
      readonly rule: "no worse";
      /**
       * A metric's name, its id or the start of one, in any case, and `/MEMBER` for one member of its scores; `*` for
       * each.
       */
      readonly metric: string;
    }
  | {
      readonly rule: "max regressions";
      /**
       * The most testcases that may get worse, in each metric: by however little, as long as it is more than rounding.
       */
      readonly most: number;
    };

/** What a gate says about two runs. */
export interface ComparisonVerdict {
  readonly gate: ComparisonGate;
  readonly isKept: boolean;
  /** The verdict in words. */
  readonly says: string;
}

/** What a gate judges: two runs, or a slice of them. */
interface Judged {
  readonly metrics: ReadonlyArray<MetricChange>;
}

/** Judges two runs, or a slice of them, by a gate. */
export const judge = (gate: ComparisonGate, { metrics }: Judged): ComparisonVerdict => {
  const ordered = metrics.filter(({ kind }) => kind === "boolean" || kind === "number");
  const failed = (says: string): ComparisonVerdict => ({ gate, isKept: false, says });
  if (gate.rule === "max regressions") {
    if (ordered.length === 0) return failed("no metric of both runs can get worse");
    const broken = ordered.filter(({ regressions }) => regressions > gate.most);
    return broken.length > 0
      ? failed(broken.map((own) => tooMany(own, gate.most, metrics)).join("; "))
      : {
          gate,
          isKept: true,
          says: `at most ${plural(gate.most, "testcase")} got worse in each metric`,
        };
  }
  const found =
    gate.metric === "*" ? { series: ordered } : MetricLookUp.find(gate.metric, metrics, "runs");
  if ("problem" in found) return failed(found.problem);
  const matches = found.series;
  if (matches.length === 0) return failed("no metric of both runs can get worse");
  const nameOf = (own: MetricChange) => MetricLookUp.nameIn(own, metrics);
  const broken = matches.flatMap((own) => whyWorse(own, nameOf(own)) ?? []);
  return broken.length > 0
    ? failed(broken.join("; "))
    : {
        gate,
        isKept: true,
        says: matches
          .map((own) => `${nameOf(own)} is not worse: ${own.verdict}${coverage(own)}`)
          .join("; "),
      };
};

const tooMany = (
  metric: MetricChange,
  most: number,
  metrics: ReadonlyArray<MetricChange>,
): string => {
  const { regressions, improvements, n } = metric;
  const name = MetricLookUp.nameIn(metric, metrics);
  const others = `of ${plural(n, "testcase")}, and ${count(improvements)} got better`;
  return `${plural(regressions, "testcase")} got worse in ${name}, more than ${count(most)} (${others})`;
};

/** How many testcases a verdict says nothing about; empty where there are none. */
const coverage = ({ n, missing, invalid }: MetricChange): string =>
  missing + invalid === 0
    ? ""
    : ` (over ${count(n)} of ${plural(n + missing + invalid, "testcase")}: the others lack a valid score in a run)`;

/** Why a metric does not pass; undefined where it does. */
const whyWorse = (metric: MetricChange, name: string): string | undefined => {
  const { kind, verdict, n, baseline, candidate, unit } = metric;
  if (kind !== "boolean" && kind !== "number")
    return `${name} is of kind ${kind}, which gets no worse`;
  if (verdict === "too few") {
    return `${name} has ${plural(n, "testcase")} in both runs: a verdict needs ${minPairs}`;
  }
  if (verdict === "unclear" && metric.adjustedP === undefined) {
    return metric.unequalTrials > 0
      ? `${name} cannot be judged: ${plural(metric.unequalTrials, "testcase")} with more trials in one run than in the other`
      : `${name} cannot be judged: its numbers are too large to be added up`;
  }
  if (verdict !== "worse" || baseline === undefined || candidate === undefined) return undefined;
  const [before, after] = figureFormat(kind, unit).pair(baseline, candidate);
  return `${name} is worse: ${before} to ${after}, over ${plural(n, "testcase")}`;
};
