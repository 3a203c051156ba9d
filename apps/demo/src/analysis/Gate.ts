/**
 * Gates for a CI job: the least or the most that a metric's pass rate or mean may be. A gate judges the figure itself, not
 * its interval. It fails where there is no such figure: a gate that finds nothing to measure never passes.
 */
import { figureFormat } from "../figures/FigureFormat.ts";
import { count } from "../figures/Figures.ts";
import { boundText, type GateBound } from "./GateBound.ts";
import * as MetricLookUp from "./MetricLookUp.ts";
import { areSame } from "@scorecard-effect/contract/metrics/FloatNoise";
import type { MetricFigures } from "./Summary.ts";

/** The least value that a figure of a metric must have, or the most. */
export type Gate = GatedFigure & GateBound;

interface GatedFigure {
  readonly figure: "pass rate" | "mean";
  /**
   * A metric's name, its id or the start of one, in any case. Where several members of its scores have such a figure, a
   * slash and the member follow: `6f1a5c0e/passed`.
   */
  readonly metric: string;
}

/** What a gate says about a run. */
export type Verdict = Gate & Judgement;

interface Judgement {
  /** The run's figure; undefined where it has none. */
  readonly found: number | undefined;
  readonly isKept: boolean;
  /** The verdict in words: the figure, and how far it is beyond the bound. */
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
  if (kind === wanted) return "it overflows";
  const hint = wanted === "boolean" ? ' ("pass" in a metrics file says which of them pass)' : "";
  return `its scores are of kind ${kind}${hint}`;
};

const measured = (gate: Gate, found: number, name: string, { kind, unit }: MetricFigures) => {
  const { precise } = figureFormat(kind, unit);
  const { figure, least, most } = gate;
  const bound = least ?? most;
  const beyond = least === undefined ? found - bound : bound - found;
  // 0.1 + 0.2 reaches 0.3, though it could be 0.30000000000000004 or 0.29999999999999999.
  const isKept = beyond <= 0 || areSame(found, bound);
  const what = `${figure} of ${name} is ${precise(found)}`;
  return {
    isKept,
    says: isKept
      ? `${what}, ${boundText(gate)}`
      : `${what}, ${precise(beyond)} ${least === undefined ? "above" : "below"} ${bound}`,
  };
};
