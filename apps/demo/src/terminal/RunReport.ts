/** What a run amounts to, as a person sees it in the terminal, and as a program does: made from values alone. */
import type { RecordWithScores, RunId, Score } from "@scorecard-effect/contract";
import type { Interval } from "../analysis/Interval.ts";
import { askedOf, isFlagged, type Value, valueOf } from "../analysis/ScoreReading.ts";
import type { MetricSummary, Summary } from "../analysis/Summary.ts";
import type { Verdict } from "../analysis/Gate.ts";
import { plainScreen, type Screen } from "./Screen.ts";
import {
  bars,
  columns,
  count,
  cut,
  decimal,
  fit,
  isWithin,
  percent,
  plain,
  plural,
  shareBar,
  shortIds,
  widthOf,
  wrap,
} from "./Layout.ts";

/** A record in one line: its id, what was asked, and its scores. */
export const recordLine = (
  record: RecordWithScores,
  { width, safe }: Screen = plainScreen,
): string => {
  const scores = record.scores.map(scoreWord).join("  ");
  const id = `  ${safe(record.id).padEnd(8)} `;
  const end = `  ${scores === "" ? "no scores" : scores}`;
  const room = width === undefined ? 58 : Math.min(58, width - widthOf(id) - widthOf(end));
  const line = `${id}${fit(safe(askedOf(record)), Math.max(10, room))}${end}`;
  return width === undefined ? line : cut(line, width);
};

/**
 * A run's metrics as a table. Where it is wider than the screen, ids are shortened, then the histograms left for
 * below, and at last each metric gets lines of its own: nothing is cut off.
 */
export const table = (summary: Summary, screen: Screen = plainScreen): string => {
  const { metrics } = summary;
  if (metrics.length === 0) return "  No scores.\n";
  const short = shortIds(metrics.map(({ metricConfigId }) => metricConfigId));
  const long = new Map(metrics.map(({ metricConfigId: id }) => [id, plain(id)]));
  const layouts = [
    () => tableOf(metrics, long, true),
    () => tableOf(metrics, short, true),
    () => [
      ...tableOf(metrics, short, false),
      "",
      ...metrics.map((metric) => spreadOf(metric, short)),
    ],
  ];
  const lines = layouts.map((layout) => layout()).find((set) => isWithin(set, screen.width));
  const [head = "", ...rows] = lines ?? [];
  return lines === undefined
    ? metrics.map((metric) => `${blockOf(metric, short)}\n`).join("")
    : `${screen.paint.dim(head)}\n${rows.map((row) => `${row}\n`).join("")}`;
};

type Ids = ReadonlyMap<MetricSummary["metricConfigId"], string>;

/** Wide: with kinds and histograms. Narrow: without. */
const tableOf = (
  metrics: ReadonlyArray<MetricSummary>,
  ids: Ids,
  isWide: boolean,
): ReadonlyArray<string> =>
  columns(
    [
      [
        "metric",
        ...(isWide ? ["kind", "spread"] : []),
        "n",
        "result",
        "95 % interval",
        "invalid",
        "missing",
      ],
      ...metrics.map((metric) => [
        ids.get(metric.metricConfigId) ?? "",
        ...(isWide ? [metric.kind, spread(metric)] : []),
        count(metric.n),
        result(metric),
        interval(metric),
        count(metric.invalid),
        count(metric.missing),
      ]),
    ],
    { texts: isWide ? 3 : 1, gap: isWide ? 3 : 2 },
  );

const spreadOf = (metric: MetricSummary, ids: Ids): string =>
  `  ${ids.get(metric.metricConfigId) ?? ""}   ${spread(metric)}`.trimEnd();

const blockOf = (metric: MetricSummary, ids: Ids): string =>
  [
    `  ${ids.get(metric.metricConfigId) ?? ""} ${metric.kind}`,
    `    ${result(metric)}`,
    `    ${interval(metric)}`,
    `    n ${count(metric.n)}`,
    `    invalid ${count(metric.invalid)}`,
    `    missing ${count(metric.missing)}`,
    `    ${spread(metric)}`,
  ]
    .map((line) => `${line.trimEnd()}\n`)
    .join("");

/** The records that did worst, by metric, with what was asked and what the metric says of it; so many of each. */
export const worst = (summary: Summary, most: number, screen: Screen = plainScreen): string => {
  const { safe } = screen;
  const short = shortIds(summary.metrics.map(({ metricConfigId }) => metricConfigId));
  const lines = summary.metrics.flatMap((metric) => {
    // Where all are alike there are no worst.
    const low = metric.worst.filter(({ value }) => value === false || isBelow(value, metric.mean));
    return low.slice(0, most).flatMap(({ recordId, value, asked, reasoning }) => {
      const head = `  ${short.get(metric.metricConfigId) ?? ""}  ${valueWord(value)}  record ${safe(recordId)}  ${safe(asked)}`;
      return remark(head, reasoning, screen);
    });
  });
  return titled("Lowest scores", lines, screen);
};

/** What is told of a record, and below it what its metric says. */
export const remark = (
  head: string,
  reasoning: string | undefined,
  { width, paint, safe }: Screen,
): ReadonlyArray<string> => [
  ...wrap(head, 1, width),
  ...(reasoning === undefined ? [] : wrap(`      ${safe(reasoning)}`, 3, width).map(paint.dim)),
];

/** Lines below a title; nothing where there are none. */
export const titled = (title: string, lines: ReadonlyArray<string>, { paint }: Screen): string =>
  lines.length === 0
    ? ""
    : `${paint.dim(`  ${title}`)}\n${lines.map((line) => `${line}\n`).join("")}`;

const isBelow = (value: Value, mean: number | undefined): boolean =>
  typeof value === "number" && mean !== undefined && value < mean;

/** How a run stands to its bounds, a line each. */
export const gates = (
  verdicts: ReadonlyArray<Verdict>,
  { paint, safe }: Screen = plainScreen,
): string =>
  verdicts
    .map(
      ({ isKept, says }) =>
        `  ${isKept ? paint.good("kept") : paint.bad("BROKEN")}  ${safe(says)}\n`,
    )
    .join("");

/** The last line: what was read in all, and whether that is all there is. */
export const totalLine = (
  { records, scores, pages }: Omit<Summary, "metrics">,
  seconds: number,
  isWhole = true,
): string =>
  `  ${isWhole ? "" : "A part of the run: "}${plural(records, "record")}, ${plural(scores, "score")}, ${plural(pages, "page")} in ${seconds.toFixed(1)} s`;

/** A run's figures as one JSON document, for programs. */
export const document = (
  runId: RunId,
  { records, scores, pages, metrics }: Summary,
  verdicts: ReadonlyArray<Verdict>,
): string =>
  json({
    runId,
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

/** JSON that is as safe to show as {@link plain} text: what it leaves raw beyond ASCII is escaped. */
export const json = (value: unknown): string =>
  JSON.stringify(value).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
    ).join(""),
  );

/** A score in a word. */
export const valueWord = (value: Value): string =>
  typeof value === "boolean" ? (value ? "pass" : "fail") : decimal(value);

const scoreWord = (score: Score): string => {
  if (isFlagged(score)) return "invalid";
  const value = valueOf(score);
  return value === undefined ? "·" : valueWord(value);
};

const result = (metric: MetricSummary): string => {
  if (metric.passRate !== undefined) return `${percent(metric.passRate)} % pass`;
  if (metric.mean === undefined) return "-";
  const deviation =
    metric.standardDeviation === undefined ? "" : ` ± ${decimal(metric.standardDeviation)}`;
  return `mean ${decimal(metric.mean)}${deviation}`;
};

const interval = ({ kind, interval: bounds }: MetricSummary): string =>
  bounds === undefined ? "-" : intervalText(bounds, kind === "boolean");

const intervalText = ({ lower, upper }: Interval, isShare: boolean): string =>
  isShare ? `${percent(lower)} to ${percent(upper)} %` : `${decimal(lower)} to ${decimal(upper)}`;

const spread = ({ passRate, histogram }: MetricSummary): string => {
  if (passRate !== undefined) return shareBar(passRate, maxBars);
  const [first, last] = [histogram[0], histogram.at(-1)];
  if (first === undefined || last === undefined) return "";
  const counts = histogram.map((bin) => bin.count);
  return `${decimal(first.lower)} ${bars(halved(counts))} ${decimal(last.upper)}`;
};

/** The most bars of a histogram in a table. */
const maxBars = 20;

/** Neighbours put together until there are few enough. */
const halved = (counts: ReadonlyArray<number>): ReadonlyArray<number> =>
  counts.length <= maxBars + 1
    ? counts
    : halved(
        Array.from(
          { length: Math.ceil(counts.length / 2) },
          (_, index) => (counts[2 * index] ?? 0) + (counts[2 * index + 1] ?? 0),
        ),
      );
