/**
 * Gates on two runs for a CI job: metrics that must not get worse, and how many testcases may. A gate that finds nothing
 * to measure never passes.
 */
import { figureFormat } from "../figures/FigureFormat.ts";
import { count, plural } from "../figures/Figures.ts";
import type { MetricChange } from "./Comparison.ts";
import { minPairs } from "./ChangeVerdict.ts";

export type ComparisonGate =
  | {
      readonly rule: "no worse";
      /** A metric's id or the start of one, in any case, and `/MEMBER` for one member of its scores; `*` for each. */
      readonly metric: string;
    }
  | {
      readonly rule: "max regressions";
      /** The most testcases that may get worse, in each metric. */
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
      ? failed(
          broken.map((own) => `${regressionsOf(own)}, more than ${count(gate.most)}`).join("; "),
        )
      : {
          gate,
          isKept: true,
          says: `at most ${plural(gate.most, "testcase")} got worse in each metric`,
        };
  }
  const isEach = gate.metric === "*";
  const matches = isEach ? ordered : matchesOf(gate.metric, metrics);
  const [first] = matches;
  if (first === undefined) return failed(`no score of a metric ${gate.metric} is in both runs`);
  const ids = new Set(matches.map(({ metricConfigId }) => metricConfigId));
  if (!isEach && ids.size > 1)
    return failed(`the ids of ${count(ids.size)} metrics start with ${gate.metric}`);
  const broken = matches.flatMap((own) => whyWorse(own) ?? []);
  return broken.length > 0
    ? failed(broken.join("; "))
    : {
        gate,
        isKept: true,
        says: matches.map((own) => `${nameOf(own)} is not worse: ${own.verdict}`).join("; "),
      };
};

/** The metrics of a name. */
export const matchesOf = (wanted: string, metrics: ReadonlyArray<MetricChange>) => {
  const [start = "", ...rest] = wanted.split("/");
  const member = rest.length === 0 ? undefined : rest.join("/");
  return metrics.filter(
    (own) =>
      own.metricConfigId.startsWith(start.toLowerCase()) &&
      (member === undefined || own.member === member),
  );
};

const nameOf = ({ metricConfigId, member }: MetricChange): string =>
  member === null ? metricConfigId : `${metricConfigId}/${member}`;

const regressionsOf = (metric: MetricChange): string =>
  `${plural(metric.regressions, "testcase")} got worse in ${nameOf(metric)}`;

/** Why a metric does not pass; undefined where it does. */
const whyWorse = (metric: MetricChange): string | undefined => {
  const { kind, verdict, n, baseline, candidate } = metric;
  const name = nameOf(metric);
  if (kind !== "boolean" && kind !== "number")
    return `${name} is of kind ${kind}, which gets no worse`;
  if (verdict === "too few") {
    return `${name} has ${plural(n, "testcase")} in both runs: a verdict needs ${minPairs}`;
  }
  if (verdict !== "worse" || baseline === undefined || candidate === undefined) return undefined;
  const [before, after] = figureFormat(kind).pair(baseline, candidate);
  return `${name} is worse: ${before} to ${after}, over ${plural(n, "testcase")}`;
};
