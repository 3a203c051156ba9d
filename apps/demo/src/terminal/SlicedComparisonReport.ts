/** What changed between two runs slice by slice, for a terminal. */
import { severalSlicesNotes, movedNotes } from "../figures/SliceNotes.ts";
import { minPairs } from "../analysis/ChangeVerdict.ts";
import type { Comparison, MetricChange } from "../analysis/Comparison.ts";
import type { ComparedSlice, SlicedComparison } from "../analysis/SlicedComparison.ts";
import { count } from "../figures/Figures.ts";
import { givenNames, keyOf, markedLabels } from "../figures/MetricLabels.ts";
import { figuresOf, heads as metricHeads, rank } from "./ComparisonReport.ts";
import { columns, wrap } from "./Layout.ts";
import { plainScreen, type Screen } from "./Screen.ts";
import { fittingTable, textOf, titled } from "./Sections.ts";
import { maxListedSlices, notes, title } from "./SliceList.ts";

/** What changed in a metric in a slice. */
export interface ChangeRow {
  readonly slice: ComparedSlice<MetricChange>;
  readonly metric: MetricChange;
}

/** The slices of each path. Empty where the runs are not sliced. */
export const text = (comparison: Comparison, screen: Screen = plainScreen): string =>
  [
    ...comparison.slicedBy.map((sliced) => textOfPath(comparison, sliced, screen)),
    textOf(adjustment(comparison).flatMap((line) => wrap(`  ${line}`, 4, screen.width))),
  ]
    .filter((part) => part !== "")
    .join("\n");

/** For how many tests the verdicts in slices are adjusted. */
export const adjustment = ({ testedInSlices, slicedBy }: Comparison): ReadonlyArray<string> =>
  testedInSlices > 1
    ? [
        `Verdicts in slices are adjusted for ${count(testedInSlices)} tests, one for each metric in each slice` +
          `${slicedBy.length > 1 ? " of every path" : ""} (Benjamini and Hochberg, 5% false alarms); intervals are not.`,
      ]
    : [];

const textOfPath = (
  comparison: Comparison,
  sliced: SlicedComparison<MetricChange>,
  screen: Screen,
): string => {
  const rows = rowsOf(sliced);
  const labels = markedLabels(comparison.metrics.map(keyOf), givenNames(comparison.metrics));
  const labelOf = (metric: MetricChange) => screen.safe(labels.get(keyOf(metric)) ?? "");
  const lines = notesOf(sliced).flatMap((line) => wrap(`  ${screen.safe(line)}`, 4, screen.width));
  const tableWith = () =>
    columns(
      [["metric", ...heads], ...rows.map((row) => [labelOf(row.metric), ...cellsOf(row, screen)])],
      { textColumns: 3, gap: 2 },
    );
  const table =
    rows.length === 0
      ? ""
      : (fittingTable([tableWith], screen) ??
        rows.map((row) => blockOf(row, labelOf(row.metric), screen)).join(""));
  return titled(title(sliced, screen.safe), [...table.split("\n").slice(0, -1), ...lines], screen);
};

/** The columns after the metric. */
export const heads = ["slice", ...metricHeads.slice(1)];

/** The changes in the listed slices: what got worse first. */
export const rowsOf = (sliced: SlicedComparison<MetricChange>): ReadonlyArray<ChangeRow> =>
  listedSlices(sliced)
    .flatMap((slice) => slice.metrics.map((metric) => ({ slice, metric })))
    .toSorted(
      (a, b) =>
        rank(a.metric) - rank(b.metric) ||
        Math.sign(gainOf(a.metric)) - Math.sign(gainOf(b.metric)) ||
        (a.metric.p ?? 1) - (b.metric.p ?? 1),
    );

const gainOf = ({ difference = 0, isLowerBetter }: MetricChange): number =>
  isLowerBetter ? -difference : difference;

/** The slices in which a metric got worse, then the largest. */
const listedSlices = ({
  slices,
}: SlicedComparison<MetricChange>): ReadonlyArray<ComparedSlice<MetricChange>> =>
  slices.toSorted((a, b) => Number(gotWorse(b)) - Number(gotWorse(a))).slice(0, maxListedSlices);

const gotWorse = ({ metrics }: ComparedSlice<MetricChange>): boolean =>
  metrics.some(({ verdict }) => verdict === "worse");

/** The cells of a row after the metric. */
export const cellsOf = ({ slice, metric }: ChangeRow, screen: Screen): ReadonlyArray<string> => [
  screen.safe(slice.value.name),
  ...figuresOf(metric, screen),
];

const blockOf = (row: ChangeRow, label: string, screen: Screen): string => {
  const [slice, verdict, n, before, after, difference, interval, worse, better, invalid, missing] =
    cellsOf(row, screen);
  return textOf(
    [
      `  ${label} in ${slice}`,
      `    ${verdict}`,
      `    before ${before}, after ${after}`,
      `    difference ${difference}`,
      `    ${interval}`,
      `    n ${n}, worse ${worse}, better ${better}`,
      `    invalid ${invalid}, missing ${missing}`,
    ].flatMap((line) => wrap(line, 8, screen.width)),
  );
};

/** What a reader must know about the slices. */
export const notesOf = (sliced: SlicedComparison<MetricChange>): ReadonlyArray<string> => {
  const listed = new Set(listedSlices(sliced));
  return [
    ...notes(sliced, (slice) => listed.has(slice), "those that got worse and the largest,"),
    ...([...listed].some(({ metrics }) => metrics.some(({ verdict }) => verdict === "too few"))
      ? [
          `too few: a verdict needs at least ${minPairs} testcases that both runs have in the slice.`,
        ]
      : []),
    ...movedNotes(sliced.moved),
    ...severalSlicesNotes(sliced.testcasesInSeveral),
  ];
};
