/** Results as Markdown: a summary for a pull request or for a job. */
import type { Comparison } from "../analysis/Comparison.ts";
import type { Summary } from "../analysis/Summary.ts";
import { count, plural } from "../figures/Figures.ts";
import { keyOf } from "../figures/MetricLabels.ts";
import * as ComparisonReport from "../terminal/ComparisonReport.ts";
import * as RunReport from "../terminal/RunReport.ts";
import { plainScreen, type Screen } from "../terminal/Screen.ts";
import * as SlicedComparisonReport from "../terminal/SlicedComparisonReport.ts";
import * as SlicedReport from "../terminal/SlicedReport.ts";
import type { Check } from "./Junit.ts";
import { markdown } from "./Markup.ts";

/** Makes text from records safe to print, and removes the API key from it. */
type Safe = Screen["safe"];

/** Cells that hold text of records are written by `markdown`; the others are figures. */
const table = (heads: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  rows.length === 0
    ? ""
    : [heads, heads.map(() => "---"), ...rows]
        .map((cells) => `| ${cells.join(" | ")} |`)
        .join("\n");

const gates = (checks: ReadonlyArray<Check>): string =>
  table(
    ["gate", "result"],
    checks
      .filter(({ group }) => group === "gates")
      .map(({ outcome, says }) => [outcome === "passed" ? "passed" : "**failed**", markdown(says)]),
  );

const sliceTitle = (
  { by, slices }: { readonly by: string; readonly slices: ReadonlyArray<unknown> },
  safe: Safe,
): string => `By ${markdown(safe(by))}: ${plural(slices.length, "slice")}`;

const document = (parts: ReadonlyArray<string>): string =>
  `${parts.filter((part) => part !== "").join("\n\n")}\n`;

/** A run. */
export const ofRun = (
  title: string,
  summary: Summary,
  checks: ReadonlyArray<Check>,
  safe: Safe,
): string => {
  const named = RunReport.named(summary);
  const names = new Map(named.map(({ name, metric }) => [keyOf(metric), name]));
  return document([
    `### ${markdown(title)}`,
    gates(checks),
    table(
      ["metric", "n", "result", "95% interval", "invalid", "missing"],
      named.map(({ name, metric }) => [
        markdown(safe(name)),
        count(metric.n),
        metric.categories.length > 0
          ? markdown(safe(RunReport.result(metric, plainScreen)))
          : RunReport.result(metric, plainScreen),
        RunReport.interval(metric),
        count(metric.invalid),
        count(metric.missing),
      ]),
    ) || "No scores.",
    ...summary.slicedBy.flatMap((sliced) => [
      sliceTitle(sliced, safe),
      table(
        ["metric", ...SlicedReport.heads],
        SlicedReport.rowsOf(summary, sliced).map((row) => {
          const [slice = "", n = "", result = "", ...others] = SlicedReport.cellsOf(
            row,
            plainScreen,
          );
          return [
            markdown(safe(names.get(keyOf(row.metric)) ?? "")),
            markdown(safe(slice)),
            n,
            row.metric.categories.length > 0 ? markdown(safe(result)) : result,
            ...others,
          ];
        }),
      ),
      ...SlicedReport.notesOf(sliced),
    ]),
    `${plural(summary.records, "record")}, ${plural(summary.testcases, "testcase")}`,
  ]);
};

/** Two runs. */
export const ofComparison = (
  title: string,
  comparison: Comparison,
  checks: ReadonlyArray<Check>,
  safe: Safe,
): string => {
  const named = ComparisonReport.named(comparison);
  const names = new Map(named.map(({ name, metric }) => [keyOf(metric), name]));
  return document([
    `### ${markdown(title)}`,
    gates(checks),
    table(
      ComparisonReport.heads,
      named.map(({ name, metric }) => {
        const cells = ComparisonReport.figuresOf(metric, plainScreen);
        return [
          markdown(safe(name)),
          ...(metric.kind === "category" ? cells.map((cell) => markdown(safe(cell))) : cells),
        ];
      }),
    ) || "No metric scored both runs.",
    ...comparison.slicedBy.flatMap((sliced) => [
      sliceTitle(sliced, safe),
      table(
        ["metric", ...SlicedComparisonReport.heads],
        SlicedComparisonReport.rowsOf(sliced).map((row) => {
          const [slice = "", ...cells] = SlicedComparisonReport.cellsOf(row, plainScreen);
          return [
            markdown(safe(names.get(keyOf(row.metric)) ?? "")),
            markdown(safe(slice)),
            ...(row.metric.kind === "category" ? cells.map((cell) => markdown(safe(cell))) : cells),
          ];
        }),
      ),
      ...SlicedComparisonReport.notesOf(sliced),
    ]),
    ...SlicedComparisonReport.adjustment(comparison),
    `${plural(comparison.paired, "testcase")} in both runs`,
  ]);
};

/** Runs that could not be read. */
export const ofFailure = (title: string, problem: string): string =>
  document([`### ${markdown(title)}`, `Could not be read: ${markdown(problem)}`]);
