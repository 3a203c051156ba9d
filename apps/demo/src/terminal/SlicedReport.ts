/** The figures of a run slice by slice, for a terminal. */
import { severalSlicesNotes } from "../figures/SliceNotes.ts";
import type { Slice, SlicedRun } from "../analysis/SlicedRun.ts";
import type { MetricFigures, Summary } from "../analysis/Summary.ts";
import { count, noFigure } from "../figures/Figures.ts";
import { givenNames, keyOf, markedLabels } from "../figures/MetricLabels.ts";
import { columns, wrap } from "./Layout.ts";
import { interval, result } from "./RunReport.ts";
import { plainScreen, type Screen } from "./Screen.ts";
import { fittingTable, textOf, titled } from "./Sections.ts";
import { maxListedSlices, minTestcases, notes, title } from "./SliceList.ts";

/** A metric in a slice. */
export interface SliceRow {
  readonly slice: Slice<MetricFigures>;
  readonly metric: MetricFigures;
}

/** The slices of each path. Empty where the run is not sliced. */
export const text = (summary: Summary, screen: Screen = plainScreen): string =>
  summary.slicedBy.map((sliced) => textOfPath(summary, sliced, screen)).join("\n");

const textOfPath = (summary: Summary, sliced: SlicedRun<MetricFigures>, screen: Screen): string => {
  const rows = rowsOf(summary, sliced);
  const labels = markedLabels(summary.metrics.map(keyOf), givenNames(summary.metrics));
  const labelOf = (metric: MetricFigures) => screen.safe(labels.get(keyOf(metric)) ?? "");
  const lines = notesOf(sliced).flatMap((line) => wrap(`  ${screen.safe(line)}`, 4, screen.width));
  const table =
    rows.length === 0
      ? ""
      : (fittingTable(
          [
            () =>
              columns(
                [
                  ["metric", ...heads],
                  ...rows.map((row) => [labelOf(row.metric), ...cellsOf(row, screen)]),
                ],
                { textColumns: 2, gap: 2 },
              ),
          ],
          screen,
        ) ?? rows.map((row) => blockOf(row, labelOf(row.metric), screen)).join(""));
  return titled(title(sliced, screen.safe), [...table.split("\n").slice(0, -1), ...lines], screen);
};

/** The columns after the metric. */
export const heads = ["slice", "n", "result", "95% interval", "invalid", "missing"];

/** The metrics in the listed slices, the weakest slice of each metric first. Slices without its scores are left out. */
export const rowsOf = (
  { metrics }: Summary,
  { slices }: SlicedRun<MetricFigures>,
): ReadonlyArray<SliceRow> => {
  const listed = slices.slice(0, maxListedSlices);
  return metrics.flatMap((_, index) =>
    listed
      .flatMap((slice): ReadonlyArray<SliceRow> => {
        const metric = slice.metrics[index];
        return metric === undefined || metric.n + metric.invalid === 0 ? [] : [{ slice, metric }];
      })
      .toSorted((a, b) => weakness(a.metric) - weakness(b.metric)),
  );
};

/** Orders slices by their figures, lowest first; without figures, last. */
const weakness = ({ passRate, mean, isLowerBetter }: MetricFigures): number => {
  const value = passRate ?? mean;
  if (value === undefined) return Number.MAX_VALUE;
  return isLowerBetter ? -value : value;
};

/** The cells of a row after the metric. */
export const cellsOf = ({ slice, metric }: SliceRow, screen: Screen): ReadonlyArray<string> => [
  screen.safe(slice.value.name),
  count(metric.n),
  metric.n === 0 ? noFigure : result(metric, screen),
  metric.n < minTestcases ? "too few" : interval(metric),
  count(metric.invalid),
  count(metric.missing),
];

const blockOf = (row: SliceRow, label: string, screen: Screen): string => {
  const [slice = "", n, figure, bounds, invalid, missing] = cellsOf(row, screen);
  return textOf(
    [
      `  ${label} in ${slice}`,
      `    ${figure}`,
      `    ${bounds}`,
      `    n ${n}, invalid ${invalid}, missing ${missing}`,
    ].flatMap((line) => wrap(line, 8, screen.width)),
  );
};

/** What a reader must know about the slices. */
export const notesOf = (sliced: SlicedRun<MetricFigures>): ReadonlyArray<string> => {
  const listed = new Set(sliced.slices.slice(0, maxListedSlices));
  return [
    ...notes(sliced, (slice) => listed.has(slice)),
    ...severalSlicesNotes(sliced.testcasesInSeveral),
    ...([...listed].some(({ metrics }) => metrics.some(({ n }) => n > 0 && n < minTestcases))
      ? [`too few: fewer than ${minTestcases} testcases say little about a slice.`]
      : []),
  ];
};
