/** The report on one run: text for a terminal, and a JSON document for programs. */
import type { RecordWithScores, RunId } from "@scorecard-effect/contract";
import { cellsOf, isFlaw } from "../analysis/Cell.ts";
import type { Verdict } from "../analysis/Gate.ts";
import type { MetricKnowledge } from "../analysis/MetricKnowledge.ts";
import type { MetricReadings } from "../analysis/ReadingCounts.ts";
import { inputText } from "../analysis/RecordText.ts";
import * as Series from "../analysis/Series.ts";
import type { MetricFigures, MetricSummary, ReadCounts, Summary } from "../analysis/Summary.ts";
import { figureFormat } from "../figures/FigureFormat.ts";
import {
  count,
  elapsed,
  noFigure,
  number,
  percent,
  plural,
  score,
  valueOfKind,
} from "../figures/Figures.ts";
import {
  givenNames,
  keyOf,
  markedLabels,
  type MetricLabels,
  wholeLabels,
} from "../figures/MetricLabels.ts";
import { bars, shareBar } from "./Bars.ts";
import { columns, cut, fit, widthOf, wrap } from "./Layout.ts";
import { plainScreen, type Screen } from "./Screen.ts";
import { finding, fittingTable, textOf, titled } from "./Sections.ts";
import * as SliceList from "./SliceList.ts";

/** A record in one line: its id, its input and its scores. */
export const recordLine = (
  record: RecordWithScores,
  { width, safe }: Screen = plainScreen,
  knowledge?: MetricKnowledge,
): string => {
  const words = scoreWords(record, knowledge).map(safe).join("  ");
  const id = `  ${safe(record.id).padEnd(8)} `;
  const end = `  ${words === "" ? "no scores" : words}`;
  const room = width === undefined ? 58 : Math.min(58, width - widthOf(id) - widthOf(end));
  const line = `${id}${fit(safe(inputText(record)), Math.max(10, room))}${end}`;
  return width === undefined ? line : cut(line, width);
};

/** A word for each value of a record, in the order of its scores. */
const scoreWords = (
  record: RecordWithScores,
  knowledge?: MetricKnowledge,
): ReadonlyArray<string> => {
  const series = Series.make(knowledge);
  return cellsOf(record, series).flatMap((cell, index) => {
    if (cell === null) return [];
    if (isFlaw(cell)) return [cell.flaw === "invalid" ? cell.flaw : "·"];
    if (typeof cell === "number")
      return [figureFormat("number", series.all[index]?.unit).value(cell)];
    return [typeof cell === "object" ? `${cell.passes} of ${cell.of} pass` : score(cell)];
  });
};

/**
 * A table of a run's metrics. Where it is wider than the screen, the ids are shortened, then the histograms move
 * below the table, and at last each metric gets lines of its own: no figure is cut.
 */
export const table = (summary: Summary, screen: Screen = plainScreen): string => {
  const { metrics } = summary;
  if (metrics.length === 0) return "  No scores.\n";
  const names = metrics.map(keyOf);
  const given = givenNames(metrics);
  const short = markedLabels(names, given);
  return (
    fittingTable(
      [
        () => tableOf(metrics, wholeLabels(names, given), true, screen),
        () => tableOf(metrics, short, true, screen),
        () => [
          ...tableOf(metrics, short, false, screen),
          "",
          ...metrics
            .filter((metric) => spread(metric, screen) !== "")
            .map((metric) => `  ${labelOf(metric, short, screen)}   ${spread(metric, screen)}`),
        ],
      ],
      screen,
    ) ?? metrics.map((metric) => blockOf(metric, short, screen)).join("\n")
  );
};

const labelOf = (metric: MetricSummary, labels: MetricLabels, { safe }: Screen): string =>
  safe(labels.get(keyOf(metric)) ?? "");

/** The metrics with their names. */
export const named = ({ metrics }: Summary) => {
  const labels = wholeLabels(metrics.map(keyOf), givenNames(metrics));
  return metrics.map((metric) => ({ metric, name: labelOf(metric, labels, plainScreen) }));
};

/** A wide table has kinds and histograms, a narrow one does not. */
const tableOf = (
  metrics: ReadonlyArray<MetricSummary>,
  labels: MetricLabels,
  isWide: boolean,
  screen: Screen,
): ReadonlyArray<string> => {
  const hasMedian = metrics.some(({ percentiles }) => percentiles !== undefined);
  return columns(
    [
      [
        "metric",
        ...(isWide ? ["kind", "spread"] : []),
        "n",
        "result",
        "95% interval",
        ...(hasMedian ? ["median"] : []),
        "invalid",
        "missing",
      ],
      ...metrics.map((metric) => [
        labelOf(metric, labels, screen),
        ...(isWide ? [metric.kind, spread(metric, screen)] : []),
        count(metric.n),
        result(metric, screen),
        interval(metric),
        ...(hasMedian ? [median(metric)] : []),
        count(metric.invalid),
        count(metric.missing),
      ]),
    ],
    { textColumns: isWide ? 3 : 1, gap: isWide ? 3 : 2 },
  );
};

const blockOf = (metric: MetricSummary, labels: MetricLabels, screen: Screen): string =>
  textOf(
    [
      `  ${labelOf(metric, labels, screen)} ${metric.kind}`,
      `    ${result(metric, screen)}`,
      `    ${interval(metric)}`,
      ...(metric.percentiles === undefined ? [] : [`    median ${median(metric)}`]),
      `    n ${count(metric.n)}`,
      `    invalid ${count(metric.invalid)}`,
      `    missing ${count(metric.missing)}`,
      `    ${spread(metric, screen)}`,
    ]
      .map((line) => line.trimEnd())
      .flatMap((line) => wrap(line, 3, screen.width)),
  );

/** How often the testcases were tried, and how much the trials of one differ. Empty where each was tried once. */
export const trials = (summary: Summary, screen: Screen = plainScreen): string => {
  if (summary.maxTrials < 2) return "";
  const labels = markedLabels(summary.metrics.map(keyOf), givenNames(summary.metrics));
  const lines = summary.metrics
    .filter((metric) => metric.trials.max > 1)
    .map((metric) => {
      const { min, max, total, deviation, agreement, passAt } = metric.trials;
      const range = min === max ? count(max) : `${count(min)} to ${count(max)}`;
      const value = deviationFormat(metric);
      const largest = passAt.findLast(({ k, n }) => k > 1 && n === metric.n) ?? passAt.at(-1);
      return [
        labelOf(metric, labels, screen),
        `${range} a testcase, ${count(total)} in all`,
        ...(deviation === undefined
          ? []
          : [
              `standard deviation ${value(deviation)} within testcases, ${spreadBetween(metric)} between them`,
            ]),
        ...(agreement === undefined
          ? []
          : [`all trials agree in ${percent(agreement)} of testcases`]),
        ...(largest === undefined
          ? []
          : [
              `pass@${largest.k} ${percent(largest.any)}, pass^${largest.k} ${percent(largest.all)}` +
                (largest.n < metric.n ? ` (of ${plural(largest.n, "testcase")})` : ""),
            ]),
      ].join("  ");
    })
    .flatMap((line) => wrap(`  ${line}`, 4, screen.width));
  const by =
    summary.reduction === "mean"
      ? "each testcase counts once, with the mean of its trials"
      : `each testcase counts once, reduced by --reduce ${summary.reduction}`;
  return titled(`Trials: ${by}`, lines, screen);
};

const spreadBetween = (metric: MetricSummary): string =>
  metric.standardDeviation === undefined
    ? noFigure
    : deviationFormat(metric)(metric.standardDeviation);

const deviationFormat = ({ kind, unit }: MetricSummary) => figureFormat(kind, unit).value;

/** What was not read of the scores, and where several scores of one metric became one. Empty where there is nothing. */
export const readings = (
  { readings: all, metrics }: Summary,
  screen: Screen = plainScreen,
): string => {
  const labels = markedLabels(metrics.map(({ metricConfigId }) => metricConfigId));
  const labelOfId = ({ metricConfigId }: MetricReadings): string => {
    const own = metrics.filter((metric) => metric.metricConfigId === metricConfigId);
    const names = new Set(own.flatMap(({ name }) => name ?? []));
    return screen.safe(Array.from(names).join(" / ")) || (labels.get(metricConfigId) ?? "");
  };
  const lines = all.flatMap((metric) => {
    const { scores, unrecognised, unrecognisedForms, repeated } = metric;
    const forms = unrecognisedForms
      .slice(0, 3)
      .map(({ name, count: n }) => `${count(n)} × ${name}`);
    const id = labelOfId(metric);
    return [
      ...(unrecognised === 0
        ? []
        : [
            `  ${id}  ${count(unrecognised)} of ${plural(scores, "score")} ` +
              `${unrecognised === 1 ? "was" : "were"} not recognised: ${screen.safe(forms.join("; "))}`,
          ]),
      ...(repeated === 0
        ? []
        : [
            `  ${id}  ${plural(repeated, "record")} ${repeated === 1 ? "has" : "have"} several scores of this ` +
              `metric: ${repeated === 1 ? "it counts" : "each counts"} once, with their mean` +
              (metrics.some(
                ({ metricConfigId, invalid }) =>
                  metricConfigId === metric.metricConfigId && invalid > 0,
              )
                ? ", unless they are of several kinds: then it is invalid"
                : ""),
          ]),
    ];
  });
  const labelsOfSeries = markedLabels(metrics.map(keyOf), givenNames(metrics));
  const ofOtherKinds = metrics.flatMap((metric) => {
    const { kind, otherKind } = metric;
    const label = labelOf(metric, labelsOfSeries, screen);
    return otherKind === 0
      ? []
      : [
          `  ${label}  ${plural(otherKind, "record")} ${otherKind === 1 ? "has" : "have"} a value of another ` +
            `kind than most, which ${kindWords[kind]}: ${otherKind === 1 ? "it counts" : "they count"} as invalid`,
        ];
  });
  return titled(
    "Scores",
    [...lines, ...ofOtherKinds].flatMap((line) => wrap(line, 4, screen.width)),
    screen,
  );
};

const kindWords = {
  boolean: "pass or fail",
  number: "are numbers",
  category: "are categories",
  other: "were not recognised",
} as const;

/** The records with the lowest scores, at most `maxPerMetric` for each metric, with their input and reasoning. */
export const worst = (
  summary: Summary,
  maxPerMetric: number,
  screen: Screen = plainScreen,
): string => {
  const { safe } = screen;
  const labels = markedLabels(summary.metrics.map(keyOf), givenNames(summary.metrics));
  const lines = summary.metrics.flatMap((metric) => {
    // Where all scores are equal, none is low.
    const low = metric.worst.filter(
      (own) => metric.kind === "boolean" || isWorseThanMean(own.value, metric),
    );
    return low.slice(0, maxPerMetric).flatMap(({ recordId, value, asked, reasoning }) => {
      const head = [
        labelOf(metric, labels, screen),
        metric.kind === "number" && typeof value === "number"
          ? figureFormat(metric.kind, metric.unit).value(value)
          : valueOfKind(metric.kind, value),
        `record ${safe(recordId)}`,
        safe(asked),
      ];
      return finding(head, reasoning, screen);
    });
  });
  return titled("Worst scores", lines, screen);
};

const isWorseThanMean = (
  value: boolean | number,
  { mean, isLowerBetter }: MetricSummary,
): boolean =>
  typeof value === "number" && mean !== undefined && (isLowerBetter ? value > mean : value < mean);

/** The verdict of each gate, a line each. */
export const gates = (
  verdicts: ReadonlyArray<Pick<Verdict, "isKept" | "says">>,
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
  { records, scores, pages }: ReadCounts,
  seconds: number,
  isWhole = true,
): string =>
  `  ${isWhole ? "" : "Part of the run: "}${[
    plural(records, "record"),
    plural(scores, "score"),
    `${plural(pages, "page")} in ${elapsed(seconds)}`,
  ].join(", ")}`;

/** The figure of a metric: `86.59% pass`, `mean 3.94 ± 0.83`. */
export const result = (metric: MetricFigures, { safe }: Screen): string => {
  const { value, spread: valueAndDeviation } = figureFormat(metric.kind, metric.unit);
  if (metric.passRate !== undefined) return `${value(metric.passRate)} pass`;
  const [mode, second] = metric.categories;
  if (mode !== undefined) {
    const isTie = second?.count === mode.count;
    return isTie ? "no mode" : `${safe(mode.name)} ${percent(mode.count / metric.n)}`;
  }
  if (metric.mean === undefined) return noFigure;
  const { mean, standardDeviation } = metric;
  return `mean ${standardDeviation === undefined ? value(mean) : valueAndDeviation(mean, standardDeviation)}`;
};

const median = ({ percentiles, unit }: MetricSummary): string =>
  percentiles === undefined ? noFigure : figureFormat("number", unit).value(percentiles.p50);

/** The interval around the figure. */
export const interval = ({ kind, unit, interval: bounds }: MetricFigures): string =>
  bounds === undefined ? noFigure : figureFormat(kind, unit).interval(bounds);

const spread = (metric: MetricSummary, { safe }: Screen): string => {
  const { passRate, histogram, categories } = metric;
  if (passRate !== undefined) return shareBar(passRate, maxBars);
  if (categories.length > 0) return categoryList(categories, safe);
  const [first, last] = [histogram[0], histogram.at(-1)];
  if (first === undefined || last === undefined) return "";
  const counts = histogram.map((bin) => bin.count);
  return `${number(first.lower)} ${bars(mergedNeighbours(counts))} ${number(last.upper)}`;
};

/** The most categories in a table. */
const maxListedCategories = 4;

/** `good 4, bad 2, and 3 others`. */
export const categoryList = (
  categories: MetricSummary["categories"],
  safe: (text: string) => string,
): string => {
  const listed = categories
    .slice(0, maxListedCategories)
    .map(({ name, count: n }) => `${safe(name)} ${count(n)}`);
  const others = categories.slice(maxListedCategories).length;
  return listed.join(", ") + (others > 0 ? `, and ${plural(others, "other")}` : "");
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
  summary: Summary,
  verdicts: ReadonlyArray<Verdict>,
) => ({
  runId,
  ...(tags.length === 0 ? {} : { tags }),
  records: summary.records,
  scores: summary.scores,
  pages: summary.pages,
  testcases: summary.testcases,
  reduction: summary.reduction,
  metrics: summary.metrics.map((metric) => ({
    metricConfigId: metric.metricConfigId,
    member: metric.member,
    name: metric.name,
    unit: metric.unit,
    kind: metric.kind,
    isLowerBetter: metric.isLowerBetter,
    n: metric.n,
    passRate: metric.passRate,
    mean: metric.mean,
    invalid: metric.invalid,
    otherKind: metric.otherKind,
    missing: metric.missing,
    interval: metric.interval,
    standardDeviation: metric.standardDeviation,
    percentiles: metric.percentiles,
    trials: metric.trials,
    histogram: metric.histogram.map(({ lower, upper, count: within }) => ({
      lower,
      upper,
      count: within,
    })),
    categories: metric.categories,
    worst: metric.worst,
  })),
  slicedBy: summary.slicedBy.map(({ slices, ...sliced }) => ({
    ...sliced,
    slices: slices.map(({ value, ...slice }) => ({ ...SliceList.document(value), ...slice })),
  })),
  readings: summary.readings,
  gates: verdicts.map(({ figure, metric, least, most, found, isKept, says }) => ({
    figure,
    metric,
    least,
    most,
    found,
    isKept,
    says,
  })),
});
