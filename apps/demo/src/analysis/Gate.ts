/**
 * Gates for a CI job: the least pass rate or mean that a metric must reach. A gate judges the figure itself, not
 * its interval. It fails where there is no such figure: a gate that finds nothing to measure never passes.
 */
import { count, precise } from "../figures/Figures.ts";
import { areSame } from "@scorecard-effect/contract/metrics/FloatNoise";
import type { MetricFigures } from "./Summary.ts";

/** The least value that a figure of a metric must have. */
export interface Gate {
  readonly figure: "pass rate" | "mean";
  /**
   * A metric's id or the start of one, in any case. Where several members of its scores have such a figure, a slash and
   * the member follow: `6f1a5c0e/passed`.
   */
  readonly metric: string;
  readonly least: number;
}

/** What a gate says about a run. */
export interface Verdict extends Gate {
  /** The run's figure; undefined where it has none. */
  readonly found: number | undefined;
  readonly isKept: boolean;
  /** The verdict in words: the figure, and how far it is below the least value. */
  readonly says: string;
}

/** What names a metric and, where it has several, a member of its scores. */
const wantedBy = (name: string) => {
  const slash = name.indexOf("/");
  return {
    start: (slash === -1 ? name : name.slice(0, slash)).toLowerCase(),
    wantedMember: slash === -1 ? undefined : name.slice(slash + 1),
  };
};

/** Whether some metrics have one by a name. */
export const isKnown = (name: string, metrics: ReadonlyArray<MetricFigures>): boolean => {
  const { start, wantedMember } = wantedBy(name);
  return metrics.some(
    ({ metricConfigId, member }) =>
      metricConfigId.startsWith(start) && (wantedMember === undefined || member === wantedMember),
  );
};

/** What a gate judges: a run, or a slice of it. */
interface Judged {
  readonly metrics: ReadonlyArray<MetricFigures>;
}

/** Judges a run, or a slice, by a gate. */
export const judge = (gate: Gate, { metrics }: Judged): Verdict => {
  const { start, wantedMember } = wantedBy(gate.metric);
  const ofMetric = metrics.filter(({ metricConfigId }) => metricConfigId.startsWith(start));
  const ids = new Set(ofMetric.map(({ metricConfigId }) => metricConfigId));
  const failed = (says: string): Verdict => ({ ...gate, found: undefined, isKept: false, says });
  if (ids.size === 0) return failed(`the run has no score of a metric ${gate.metric}`);
  if (ids.size > 1) return failed(`the ids of ${count(ids.size)} metrics start with ${start}`);

  const kind = gate.figure === "pass rate" ? "boolean" : "number";
  const matches = ofMetric.filter(
    ({ member }) => wantedMember === undefined || member === wantedMember,
  );
  const candidates = matches.filter((metric) => metric.kind === kind);
  const [metric = matches[0], second] = candidates;
  if (metric === undefined) {
    return failed(`the scores of metric ${[...ids].join("")} have no member ${wantedMember}`);
  }
  if (second !== undefined) {
    const names = candidates.map(({ member }) => `${start}/${member}`).join(" or ");
    return failed(`metric ${metric.metricConfigId} has several such figures: choose ${names}`);
  }
  const found = kind === "boolean" ? metric.passRate : metric.mean;
  return found === undefined
    ? failed(`metric ${metric.metricConfigId} has no ${gate.figure}: ${whyNoFigure(kind, metric)}`)
    : { ...gate, found, ...measured(gate, found, nameOf(metric, ofMetric)) };
};

const nameOf = ({ metricConfigId, member }: MetricFigures, of: ReadonlyArray<MetricFigures>) =>
  of.length > 1 ? `${metricConfigId}/${member}` : metricConfigId;

const whyNoFigure = (wanted: string, { kind, n, invalid }: MetricFigures): string => {
  if (n === 0) return `it has no valid score (${count(invalid)} invalid)`;
  return kind === wanted ? "it overflows" : `its scores are of kind ${kind}`;
};

const measured = ({ figure, least }: Gate, found: number, name: string) => {
  // 0.1 + 0.2 reaches 0.3, though it could be 0.30000000000000004 or 0.29999999999999999.
  const isKept = found >= least || areSame(found, least);
  const what = `${figure} of ${name} is ${precise(found)}`;
  return {
    isKept,
    says: isKept
      ? `${what}, at least ${least}`
      : `${what}, ${precise(least - found)} below ${least}`,
  };
};
