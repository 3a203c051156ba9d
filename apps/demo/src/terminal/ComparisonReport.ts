/** The report on two runs: text for a terminal, and a JSON document for programs. */
import type { RunId } from "@scorecard-effect/contract";
import { type ChangeVerdict, minPairs } from "../analysis/ChangeVerdict.ts";
import type {
  Change,
  Comparison,
  MetricChange,
  MetricComparison,
  Part,
  ScoredTestcase,
} from "../analysis/Comparison.ts";
import type { ComparisonVerdict } from "../analysis/ComparisonGate.ts";
import { figureFormat } from "../figures/FigureFormat.ts";
import { count, idText, noFigure, percent, plural, valueOfKind } from "../figures/Figures.ts";
import {
  givenNames,
  keyOf,
  markedLabels,
  type MetricLabels,
  wholeLabels,
} from "../figures/MetricLabels.ts";
import { columns, wrap } from "./Layout.ts";
import { categoryList } from "./RunReport.ts";
import { plainScreen, type Screen } from "./Screen.ts";
import { finding, fittingTable, textOf, titled } from "./Sections.ts";
import * as SliceList from "./SliceList.ts";

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
  const names = metrics.map(keyOf);
  const given = givenNames(metrics);
  const labels = markedLabels(names, given);
  const ordered = metrics.filter(({ kind }) => kind !== "category");
  const categories = metrics.filter(({ kind }) => kind === "category");
  const areMeans = comparison.reduction === "mean";
  const list = (
    title: string,
    of: ReadonlyArray<MetricComparison>,
    changesOf: (metric: MetricComparison) => ReadonlyArray<Change>,
  ): string =>
    changes(
      title,
      of,
      (metric) => changesOf(metric).slice(0, maxChanges),
      { labels, areMeans },
      screen,
    );
  return [
    table(metrics, wholeLabels(names, given), labels, screen),
    notes(comparison, screen),
    list("Regressions", ordered, ({ worst }) => worst),
    list("Improvements", ordered, ({ best }) => best),
    categoryChanges(categories, labels, screen),
    list("Changed", categories, ({ worst }) => worst),
    parts(comparison, runs, screen),
  ]
    .filter((part) => part !== "")
    .join("\n");
};

const verdictOrder: ReadonlyArray<ChangeVerdict> = [
  "worse",
  "changed",
  "unclear",
  "too few",
  "same",
  "better",
];

/** Orders metrics by their verdicts: what got worse first. */
export const rank = ({ verdict }: MetricChange): number => verdictOrder.indexOf(verdict);

const labelOf = (metric: MetricComparison, labels: MetricLabels, { safe }: Screen): string =>
  safe(labels.get(keyOf(metric)) ?? "");

/** The metrics with their names, those that got worse first. */
export const named = ({ metrics }: Comparison) => {
  const ordered = metrics.toSorted((a, b) => rank(a) - rank(b));
  const labels = wholeLabels(ordered.map(keyOf), givenNames(ordered));
  return ordered.map((metric) => ({ metric, name: labelOf(metric, labels, plainScreen) }));
};

/** What the verdicts rest on, where that is not plain. */
const notes = (
  { metrics, tested, reduction, baseline, candidate }: Comparison,
  screen: Screen,
): string => {
  const hasTrials = Math.max(baseline.maxTrials, candidate.maxTrials) > 1;
  const lower = metrics.filter(({ isLowerBetter }) => isLowerBetter);
  const lines = [
    ...(tested > 1
      ? [
          `Verdicts are adjusted for ${plural(tested, "metric")} (Benjamini and Hochberg, 5% false alarms); ` +
            "intervals are not.",
        ]
      : []),
    ...(metrics.some(({ verdict }) => verdict === "too few")
      ? [`too few: a verdict needs at least ${minPairs} testcases that both runs scored.`]
      : []),
    ...metrics
      .filter(({ n, invalid }) => n === 0 && invalid > 0)
      .map(
        (metric) =>
          `${screen.safe(metric.name ?? metric.metricConfigId)} has no testcase to compare: in one run or both, its ` +
          "scores are invalid or have another kind than most (pass or fail, number, category).",
      ),
    ...(hasTrials ? [`Each testcase counts once, ${reductionPhrases[reduction]}.`] : []),
    ...((reduction === "any" || reduction === "all") &&
    metrics.some(({ unequalTrials }) => unequalTrials > 0)
      ? [
          "Some testcases have more trials in one run than in the other, which " +
            `--reduce ${reduction} does not compare fairly: no verdict on these metrics.`,
        ]
      : []),
    ...(lower.length > 0
      ? [
          `Lower is better: ${lower.map(({ name, member }) => screen.safe(name ?? member ?? "")).join(", ")}.`,
        ]
      : []),
  ];
  return textOf(lines.flatMap((line) => wrap(`  ${line}`, 4, screen.width)));
};

const reductionPhrases = {
  mean: "with the mean of its trials",
  any: "with the best of its trials",
  all: "with the worst of its trials",
  majority: "with what most of its trials say",
} as const;

/** The columns of the table. */
export const heads = [
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
        ...metrics.map((metric) => [labelOf(metric, labels, screen), ...figuresOf(metric, screen)]),
      ],
      { textColumns: 2 },
    );
  return (
    fittingTable([tableWith(whole), tableWith(short)], screen) ??
    metrics.map((metric) => blockOf(metric, short, screen)).join("")
  );
};

/** The cells of a metric, without its name. */
export const figuresOf = (metric: MetricChange, { paint, safe }: Screen): ReadonlyArray<string> => {
  const { kind, unit, baseline, candidate, difference, interval, verdict, categories } = metric;
  const format = figureFormat(kind, unit);
  const [before, after] =
    kind === "category"
      ? [modeOf(categories.baseline, metric.n, safe), modeOf(categories.candidate, metric.n, safe)]
      : baseline === undefined || candidate === undefined
        ? [noFigure, noFigure]
        : difference === 0
          ? [format.value(baseline), format.value(candidate)]
          : format.pair(baseline, candidate);
  const isOrdered = kind !== "category";
  return [
    verdict === "worse" ? paint.bad(verdict) : verdict === "better" ? paint.good(verdict) : verdict,
    count(metric.n),
    before,
    after,
    isOrdered
      ? difference === undefined
        ? noFigure
        : format.difference(difference)
      : `${count(metric.changed)} changed`,
    interval === undefined ? noFigure : format.differenceInterval(interval),
    isOrdered ? count(metric.regressions) : noFigure,
    isOrdered ? count(metric.improvements) : noFigure,
    count(metric.invalid),
    count(metric.missing),
  ];
};

/** The most frequent category and its share. */
const modeOf = (
  categories: MetricComparison["categories"]["baseline"],
  n: number,
  safe: Screen["safe"],
): string => {
  const [mode, second] = categories;
  if (mode === undefined) return noFigure;
  return mode.count === second?.count ? "no mode" : `${safe(mode.name)} ${percent(mode.count / n)}`;
};

/** What became of the categories of each metric. */
const categoryChanges = (
  metrics: ReadonlyArray<MetricComparison>,
  labels: MetricLabels,
  screen: Screen,
): string => {
  const { safe } = screen;
  const lines = metrics.flatMap((metric) => {
    const { categories, categoryChanges: all } = metric;
    const label = labelOf(metric, labels, screen);
    const became = all
      .slice(0, maxCategoryChanges)
      .map(({ from, to, count: n }) => `${safe(from)} → ${safe(to)} ${count(n)}`);
    return [
      `  ${label}  before ${categoryList(categories.baseline, safe) || noFigure}`,
      `  ${label}  after ${categoryList(categories.candidate, safe) || noFigure}`,
      ...(became.length === 0 ? [] : [`  ${label}  ${became.join(", ")}`]),
    ];
  });
  return titled(
    "Categories",
    lines.flatMap((line) => wrap(line, 4, screen.width)),
    screen,
  );
};

const maxCategoryChanges = 6;

const blockOf = (metric: MetricComparison, labels: MetricLabels, screen: Screen): string => {
  const [verdict = "", n, before, after, difference, interval, worse, better, invalid, missing] =
    figuresOf(metric, screen);
  return textOf(
    [
      `  ${labelOf(metric, labels, screen)} ${verdict}`,
      `    before ${before}, after ${after}`,
      `    difference ${difference}`,
      `    ${interval}`,
      `    n ${n}, worse ${worse}, better ${better}`,
      `    invalid ${invalid}, missing ${missing}`,
    ].flatMap((line) => wrap(line, 3, screen.width)),
  );
};

/** How the values of testcases are written. */
interface ChangeWords {
  readonly labels: MetricLabels;
  /** Whether the value of a testcase with several trials is their mean. */
  readonly areMeans: boolean;
}

const changes = (
  title: string,
  metrics: ReadonlyArray<MetricComparison>,
  changesOf: (metric: MetricComparison) => ReadonlyArray<Change>,
  { labels, areMeans }: ChangeWords,
  screen: Screen,
): string => {
  const { safe } = screen;
  const lines = metrics.flatMap((metric) =>
    changesOf(metric).flatMap(({ testcaseId, baseline, candidate }) => {
      const { reasoning } = candidate;
      const head = [
        labelOf(metric, labels, screen),
        [
          safe(valueWord(metric, baseline, candidate.value, areMeans)),
          safe(valueWord(metric, candidate, baseline.value, areMeans)),
        ].join(" → "),
        `testcase ${idText(safe(testcaseId))}`,
        `records ${idText(safe(baseline.recordId))} and ${idText(safe(candidate.recordId))}`,
      ];
      return finding(head, reasoning, screen);
    }),
  );
  return titled(title, lines, screen);
};

/** A testcase's value in one run, with enough digits to tell it from that in the other. */
const valueWord = (
  { kind, unit }: MetricComparison,
  { value, trials }: ScoredTestcase,
  other: ScoredTestcase["value"],
  areMeans: boolean,
): string => {
  if (kind === "boolean" && trials > 1 && areMeans)
    return `${percent(Number(value))} of ${count(trials)} pass`;
  return kind === "number" && typeof value === "number" && typeof other === "number"
    ? figureFormat(kind, unit).pair(value, other)[0]
    : valueOfKind(kind, value);
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
  const ids = part.aloneIds.map((id) => idText(safe(id))).join(", ");
  const more = unlisted > 0 ? `, and ${count(unlisted)} more` : "";
  return [
    `  Run ${safe(runId)}: ${plural(part.records, "record")}` +
      (part.withoutTestcase > 0 ? `, ${count(part.withoutTestcase)} without a testcase` : "") +
      (part.maxTrials > 1
        ? `, ${plural(part.testcases, "testcase")} with up to ${count(part.maxTrials)} trials`
        : ""),
    ...(part.alone > 0
      ? [`    ${plural(part.alone, "testcase")} only in this run: ${ids}${more}`]
      : []),
  ];
};

/** The comparison as a JSON value. */
export const document = (
  comparison: Comparison,
  { baselineId, candidateId, tags }: Runs & { readonly tags: ReadonlyArray<string> },
  verdicts: ReadonlyArray<ComparisonVerdict> = [],
) => ({
  baselineId,
  candidateId,
  ...(tags.length === 0 ? {} : { tags }),
  ...comparison,
  slicedBy: comparison.slicedBy.map(({ slices, ...sliced }) => ({
    ...sliced,
    slices: slices.map(({ value, ...slice }) => ({ ...SliceList.document(value), ...slice })),
  })),
  gates: verdicts.map(({ gate, isKept, says }) => ({ ...gate, isKept, says })),
});
