/** A metric as the views need it: its series, its name, the values of its testcases and the range of its numbers. */
import * as Histogram from "../../src/analysis/Histogram.ts";
import type { MetricKind } from "../../src/analysis/MetricKind.ts";
import * as Series from "../../src/analysis/Series.ts";
import type { ReducedSeries } from "../../src/analysis/Trials.ts";
import type { KnownMetric } from "../query/Catalogue.ts";

/** The numbers that a series has had. */
export interface NumberRange {
  min: number;
  max: number;
  readonly histogram: Histogram.Histogram;
}

/** A series, as the views need it. */
export interface Metric {
  readonly series: Series.Series;
  readonly id: string;
  readonly label: string;
  readonly kind: MetricKind;
  readonly isLower: boolean;
  /** Whether it is measured, and not scored: it says nothing of failures, and is judged apart. */
  readonly isMeasure: boolean;
  /** By run: the values of its testcases. */
  readonly reduced: ReadonlyArray<ReducedSeries>;
  readonly range: NumberRange | undefined;
}

/** The name of a series among all: the metric's id alone where it has one member. */
export const nameOf = (series: Series.Series, all: ReadonlyArray<Series.Series>): string =>
  all.filter(({ metricId }) => metricId === series.metricId).length > 1
    ? Series.keyText(series)
    : series.metricId;

/** Whether a filter means a metric. An id without a member means the first: others may have appeared since. */
export const isNamed = ({ series }: Metric, name: string, all: ReadonlyArray<Metric>): boolean =>
  Series.keyText(series) === name ||
  (series.metricId === name.toLowerCase() &&
    all.find((other) => other.series.metricId === series.metricId)?.series === series);

export const emptyRange = (): NumberRange => ({
  min: Number.POSITIVE_INFINITY,
  max: Number.NEGATIVE_INFINITY,
  histogram: Histogram.make(),
});

export const widen = (range: NumberRange, value: number): void => {
  range.min = Math.min(range.min, value);
  range.max = Math.max(range.max, value);
  range.histogram.add(value);
};

/** The categories of a series in single records. */
export const categoriesOf = ({ categories }: Series.Series): ReadonlyArray<string> => {
  const names: Array<string> = [];
  for (let name = categories.nameOf(0); name !== ""; name = categories.nameOf(names.length)) {
    names.push(name);
  }
  return names;
};

/** A metric as expressions know it. */
export const knownMetric = (metric: Metric): KnownMetric => ({
  label: metric.label,
  metricId: metric.series.metricId,
  member: metric.series.member,
  kind: metric.kind,
  categories: categoriesIn(metric),
  scale: Math.max(0, ...metric.reduced.map(({ scale }) => scale)),
});

/** The categories of a metric, with those of trials that disagree: `bad | good`. */
export const categoriesIn = ({ kind, series, reduced }: Metric): ReadonlyArray<string> =>
  kind === "category"
    ? Array.from(
        new Set([...categoriesOf(series), ...reduced.flatMap(({ categories }) => categories)]),
      )
    : [];
