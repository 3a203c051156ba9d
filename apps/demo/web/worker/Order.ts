/** The order of items: as listed, by a metric, or those first that fail or got worse. */
import type { PairChange } from "../../src/analysis/PairFigures.ts";
import { ascendingPlaces } from "../../src/analysis/statistics/AscendingPlaces.ts";
import type { Query } from "../query/Query.ts";
import { type ItemValue, categoryMark } from "./ItemValue.ts";
import type { ItemList } from "./Items.ts";
import { type Metric, isNamed, categoriesOf } from "./Metric.ts";

export interface Columns {
  readonly metrics: ReadonlyArray<Metric>;
  /** Those that are scored: the default order is by them alone. */
  readonly scored: ReadonlyArray<Metric>;
  readonly isComparison: boolean;
  readonly valueOf: (position: number, metric: Metric) => ItemValue;
  readonly pairChange: (position: number, metric: Metric) => PairChange | undefined;
}

/** The number that the item at a position is sorted by, ascending. NaN sorts last in either direction. */
type SortKey = (position: number) => number;

/** All items in the order of a query; null for the order of the listing. Equal keys stay in that order. */
export const sort = (
  items: ItemList,
  query: Query,
  columns: ReadonlyArray<Columns>,
): Uint32Array | null => {
  const keysOf = columns.flatMap((own) => sortKey(query.sort, own) ?? []);
  const [only] = keysOf;
  if (only === undefined) {
    return query.isDescending
      ? Uint32Array.from({ length: items.length }, (_, position) => items.length - 1 - position)
      : null;
  }
  const keys = new Float64Array(items.length);
  const sign = query.isDescending ? -1 : 1;
  const keyOf: SortKey =
    keysOf.length === 1
      ? only
      : (position) => {
          let worst = Number.NaN;
          for (const own of keysOf) {
            const key = own(position);
            if (!(sign * key >= sign * worst)) worst = Number.isNaN(key) ? worst : key;
          }
          return worst;
        };
  for (let position = 0; position < items.length; position++) {
    keys[position] = sign * keyOf(position);
  }
  return ascendingPlaces(keys);
};

/** Undefined is the order of the listing. */
const sortKey = (by: string, columns: Columns): SortKey | undefined => {
  if (by === "listed") return undefined;
  const { metrics, isComparison, valueOf, pairChange } = columns;
  const metric = metrics.find((own) => isNamed(own, by, metrics));
  if (metric === undefined) return isComparison ? regressionsFirst(columns) : failingFirst(columns);
  if (isComparison) {
    return (position) => {
      const change = pairChange(position, metric);
      if (typeof change === "object") return Number(change.from === change.to);
      return typeof change === "number" ? change : Number.NaN;
    };
  }
  const names = categoryOrder(metric);
  return (position) => {
    const value = valueOf(position, metric);
    return typeof value === "number" ? value : (names.get(value ?? "") ?? Number.NaN);
  };
};

/** Categories sort by name. */
const categoryOrder = ({ series, kind }: Metric): ReadonlyMap<string, number> =>
  kind === "category"
    ? new Map(
        categoriesOf(series)
          .toSorted()
          .map((name, place) => [categoryMark + name, place]),
      )
    : new Map();

/** The more metrics a record fails, the earlier it comes; then, the worse its scores are in their metrics' ranges. */
const failingFirst = ({ scored, valueOf }: Columns): SortKey =>
  byFailures(scored, (position, metric) => {
    const value = valueOf(position, metric);
    if (typeof value !== "number") return undefined;
    if (metric.kind === "boolean") return { isFailure: value < 1, share: value };
    const share = shareOf(metric, value - (metric.range?.min ?? 0));
    return { isFailure: false, share: metric.isLower ? 1 - share : share };
  });

/** The more metrics a testcase does worse in than before, the earlier it comes; then, the more its scores fell. */
const regressionsFirst = ({ scored, pairChange }: Columns): SortKey =>
  byFailures(scored, (position, metric) => {
    const change = pairChange(position, metric);
    if (typeof change !== "number") return undefined;
    const gain = metric.isLower ? -change : change;
    if (metric.kind === "boolean") return { isFailure: gain < 0, share: gain };
    return { isFailure: false, share: shareOf(metric, gain) };
  });

/** A part of a metric's range as a share of it. */
const shareOf = ({ range }: Metric, part: number): number =>
  range !== undefined && range.max > range.min ? part / (range.max - range.min) : 0;

/** What one metric contributes to the place of an item. */
interface Contribution {
  readonly isFailure: boolean;
  /** From -1 to 1: the lower, the earlier. */
  readonly share: number;
}

const byFailures =
  (
    metrics: ReadonlyArray<Metric>,
    contributionOf: (position: number, metric: Metric) => Contribution | undefined,
  ): SortKey =>
  (position) => {
    let failures = 0;
    let sum = 0;
    let n = 0;
    for (const metric of metrics) {
      const contribution = contributionOf(position, metric);
      if (contribution === undefined) continue;
      n += 1;
      sum += contribution.share;
      if (contribution.isFailure) failures += 1;
    }
    // The mean share lies between -1 and 1: one more failure always outweighs it.
    return n === 0 ? Number.NaN : sum / n - 3 * failures;
  };
