/** The report on one run: text for a terminal, and a JSON document for programs. */
import type { RecordWithScores, RunId, Score } from "@scorecard-effect/contract";
import type { Verdict } from "../analysis/Gate.ts";
import { inputText, readingOf, type Value } from "../analysis/ScoreReading.ts";
import type { MetricSummary, Summary } from "../analysis/Summary.ts";
import { figureFormat } from "../figures/FigureFormat.ts";
import { count, elapsed, noFigure, number, plural, score } from "../figures/Figures.ts";
import { bars, shareBar } from "./Bars.ts";
import { columns, cut, fit, widthOf } from "./Layout.ts";
import { markedLabels, type MetricLabels, wholeLabels } from "../figures/MetricLabels.ts";
import { plainScreen, type Screen } from "./Screen.ts";
import { finding, fittingTable, textOf, titled } from "./Sections.ts";

/** A record in one line: its id, its input and its scores. */
export const recordLine = (
  record: RecordWithScores,
  { width, safe }: Screen = plainScreen,
): string => {
  const scores = record.scores.map(scoreWord).join("  ");
  const id = `  ${safe(record.id).padEnd(8)} `;
  const end = `  ${scores === "" ? "no scores" : scores}`;
  const room = width === undefined ? 58 : Math.min(58, width - widthOf(id) - widthOf(end));
  const line = `${id}${fit(safe(inputText(record)), Math.max(10, room))}${end}`;
  return width === undefined ? line : cut(line, width);
};

/**
 * A table of a run's metrics. Where it is wider than the screen, the ids are shortened, then the histograms move
 * below the table, and at last each metric gets lines of its own: no figure is cut.
 */
export const table = (summary: Summary, screen: Screen = plainScreen): string => {
  const { metrics } = summary;
  if (metrics.length === 0) return "  No scores.\n";
  const ids = metrics.map(({ metricConfigId }) => metricConfigId);
  const short = markedLabels(ids);
  return (
    fittingTable(
      [
        () => tableOf(metrics, wholeLabels(ids), true),
        () => tableOf(metrics, short, true),
        () => [
          ...tableOf(metrics, short, false),
          "",
          ...metrics.map((metric) => spreadLine(metric, short)),
        ],
      ],
      screen,
    ) ?? metrics.map((metric) => blockOf(metric, short)).join("\n")
  );
};

/** A wide table has kinds and histograms, a narrow one does not. */
const tableOf = (
  metrics: ReadonlyArray<MetricSummary>,
  labels: MetricLabels,
  isWide: boolean,
): ReadonlyArray<string> =>
  columns(
    [
      [
        "metric",
        ...(isWide ? ["kind", "spread"] : []),
        "n",
        "result",
        "95% interval",
        "invalid",
        "missing",
      ],
      ...metrics.map((metric) => [
        labels.get(metric.metricConfigId) ?? "",
        ...(isWide ? [metric.kind, spread(metric)] : []),
        count(metric.n),
        result(metric),
        interval(metric),
        count(metric.invalid),
        count(metric.missing),
      ]),
    ],
    { textColumns: isWide ? 3 : 1, gap: isWide ? 3 : 2 },
  );

const spreadLine = (metric: MetricSummary, labels: MetricLabels): string =>
  `  ${labels.get(metric.metricConfigId) ?? ""}   ${spread(metric)}`.trimEnd();

const blockOf = (metric: MetricSummary, labels: MetricLabels): string =>
  textOf(
    [
      `  ${labels.get(metric.metricConfigId) ?? ""} ${metric.kind}`,
      `    ${result(metric)}`,
      `    ${interval(metric)}`,
      `    n ${count(metric.n)}`,
      `    invalid ${count(metric.invalid)}`,
      `    missing ${count(metric.missing)}`,
      `    ${spread(metric)}`,
    ].map((line) => line.trimEnd()),
  );

/** The records with the lowest scores, at most `maxPerMetric` for each metric, with their input and reasoning. */
export const worst = (
  summary: Summary,
  maxPerMetric: number,
  screen: Screen = plainScreen,
): string => {
  const { safe } = screen;
  const labels = markedLabels(summary.metrics.map(({ metricConfigId }) => metricConfigId));
  const lines = summary.metrics.flatMap((metric) => {
    // Where all scores are equal, none is low.
    const low = metric.worst.filter(({ value }) => value === false || isBelow(value, metric.mean));
    return low.slice(0, maxPerMetric).flatMap(({ recordId, value, asked, reasoning }) => {
      const head = [
        labels.get(metric.metricConfigId),
        score(value),
        `record ${safe(recordId)}`,
        safe(asked),
      ];
      return finding(head, reasoning, screen);
    });
  });
  return titled("Lowest scores", lines, screen);
};

const isBelow = (value: Value, mean: number | undefined): boolean =>
  typeof value === "number" && mean !== undefined && value < mean;

/** The verdict of each gate, a line each. */
export const gates = (
  verdicts: ReadonlyArray<Verdict>,
  { paint, safe }: Screen = plainScreen,
): string =>
  textOf(
    verdicts.map(
      ({ isKept, says }) =>
        `  ${isKept ? paint.good("passed") : paint.bad("FAILED")}  ${safe(says)}`,
    ),
  );

/** The last line: how much was read, and whether it is the whole run. */
export const totalLine = (
  { records, scores, pages }: Omit<Summary, "metrics">,
  seconds: number,
  isWhole = true,
): string =>
  `  ${isWhole ? "" : "Part of the run: "}${[
    plural(records, "record"),
    plural(scores, "score"),
    `${plural(pages, "page")} in ${elapsed(seconds)}`,
  ].join(", ")}`;

const scoreWord = (own: Score): string => {
  const reading = readingOf(own);
  if (reading === "invalid") return reading;
  return reading === "other" ? "·" : score(reading);
};

const result = (metric: MetricSummary): string => {
  const { value } = figureFormat(metric.kind);
  if (metric.passRate !== undefined) return `${value(metric.passRate)} pass`;
  if (metric.mean === undefined) return noFigure;
  const deviation =
    metric.standardDeviation === undefined ? "" : ` ± ${number(metric.standardDeviation)}`;
  return `mean ${value(metric.mean)}${deviation}`;
};

const interval = ({ kind, interval: bounds }: MetricSummary): string =>
  bounds === undefined ? noFigure : figureFormat(kind).interval(bounds);

const spread = ({ passRate, histogram }: MetricSummary): string => {
  if (passRate !== undefined) return shareBar(passRate, maxBars);
  const [first, last] = [histogram[0], histogram.at(-1)];
  if (first === undefined || last === undefined) return "";
  const counts = histogram.map((bin) => bin.count);
  return `${number(first.lower)} ${bars(mergedNeighbours(counts))} ${number(last.upper)}`;
};

/** The most bars of a histogram in a table. */
const maxBars = 20;

/** Merges neighbouring bars until there are few enough. */
const mergedNeighbours = (counts: ReadonlyArray<number>): ReadonlyArray<number> =>
  counts.length <= maxBars + 1
    ? counts
    : mergedNeighbours(
        Array.from(
          { length: Math.ceil(counts.length / 2) },
          (_, index) => (counts[2 * index] ?? 0) + (counts[2 * index + 1] ?? 0),
        ),
      );

/** The report as a JSON value. */
export const document = (
  { runId, tags }: { readonly runId: RunId; readonly tags: ReadonlyArray<string> },
  { records, scores, pages, metrics }: Summary,
  verdicts: ReadonlyArray<Verdict>,
) => ({
  runId,
  ...(tags.length === 0 ? {} : { tags }),
  records,
  scores,
  pages,
  metrics: metrics.map(({ metricConfigId, kind, n, passRate, mean, invalid, ...more }) => ({
    metricConfigId,
    kind,
    n,
    passRate,
    mean,
    invalid,
    missing: more.missing,
    interval: more.interval,
    standardDeviation: more.standardDeviation,
    histogram: more.histogram.map(({ lower, upper, count: within }) => ({
      lower,
      upper,
      count: within,
    })),
    worst: more.worst,
  })),
  gates: verdicts.map(({ figure, metric, least, found, isKept }) => ({
    figure,
    metric,
    least,
    found,
    isKept,
  })),
});
