/**
 * Gates for a CI job: the least pass rate or mean that a metric must reach. A gate judges the figure itself, not
 * its interval. It fails where there is no such figure: a gate that finds nothing to measure never passes.
 */
import type { MetricConfigId } from "@scorecard-effect/contract";
import { count, precise } from "../figures/Figures.ts";
import type { MetricSummary, Summary } from "./Summary.ts";

/** The least value that a figure of a metric must have. */
export interface Gate {
  readonly figure: "pass rate" | "mean";
  /** A metric's id or the start of one, in lower case. */
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

/** Judges a run by a gate. */
export const judge = (gate: Gate, { metrics }: Summary): Verdict => {
  const matches = metrics.filter(({ metricConfigId }) =>
    metricConfigId.toLowerCase().startsWith(gate.metric),
  );
  const [metric] = matches;
  const failed = (says: string): Verdict => ({ ...gate, found: undefined, isKept: false, says });
  if (metric === undefined) return failed(`the run has no score of a metric ${gate.metric}`);
  if (matches.length > 1) {
    return failed(`the ids of ${count(matches.length)} metrics start with ${gate.metric}`);
  }
  const found = figureOf(gate, metric);
  return found === undefined
    ? failed(`metric ${metric.metricConfigId} has no ${gate.figure}: ${whyNoFigure(gate, metric)}`)
    : { ...gate, found, ...measured(gate, found, metric.metricConfigId) };
};

const figureOf = ({ figure }: Gate, metric: MetricSummary): number | undefined =>
  figure === "pass rate" ? metric.passRate : metric.mean;

const whyNoFigure = ({ figure }: Gate, { kind, n, invalid }: MetricSummary): string => {
  const wanted = figure === "pass rate" ? "boolean" : "number";
  if (kind !== wanted) return `its scores are of kind ${kind}`;
  return n === 0 ? `it has no valid score (${count(invalid)} invalid)` : "it overflows";
};

const measured = ({ figure, least }: Gate, found: number, id: MetricConfigId) => {
  const isKept = found >= least;
  const what = `${figure} of ${id} is ${precise(found)}`;
  return {
    isKept,
    says: isKept
      ? `${what}, at least ${least}`
      : `${what}, ${precise(least - found)} below ${least}`,
  };
};
