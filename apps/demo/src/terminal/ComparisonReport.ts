/** The report on two runs: text for a terminal, and a JSON document for programs. */
import type { RunId } from "@scorecard-effect/contract";
import type { Change, Comparison, MetricComparison, Part } from "../analysis/Comparison.ts";
import { figureFormat } from "../figures/FigureFormat.ts";
import { count, noFigure, plural, score } from "../figures/Figures.ts";
import { columns, wrap } from "./Layout.ts";
import { markedLabels, type MetricLabels, wholeLabels } from "../figures/MetricLabels.ts";
import { plainScreen, type Screen } from "./Screen.ts";
import { finding, fittingTable, textOf, titled } from "./Sections.ts";

/** The ids of the two runs. */
export interface Runs {
  readonly baselineId: RunId;
  readonly candidateId: RunId;
}

/** The whole comparison, with the metrics that got worse first. */
export const text = (
  comparison: Comparison,
  runs: Runs,
  maxChanges: number,
  screen: Screen = plainScreen,
): string => {
  const metrics = comparison.metrics.toSorted((a, b) => rank(a) - rank(b));
  const ids = metrics.map(({ metricConfigId }) => metricConfigId);
  const labels = markedLabels(ids);
  return [
    table(metrics, wholeLabels(ids), labels, screen),
    changes("Regressions", metrics, ({ worst }) => worst.slice(0, maxChanges), labels, screen),
    changes("Improvements", metrics, ({ best }) => best.slice(0, maxChanges), labels, screen),
    parts(comparison, runs, screen),
  ]
    .filter((part) => part !== "")
    .join("\n");
};

const rank = ({ verdict }: MetricComparison): number =>
  ["worse", "unclear", "better"].indexOf(verdict);

const heads = [
  "metric",
  "verdict",
  "n",
  "before",
  "after",
  "difference",
  "95% interval",
  "worse",
  "better",
  "invalid",
  "missing",
];

const table = (
  metrics: ReadonlyArray<MetricComparison>,
  whole: MetricLabels,
  short: MetricLabels,
  screen: Screen,
): string => {
  if (metrics.length === 0) return "  No metric scored both runs.\n";
  const tableWith = (labels: MetricLabels) => () =>
    columns(
      [
        heads,
        ...metrics.map((metric) => [
          labels.get(metric.metricConfigId) ?? "",
          ...figuresOf(metric, screen),
        ]),
      ],
      { textColumns: 2 },
    );
  return (
    fittingTable([tableWith(whole), tableWith(short)], screen) ??
    metrics.map((metric) => blockOf(metric, short, screen)).join("")
  );
};

const figuresOf = (metric: MetricComparison, { paint }: Screen): ReadonlyArray<string> => {
  const { kind, baseline, candidate, difference, interval, verdict } = metric;
  const format = figureFormat(kind);
  return [
    verdict === "worse" ? paint.bad(verdict) : verdict === "better" ? paint.good(verdict) : verdict,
    count(metric.n),
    baseline === undefined ? noFigure : format.value(baseline),
    candidate === undefined ? noFigure : format.value(candidate),
    difference === undefined ? noFigure : format.difference(difference),
    interval === undefined ? noFigure : format.differenceInterval(interval),
    count(metric.regressions),
    count(metric.improvements),
    count(metric.invalid),
    count(metric.missing),
  ];
};

const blockOf = (metric: MetricComparison, labels: MetricLabels, screen: Screen): string => {
  const [verdict = "", n, before, after, difference, interval, worse, better, invalid, missing] =
    figuresOf(metric, screen);
  return textOf([
    `  ${labels.get(metric.metricConfigId) ?? ""} ${verdict}`,
    `    before ${before}, after ${after}`,
    `    difference ${difference}`,
    `    ${interval}`,
    `    n ${n}, worse ${worse}, better ${better}`,
    `    invalid ${invalid}, missing ${missing}`,
  ]);
};

const changes = (
  title: string,
  metrics: ReadonlyArray<MetricComparison>,
  changesOf: (metric: MetricComparison) => ReadonlyArray<Change>,
  labels: MetricLabels,
  screen: Screen,
): string => {
  const { safe } = screen;
  const lines = metrics.flatMap((metric) =>
    changesOf(metric).flatMap(({ testcaseId, baseline, candidate }) => {
      const { reasoning } = candidate;
      const head = [
        labels.get(metric.metricConfigId),
        `${score(baseline.value)} → ${score(candidate.value)}`,
        `testcase ${safe(testcaseId)}`,
        `records ${safe(baseline.recordId)} and ${safe(candidate.recordId)}`,
      ];
      return finding(head, reasoning, screen);
    }),
  );
  return titled(title, lines, screen);
};

const parts = (
  { baseline, candidate, paired }: Comparison,
  { baselineId, candidateId }: Runs,
  { width, safe }: Screen,
): string =>
  textOf(
    [
      `  ${plural(paired, "testcase")} in both runs`,
      ...partLines(baseline, baselineId, safe),
      ...partLines(candidate, candidateId, safe),
    ].flatMap((line) => wrap(line, 5, width)),
  );

const partLines = (part: Part, runId: RunId, safe: Screen["safe"]): ReadonlyArray<string> => {
  const unlisted = part.alone - part.aloneIds.length;
  const ids = part.aloneIds.map(safe).join(", ");
  const more = unlisted > 0 ? `, and ${count(unlisted)} more` : "";
  return [
    `  Run ${safe(runId)}: ${plural(part.records, "record")}` +
      (part.withoutTestcase > 0 ? `, ${count(part.withoutTestcase)} without a testcase` : "") +
      (part.repeated > 0 ? `, ${count(part.repeated)} with a repeated testcase` : ""),
    ...(part.alone > 0
      ? [`    ${plural(part.alone, "testcase")} only in this run: ${ids}${more}`]
      : []),
  ];
};

/** The comparison as a JSON value. */
export const document = (
  comparison: Comparison,
  { baselineId, candidateId, tags }: Runs & { readonly tags: ReadonlyArray<string> },
) => ({
  baselineId,
  candidateId,
  ...(tags.length === 0 ? {} : { tags }),
  ...comparison,
});
