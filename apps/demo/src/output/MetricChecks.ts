/** The metrics as tests of a CI service. They pass: only gates fail. */
import type { Comparison } from "../analysis/Comparison.ts";
import type { Summary } from "../analysis/Summary.ts";
import { count } from "../figures/Figures.ts";
import * as ComparisonReport from "../terminal/ComparisonReport.ts";
import * as RunReport from "../terminal/RunReport.ts";
import { plainScreen, type Screen } from "../terminal/Screen.ts";
import type { Check } from "./Junit.ts";

/** The metrics of a run. */
export const ofRun = (summary: Summary, { safe }: Screen): ReadonlyArray<Check> =>
  RunReport.named(summary).map(({ name, metric }) => ({
    group: "metrics",
    name: safe(name),
    says: safe(`${RunReport.result(metric, plainScreen)}, n ${count(metric.n)}`),
    outcome: "passed",
  }));

/** The metrics of two runs. */
export const ofComparison = (comparison: Comparison, { safe }: Screen): ReadonlyArray<Check> =>
  ComparisonReport.named(comparison).map(({ name, metric }) => {
    const [verdict = "", n = "", before = "", after = ""] = ComparisonReport.figuresOf(
      metric,
      plainScreen,
    );
    return {
      group: "metrics",
      name: safe(name),
      says: safe(`${verdict}: ${before} to ${after}, n ${n}`),
      outcome: "passed",
    };
  });
