/**
 * Gates for a CI job: the least pass rate or mean that a metric must reach. A gate judges the figure itself, not
 * its interval. It fails where there is no such figure: a gate that finds nothing to measure never passes.
 */
import { figureFormat } from "../figures/FigureFormat.ts";
import { count } from "../figures/Figures.ts";
import * as MetricLookUp from "./MetricLookUp.ts";
import { areSame } from "@scorecard-effect/contract/metrics/FloatNoise";
import type { MetricFigures } from "./Summary.ts";

/** The least value that a figure of a metric must have. */
export interface Gate {
  readonly figure: "pass rate" | "mean";
  /**
   * A metric's name, its id or the start of one, in any case. Where several members of its scores have such a figure, a
   * slash and the member follow: `6f1a5c0e/passed`.
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

/** What a gate judges: a run, or a slice of it. */
interface Judged {
  readonly metrics: ReadonlyArray<MetricFigures>;
}

/** Judges a run, or a slice, by a gate. */
export const judge = (gate: Gate, { metrics }: Judged): Verdict => {
  const failed = (says: string): Verdict => ({ ...gate, found: undefined, isKept: false, says });
  const found = MetricLookUp.find(gate.metric, metrics);
  if ("problem" in found) return failed(found.problem);
  const { series } = found;
  const kind = gate.figure === "pass rate" ? "boolean" : "number";
  const candidates = series.filter((metric) => metric.kind === kind);
  const [metric = series[0], second] = candidates;
  if (metric === undefined) return failed(`the run has no score of a metric ${gate.metric}`);
  const name = MetricLookUp.nameIn(metric, metrics);
  if (second !== undefined) {
    const start = gate.metric.trim().split("/", 1).join("");
    const choices = candidates.map((own) =>
      own.name === metric.name ? `${start}/${own.member}` : MetricLookUp.nameIn(own, metrics),
    );
    return failed(
      `metric ${metric.metricConfigId} has several such figures: choose ${choices.join(" or ")}`,
    );
  }
  const value = kind === "boolean" ? metric.passRate : metric.mean;
  return value === undefined
    ? failed(`metric ${name} has no ${gate.figure}: ${whyNoFigure(kind, metric)}`)
    : { ...gate, found: value, ...measured(gate, value, name, metric) };
};

const whyNoFigure = (wanted: string, { kind, n, invalid }: MetricFigures): string => {
  if (n === 0) return `it has no valid score (${count(invalid)} invalid)`;
  return kind === wanted ? "it overflows" : `its scores are of kind ${kind}`;
};

const measured = (
  { figure, least }: Gate,
  found: number,
  name: string,
  { kind, unit }: MetricFigures,
) => {
  const { precise } = figureFormat(kind, unit);
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
