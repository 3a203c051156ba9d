/**
 * Bounds that a run has to keep, for a CI job: `--min-pass <metric>=0.9`, `--min-mean <metric>=4`. They are about the
 * figures themselves, not about their intervals. What cannot be told is a broken bound: a gate that finds nothing to
 * measure never passes.
 */
import type { MetricConfigId } from "@scorecard-effect/contract";
import type { MetricSummary, Summary } from "./Summary.ts";
import { count } from "../terminal/Layout.ts";

/** A bound on one metric. */
export interface Bound {
  readonly figure: "pass rate" | "mean";
  /** A metric's id, or the beginning of it, in lower case. */
  readonly metric: string;
  readonly least: number;
}

/** How a run stands to a bound. */
export interface Verdict extends Bound {
  /** What the run has; undefined where it has no such figure. */
  readonly found: number | undefined;
  readonly isKept: boolean;
  /** In words: what was found, and by how much it falls short. */
  readonly says: string;
}

/** How a run stands to its bounds. */
export const judge = (bound: Bound, { metrics }: Summary): Verdict => {
  const named = metrics.filter(({ metricConfigId }) =>
    metricConfigId.toLowerCase().startsWith(bound.metric),
  );
  const [metric] = named;
  const broken = (says: string): Verdict => ({ ...bound, found: undefined, isKept: false, says });
  if (metric === undefined) return broken(`the run has no score of a metric ${bound.metric}`);
  if (named.length > 1) return broken(`${count(named.length)} metrics begin with ${bound.metric}`);
  const found = figureOf(bound, metric);
  return found === undefined
    ? broken(`metric ${metric.metricConfigId} has no ${bound.figure}: ${whyNone(bound, metric)}`)
    : { ...bound, found, ...measured(bound, found, metric.metricConfigId) };
};

const figureOf = ({ figure }: Bound, metric: MetricSummary): number | undefined =>
  figure === "pass rate" ? metric.passRate : metric.mean;

const whyNone = ({ figure }: Bound, { kind, n, invalid }: MetricSummary): string => {
  const wanted = figure === "pass rate" ? "boolean" : "number";
  if (kind !== wanted) return `its scores are of kind ${kind}`;
  return n === 0 ? `it has no valid score (${count(invalid)} invalid)` : "it overflows";
};

const measured = ({ figure, least }: Bound, found: number, id: MetricConfigId) => {
  const isKept = found >= least;
  const what = `${figure} of ${id} is ${exact(found)}`;
  return {
    isKept,
    says: isKept ? `${what}, at least ${least}` : `${what}, ${exact(least - found)} below ${least}`,
  };
};

// So many digits that a number just below a bound is not shown as the bound.
const exact = (x: number): string => (Math.abs(x) < 1e-4 ? String(x) : decimalOf(x));
const decimalOf = (x: number): string =>
  new Intl.NumberFormat("en-US", { maximumFractionDigits: 6, useGrouping: false }).format(x);
