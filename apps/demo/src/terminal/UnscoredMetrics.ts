/** The metrics of the metrics file that a run has no score of: an id may be mistyped. */
import type { MetricKnowledge } from "../analysis/MetricKnowledge.ts";
import { count } from "../figures/Figures.ts";
import { wrap } from "./Layout.ts";
import type { Screen } from "./Screen.ts";
import { textOf } from "./Sections.ts";

/** The most metrics that are named. */
const maxNamed = 5;

/** A line that names them. Empty where each metric of the file has a score. */
export const text = (
  { metrics }: MetricKnowledge,
  scored: ReadonlyArray<{ readonly metricConfigId: string }>,
  runs: "the run has" | "the runs share",
  { safe, width }: Screen,
): string => {
  const ids = new Set(scored.map(({ metricConfigId }) => metricConfigId));
  const names = Array.from(metrics).flatMap(([id, readings]) => {
    if (ids.has(id)) return [];
    const name = readings.find((own) => own.name !== undefined)?.name;
    return name === undefined ? id : `${name} (${id.slice(0, 8)}…)`;
  });
  if (names.length === 0) return "";
  const rest = names.length - maxNamed;
  const listed = names.slice(0, maxNamed).map(safe).join(", ");
  const more = rest > 0 ? ` and ${count(rest)} more` : "";
  const line = `In the metrics file, and not in the scores that ${runs}: ${listed}${more}.`;
  return textOf(wrap(`  ${line}`, 4, width));
};
