/** What a person sees in the terminal: lines of text, made from values alone. */
import type { RecordWithScores, RunId, Score } from "@scorecard-effect/contract";
import { askedOf, isFlagged, valueOf } from "./analysis/Reading.ts";
import type { MetricSummary, Summary } from "./analysis/Summary.ts";

/** A record in one line: its id, what was asked, and its scores. */
export const recordLine = (record: RecordWithScores): string => {
  const asked = askedOf(record);
  const scores = record.scores.map(scoreWord).join("  ");
  return `  ${plain(record.id).padEnd(8)} ${fit(plain(asked), 58)}  ${scores === "" ? "no scores" : scores}`;
};

/** How far a listing has come, in one line. `seconds` is the time since it began. */
export const progressLine = (
  summary: Summary,
  total: number | undefined,
  seconds: number,
): string => {
  const { records, pages } = summary;
  const share =
    total === undefined || total === 0
      ? ""
      : ` of ${count(total)} (${Math.floor((100 * records) / total)} %)`;
  const rate = seconds > 0 ? `, ${count(Math.round(records / seconds))} records/s` : "";
  const read = share === "" ? plural(records, "record") : `${count(records)}${share} records`;
  return `  ${read}, ${plural(pages, "page")}${rate}`;
};

/** A run's figures as one JSON document, for programs. */
export const document = (runId: RunId, { records, scores, pages, metrics }: Summary): string =>
  JSON.stringify({
    runId,
    records,
    scores,
    pages,
    metrics: metrics.map(({ metricConfigId, kind, n, passRate, mean, invalid }) => ({
      metricConfigId,
      kind,
      n,
      passRate,
      mean,
      invalid,
    })),
  });

/** A run's metrics as a table. */
export const table = (summary: Summary): string => {
  if (summary.metrics.length === 0) return "  No scores.\n";
  const rows = [
    ["metric", "kind", "n", "result", "invalid"],
    ...summary.metrics.map((metric) => [
      plain(metric.metricConfigId),
      metric.kind,
      count(metric.n),
      result(metric),
      count(metric.invalid),
    ]),
  ];
  const widths =
    rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row.map((cell, column) =>
        column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      ),
    )
    .map((cells) => `  ${cells.join("   ").trimEnd()}\n`)
    .join("");
};

/** The last line: what was read in all. */
export const totalLine = ({ records, scores, pages }: Summary, seconds: number): string =>
  `  ${plural(records, "record")}, ${plural(scores, "score")}, ${plural(pages, "page")} in ${seconds.toFixed(1)} s`;

/**
 * Text from a record as it may stand in a terminal: control and direction characters, which can move
 * the cursor, set colours or reorder what is read, are replaced.
 */
export const plain = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\uFFFD");

const scoreWord = (score: Score): string => {
  if (isFlagged(score)) return "invalid";
  const value = valueOf(score);
  if (value === undefined) return "·";
  return typeof value === "boolean" ? (value ? "pass" : "fail") : decimal(value);
};

const result = (metric: MetricSummary): string => {
  if (metric.passRate !== undefined) return `${decimal(100 * metric.passRate)} % pass`;
  if (metric.mean === undefined) return "-";
  const spread =
    metric.standardDeviation === undefined ? "" : ` ± ${decimal(metric.standardDeviation)}`;
  return `mean ${decimal(metric.mean)}${spread}`;
};

const wholeFormat = new Intl.NumberFormat("en-US");
const decimalFormat = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });

const count = (n: number): string => wholeFormat.format(n);
const decimal = (n: number): string => decimalFormat.format(n);
const plural = (n: number, noun: string): string => `${count(n)} ${noun}${n === 1 ? "" : "s"}`;

// Cut by code point, so that no character is halved.
const fit = (text: string, width: number): string => {
  const points = Array.from(text);
  return points.length <= width ? text.padEnd(width) : `${points.slice(0, width - 1).join("")}…`;
};
