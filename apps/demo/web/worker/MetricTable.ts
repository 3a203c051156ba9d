/** The view of one metric: its bars and figures, counted over the items that are shown. */
import type { PairFigures } from "../../src/analysis/PairFigures.ts";
import * as Series from "../../src/analysis/Series.ts";
import { defined, type SeriesFigures } from "../../src/analysis/SeriesFigures.ts";
import {
  type ItemColumns,
  type Codes,
  flawNames,
  directionNames,
  countShown,
} from "./ItemColumns.ts";
import { type Metric, categoriesIn } from "./Metric.ts";
import type { Figures, RunChange, MetricView } from "./View.ts";

/** How many items there are, how many of them are shown, and how many of the baseline's are. */
interface Count {
  readonly all: number;
  readonly shown: number;
  readonly baseline: number;
}

interface Table {
  /** `figures` are those of the first run; `changes` those of the pairs of each later run. */
  readonly view: (figures: SeriesFigures | null, changes: ReadonlyArray<PairFigures>) => MetricView;
}

const noFigures: Figures = { n: 0, value: null, interval: null };

const figuresIn = ({ n, value, interval }: SeriesFigures): Figures => ({
  n,
  value: value ?? null,
  interval: interval ?? null,
});

const countAt = (all: Codes | null, found: Float64Array | null, place: number): Count => ({
  all: all?.counts[place] ?? 0,
  shown: found?.[place] ?? 0,
  baseline: 0,
});

/** Counts the items of one metric, and those at the positions that are shown. */
export const makeTable = (
  metric: Metric,
  { conditions, bars, baselineBars, flaws, directions }: ItemColumns,
  shown: Int32Array,
  own: number,
): Table => {
  const { kind, isLower, series } = metric;
  const shownBars = countShown(bars, shown);
  const shownBaselines = baselineBars === null ? null : countShown(baselineBars, shown);
  const shownFlaws = countShown(flaws, shown);
  const shownDirections = directions === null ? null : countShown(directions, shown);
  return {
    view: (figures, changes) => {
      const change = changes[own - 1] ?? null;
      const names =
        kind === "category"
          ? (["same", "changed"] as const)
          : (["worse", "same", "better"] as const);
      const side = (value: number | undefined): Figures => ({
        n: change?.n ?? 0,
        value: value ?? null,
        interval: null,
      });
      return {
        id: metric.id,
        label: metric.label,
        key: Series.keyText(series),
        metricId: series.metricId,
        ...defined("name", series.name),
        ...defined("unit", series.unit),
        member: series.member,
        categories: categoriesIn(metric),
        column: series.index,
        whole: series.whole,
        kind,
        isLowerBetter: isLower,
        isMeasure: metric.isMeasure,
        scale: Math.max(0, ...metric.reduced.map(({ scale }) => scale)),
        bars: conditions.map((condition, place) => ({
          condition,
          ...countAt(bars, shownBars, place),
          baseline: shownBaselines?.[place] ?? 0,
        })),
        asides: flawNames.map((is, place) => ({
          condition: { is },
          ...countAt(flaws, shownFlaws, place),
        })),
        figures:
          change !== null
            ? side(change.candidate)
            : figures === null
              ? noFigures
              : figuresIn(figures),
        percentiles: change === null ? (figures?.percentiles ?? null) : null,
        first: figures === null ? noFigures : figuresIn(figures),
        changes: changes.map((ofRun, place) => runChange(ofRun, place + 1, isLower)),
        baseline: change === null ? noFigures : side(change.baseline),
        change:
          change === null
            ? null
            : {
                difference: {
                  n: change.n,
                  value: change.difference ?? null,
                  interval: change.interval ?? null,
                },
                verdict: "unclear",
                bars: names.map((is) => ({
                  condition: { is },
                  ...countAt(directions, shownDirections, directionNames.indexOf(is)),
                })),
              },
      };
    },
  };
};

const runChange = (figures: PairFigures, run: number, isLower: boolean): RunChange => {
  const { n, baseline, candidate, difference, interval, lower, higher, changed } = figures;
  return {
    run,
    before: { n, value: baseline ?? null, interval: null },
    after: { n, value: candidate ?? null, interval: null },
    difference: { n, value: difference ?? null, interval: interval ?? null },
    verdict: "unclear",
    adjustedP: null,
    isFair: true,
    worse: isLower ? higher : lower,
    better: isLower ? lower : higher,
    changed,
  };
};
