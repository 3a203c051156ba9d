/** How far the trials of a testcase are apart. */
import type { Cell } from "../../src/analysis/Cell.ts";
import type { MetricKind } from "../../src/analysis/MetricKind.ts";
import { momentsOf } from "../../src/analysis/statistics/Moments.ts";
import { figureFormat } from "../../src/figures/FigureFormat.ts";
import { count, score } from "../../src/figures/Figures.ts";
import { areSame } from "@scorecard-effect/contract/metrics/FloatNoise";

/** The metric that some cells are of. A value of another kind is invalid, and has no part in a spread. */
interface SpreadMetric {
  readonly kind: MetricKind;
  readonly unit?: string | undefined;
}

/** The numbers of some trials in ascending order; none where the metric is of another kind. */
const numbersIn = (cells: ReadonlyArray<Cell>, { kind }: SpreadMetric): ReadonlyArray<number> =>
  kind === "number"
    ? cells.filter((cell) => typeof cell === "number").toSorted((a, b) => a - b)
    : [];

/** The standard deviation of the numbers of some trials; undefined where there are not two. */
export const deviationOf = (
  cells: ReadonlyArray<Cell>,
  metric: SpreadMetric,
): number | undefined => {
  const numbers = numbersIn(cells, metric);
  if (numbers.length < 2) return undefined;
  if (areAllSame(numbers)) return 0;
  return Math.sqrt(momentsOf(numbers).squares / (numbers.length - 1));
};

/** How far trials are apart, in a few words; empty where there are not two values. */
export const spreadWords = (cells: ReadonlyArray<Cell>, metric: SpreadMetric): string => {
  const numbers = numbersIn(cells, metric);
  const deviation = deviationOf(cells, metric);
  if (deviation !== undefined) {
    if (areAllSame(numbers)) return "all the same";
    const [lower = 0, upper = 0] = [numbers[0], numbers.at(-1)];
    const format = figureFormat("number", metric.unit);
    return `${format.interval({ lower, upper })}, SD ${format.value(deviation)}`;
  }
  const type = metric.kind === "boolean" ? "boolean" : "string";
  const values = cells.filter((cell) => typeof cell === "boolean" || typeof cell === "string");
  const own = metric.kind === "number" ? [] : values.filter((value) => typeof value === type);
  if (own.length < 2) return "";
  const counts = new Map<string, number>();
  for (const value of own) counts.set(score(value), (counts.get(score(value)) ?? 0) + 1);
  if (counts.size === 1) return "all the same";
  return Array.from(counts, ([name, times]) => `${count(times)} × ${name}`).join(", ");
};

const areAllSame = (ascending: ReadonlyArray<number>): boolean =>
  areSame(ascending[0] ?? 0, ascending.at(-1) ?? 0);
