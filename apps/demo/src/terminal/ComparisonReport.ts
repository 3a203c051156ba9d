/** What changed between two runs, as a person sees it in the terminal, and as a program does. */
import type { RunId } from "@scorecard-effect/contract";
import type { Interval } from "../analysis/Interval.ts";
import type { Change, Comparison, MetricComparison, Part } from "../analysis/Comparison.ts";
import { json, remark, titled, valueWord } from "./RunReport.ts";
import { plainScreen, type Screen } from "./Screen.ts";
import {
  columns,
  count,
  decimal,
  isWithin,
  percent,
  plain,
  plural,
  shortIds,
  wrap,
} from "./Layout.ts";

/** The ids of the two runs. */
export interface Runs {
  readonly baselineId: RunId;
  readonly candidateId: RunId;
}

/** What changed, all of it: the metrics that got worse first. */
export const text = (
  comparison: Comparison,
  runs: Runs,
  most: number,
  screen: Screen = plainScreen,
): string => {
  const metrics = comparison.metrics.toSorted((a, b) => rank(a) - rank(b));
  const ids = shortIds(metrics.map(({ metricConfigId }) => metricConfigId));
  return [
    table(metrics, ids, screen),
    changes("Regressions", metrics, ({ worst }) => worst.slice(0, most), ids, screen),
    changes("Improvements", metrics, ({ best }) => best.slice(0, most), ids, screen),
    parts(comparison, runs, screen),
  ]
    .filter((part) => part !== "")
    .join("\n");
};

const rank = ({ verdict }: MetricComparison): number =>
  ["worse", "unclear", "better"].indexOf(verdict);

type Ids = ReadonlyMap<MetricComparison["metricConfigId"], string>;

const table = (metrics: ReadonlyArray<MetricComparison>, short: Ids, screen: Screen): string => {
  if (metrics.length === 0) return "  No scores in both runs.\n";
  const long = new Map(metrics.map(({ metricConfigId: id }) => [id, plain(id)]));
  const { paint, width } = screen;
  const set = [long, short]
    .map((ids) =>
      columns(
        [
          [
            "metric",
            "verdict",
            "n",
            "before",
            "after",
            "difference",
            "95 % interval",
            "worse",
            "better",
            "invalid",
            "missing",
          ],
          ...metrics.map((metric) => [
            ids.get(metric.metricConfigId) ?? "",
            ...figures(metric, screen),
          ]),
        ],
        { texts: 2 },
      ),
    )
    .find((lines) => isWithin(lines, width));
  const [head = "", ...rows] = set ?? [];
  return set === undefined
    ? metrics.map((metric) => blockOf(metric, short, screen)).join("")
    : `${paint.dim(head)}\n${rows.map((row) => `${row}\n`).join("")}`;
};

const figures = (metric: MetricComparison, { paint }: Screen): ReadonlyArray<string> => {
  const { kind, baseline, candidate, difference, interval, verdict } = metric;
  const isShare = kind === "boolean";
  const figure = (x: number | undefined): string =>
    x === undefined ? "-" : isShare ? `${percent(x)} %` : decimal(x);
  return [
    verdict === "worse" ? paint.bad(verdict) : verdict === "better" ? paint.good(verdict) : verdict,
    count(metric.n),
    figure(baseline),
    figure(candidate),
    difference === undefined ? "-" : signed(difference, isShare),
    interval === undefined ? "-" : between(interval, isShare),
    count(metric.regressions),
    count(metric.improvements),
    count(metric.invalid),
    count(metric.missing),
  ];
};

// What lies between two percentages are points.
const signed = (difference: number, isShare: boolean): string =>
  `${difference > 0 ? "+" : ""}${isShare ? `${percent(difference)} points` : decimal(difference)}`;

const between = ({ lower, upper }: Interval, isShare: boolean): string =>
  isShare ? `${percent(lower)} to ${percent(upper)}` : `${decimal(lower)} to ${decimal(upper)}`;

const blockOf = (metric: MetricComparison, ids: Ids, screen: Screen): string => {
  const [verdict = "", n, before, after, difference, interval, worse, better, invalid, missing] =
    figures(metric, screen);
  return [
    `  ${ids.get(metric.metricConfigId) ?? ""} ${verdict}`,
    `    before ${before}, after ${after}`,
    `    difference ${difference}`,
    `    ${interval}`,
    `    n ${n}, worse ${worse}, better ${better}`,
    `    invalid ${invalid}, missing ${missing}`,
  ]
    .map((line) => `${line}\n`)
    .join("");
};

const changes = (
  title: string,
  metrics: ReadonlyArray<MetricComparison>,
  changesOf: (metric: MetricComparison) => ReadonlyArray<Change>,
  ids: Ids,
  screen: Screen,
): string => {
  const { safe } = screen;
  const lines = metrics.flatMap((metric) =>
    changesOf(metric).flatMap(({ testcaseId, baseline, candidate }) => {
      const { reasoning } = candidate;
      const head = `  ${ids.get(metric.metricConfigId) ?? ""}  ${valueWord(baseline.value)} → ${valueWord(candidate.value)}  testcase ${safe(testcaseId)}  records ${safe(baseline.recordId)} and ${safe(candidate.recordId)}`;
      return remark(head, reasoning, screen);
    }),
  );
  return titled(title, lines, screen);
};

const parts = (
  { baseline, candidate, paired }: Comparison,
  { baselineId, candidateId }: Runs,
  { width, safe }: Screen,
): string =>
  [
    `  ${plural(paired, "testcase")} in both runs`,
    ...partLines(baseline, baselineId, safe),
    ...partLines(candidate, candidateId, safe),
  ]
    .flatMap((line) => wrap(line, 5, width))
    .map((line) => `${line}\n`)
    .join("");

const partLines = (part: Part, runId: RunId, safe: Screen["safe"]): ReadonlyArray<string> => {
  const more = part.alone - part.aloneIds.length;
  return [
    `  Run ${safe(runId)}: ${plural(part.records, "record")}` +
      (part.withoutTestcase > 0 ? `, ${count(part.withoutTestcase)} without a testcase` : "") +
      (part.repeated > 0 ? `, ${count(part.repeated)} of a testcase it has had` : ""),
    ...(part.alone > 0
      ? [
          `    ${plural(part.alone, "testcase")} in this run alone: ${part.aloneIds.map(safe).join(", ")}${more > 0 ? `, and ${count(more)} more` : ""}`,
        ]
      : []),
  ];
};

/** What changed as one JSON document, for programs. */
export const document = (comparison: Comparison, runs: Runs): string =>
  json({ ...runs, ...comparison });
