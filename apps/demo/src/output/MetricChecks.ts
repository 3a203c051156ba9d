/** The metrics, in the run and in its slices, as tests of a CI service. They pass: only gates fail. */
import type { Comparison, MetricChange } from "../analysis/Comparison.ts";
import type { MetricFigures, Summary } from "../analysis/Summary.ts";
import { count } from "../figures/Figures.ts";
import { keyOf } from "../figures/MetricLabels.ts";
import * as ComparisonReport from "../terminal/ComparisonReport.ts";
import * as RunReport from "../terminal/RunReport.ts";
import { plainScreen, type Screen } from "../terminal/Screen.ts";
import * as SlicedComparisonReport from "../terminal/SlicedComparisonReport.ts";
import * as SlicedReport from "../terminal/SlicedReport.ts";
import type { Check } from "./Junit.ts";

const passed = (group: Check["group"], name: string, says: string): Check => ({
  group,
  name,
  says,
  outcome: "passed",
});

/** The metrics of a run. */
export const ofRun = (summary: Summary, { safe }: Screen): ReadonlyArray<Check> => {
  const named = RunReport.named(summary);
  const names = new Map(named.map(({ name, metric }) => [keyOf(metric), name]));
  const saysOf = (metric: MetricFigures) =>
    safe(`${RunReport.result(metric, plainScreen)}, n ${count(metric.n)}`);
  return [
    ...named.map(({ name, metric }) => passed("metrics", safe(name), saysOf(metric))),
    ...summary.slicedBy.flatMap((sliced) =>
      SlicedReport.rowsOf(summary, sliced).map(({ slice, metric }) =>
        passed(
          "slices",
          safe(`${names.get(keyOf(metric))} in ${sliced.by}: ${slice.value.name}`),
          saysOf(metric),
        ),
      ),
    ),
  ];
};

/** The metrics of two runs. */
export const ofComparison = (comparison: Comparison, { safe }: Screen): ReadonlyArray<Check> => {
  const named = ComparisonReport.named(comparison);
  const names = new Map(named.map(({ name, metric }) => [keyOf(metric), name]));
  const saysOf = (metric: MetricChange) => {
    const [verdict = "", n = "", before = "", after = ""] = ComparisonReport.figuresOf(
      metric,
      plainScreen,
    );
    return safe(`${verdict}: ${before} to ${after}, n ${n}`);
  };
  return [
    ...named.map(({ name, metric }) => passed("metrics", safe(name), saysOf(metric))),
    ...comparison.slicedBy.flatMap((sliced) =>
      SlicedComparisonReport.rowsOf(sliced).map(({ slice, metric }) =>
        passed(
          "slices",
          safe(`${names.get(keyOf(metric))} in ${sliced.by}: ${slice.value.name}`),
          saysOf(metric),
        ),
      ),
    ),
  ];
};
