/** The figures of slices, by the same functions as those of the commands. */
import type { Cells } from "../../src/analysis/CellTable.ts";
import { countTested } from "../../src/analysis/ChangeVerdict.ts";
import { compareSeries, judgeAll, judgedAlone } from "../../src/analysis/ComparedSeries.ts";
import type { MetricKind } from "../../src/analysis/MetricKind.ts";
import type { Pairs } from "../../src/analysis/PairFigures.ts";
import type { Reduction } from "../../src/analysis/Reduction.ts";
import type * as Series from "../../src/analysis/Series.ts";
import { figuresOf } from "../../src/analysis/SeriesFigures.ts";
import { slicedComparison } from "../../src/analysis/SlicedComparison.ts";
import { slicedRun } from "../../src/analysis/SlicedRun.ts";
import { type Grouping, reduce } from "../../src/analysis/Trials.ts";
import type { Slice, SliceChange, SliceFigures, Slices } from "../query/Slices.ts";
import type { FieldSlicing } from "./FieldSlicing.ts";

/** A metric of the view. */
interface SlicedMetric {
  readonly series: Series.Series;
  readonly kind: MetricKind;
  readonly isLower: boolean;
  /** Whether it is measured, and not scored: then it is judged apart. */
  readonly isMeasure: boolean;
  /** For numbers: where the bars of its chart start. */
  readonly lowers: ReadonlyArray<number>;
}

export interface Input {
  /** One run; or the baseline and the runs that are compared with it. */
  readonly tables: ReadonlyArray<Cells>;
  /** The testcases that each later run shares with the first. */
  readonly pairs: ReadonlyArray<Pairs>;
  /** In a comparison: the index of the later run that the order is about, unless it is the worst of all. */
  readonly focus: number;
  readonly isByWorst: boolean;
  readonly metrics: ReadonlyArray<SlicedMetric>;
  readonly reduction: Reduction;
  readonly pointer: string;
  /** Undefined while the field is loaded. */
  readonly field: FieldSlicing | undefined;
  /** Whether the filter shows a record. */
  readonly isShown: (run: number, record: number) => boolean;
}

/** The slices. Those that got worse come first; in a single run, those with the lowest results. */
export const slicesOf = (input: Input): Slices => {
  const { tables, metrics, pairs, field, pointer, reduction, focus, isByWorst } = input;
  const none = { pointer, slices: [], tested: 0, inSeveral: 0, moved: 0 };
  if (field === undefined) return { ...none, status: "loading" };
  if (field.slicing.areTooMany()) return { ...none, status: "too many" };
  const [first, ...later] = tables.map((table, run) => sliced(table, run, input, field));
  if (first === undefined) return { ...none, status: "without values" };
  const wantedOf = new Map(
    field.slicing.values.map(({ name }, place) => [name, field.wanted[place]]),
  );
  if (later.length === 0) {
    const { slices, testcasesInSeveral } = slicedRun(first, 0, (grouping) =>
      metrics.map((metric) => figuresIn(first, metric, grouping, reduction)),
    );
    const shown = slices
      .filter(({ value, records }) => value !== hidden && records > 0)
      .map(({ value: { name }, ...own }): Slice => ({
        name,
        wanted: wantedOf.get(name),
        changes: [],
        ...own,
      }));
    return {
      pointer,
      status: slices.length === 0 ? "without values" : "ready",
      tested: 0,
      slices: shown.toSorted((a, b) => lowestFirst(metrics, a, b)),
      // A testcase with a hidden trial would count, too.
      inSeveral: slices.some(({ value, records }) => value === hidden && records > 0)
        ? 0
        : testcasesInSeveral,
      moved: 0,
    };
  }
  const comparisons = later.map((candidate, place) => {
    const both = { baseline: first, candidate };
    return slicedComparison(both, pairs[place] ?? noPairs, 0, (slice) =>
      metrics.map(({ series, kind, isLower }) =>
        judgedAlone(compareSeries({ series, kind, isLower, tables: both, reduction, ...slice })),
      ),
    );
  });
  const [scores, measures] = [false, true].map((isMeasure) =>
    comparisons.flatMap((comparison) =>
      comparison.slices
        .filter(isNamed)
        .flatMap((slice) =>
          slice.metrics.filter((_, place) => metrics[place]?.isMeasure === isMeasure),
        ),
    ),
  );
  const verdicts = new Map([...judgeAll(scores ?? []), ...judgeAll(measures ?? [])]);
  const inFocus = comparisons[focus - 1];
  const slicesByName = comparisons.map(
    ({ slices }) => new Map(slices.map((slice) => [slice.value.name, slice])),
  );
  const slices = (inFocus?.slices ?? []).filter(isNamed).map(({ value: { name } }): Slice => {
    const own = slicesByName.flatMap((byName) => byName.get(name) ?? []);
    const changes = own.map(({ paired, metrics: compared }, place): SliceChange => ({
      run: place + 1,
      testcases: paired,
      metrics: compared.map(({ figures, judged: change }): SliceFigures => ({
        n: figures.n,
        value: figures.candidate ?? null,
        baseline: figures.baseline ?? null,
        difference: figures.difference ?? null,
        interval: figures.interval ?? null,
        verdict: verdicts.get(change)?.verdict ?? "unclear",
        p: figures.p ?? null,
        categories: figures.categories.candidate,
        counts: [],
      })),
    }));
    const { testcases = 0, metrics: figures = [] } = changes[focus - 1] ?? {};
    const records = own.reduce(
      (sum, slice) => sum + slice.records.candidate,
      own[0]?.records.baseline ?? 0,
    );
    return { name, wanted: wantedOf.get(name), records, testcases, metrics: figures, changes };
  });
  return {
    pointer,
    status: slices.length === 0 && inFocus?.slices.length === 0 ? "without values" : "ready",
    tested: countTested((scores ?? []).map(({ judged }) => judged)),
    inSeveral: inFocus?.testcasesInSeveral ?? 0,
    moved: inFocus?.moved ?? 0,
    slices: slices
      .filter(({ records }) => records > 0)
      .toSorted((a, b) => worstFirst(metrics, isByWorst ? null : focus, a, b)),
  };
};

const noPairs: Pairs = { baseline: new Int32Array(0), candidate: new Int32Array(0) };

const isNamed = ({ value }: { readonly value: { readonly name: string } }): boolean =>
  value !== hidden;

/** What the filter hides is a slice of its own, which is not shown. */
const hidden = { name: "(hidden)", kind: "missing", json: undefined } as const;

const sliced = (
  table: Cells,
  run: number,
  { isShown }: Input,
  { slicing, sliceOf }: FieldSlicing,
): Cells => {
  const values = [...slicing.values, hidden];
  return {
    ...table,
    slicings: [{ ...slicing, values }],
    sliceOf: (_, record) => (isShown(run, record) ? sliceOf(run, record) : slicing.values.length),
  };
};

const figuresIn = (
  table: Cells,
  { series, kind, lowers }: SlicedMetric,
  grouping: Grouping,
  reduction: Reduction,
): SliceFigures => {
  const reduced = reduce({ table, series, kind, grouping, reduction });
  const { n, value, interval, categories, ascending } = figuresOf(reduced);
  return {
    n,
    value: value ?? null,
    baseline: null,
    difference: null,
    interval: interval ?? null,
    verdict: null,
    p: null,
    categories,
    counts: countsIn(ascending, lowers),
  };
};

const countsIn = (
  ascending: Float64Array,
  lowers: ReadonlyArray<number>,
): ReadonlyArray<number> => {
  const counts = lowers.map(() => 0);
  let bar = 0;
  for (const value of ascending) {
    while (bar + 1 < lowers.length && (lowers[bar + 1] ?? 0) <= value) bar += 1;
    counts[bar] = (counts[bar] ?? 0) + 1;
  }
  return counts;
};

const byName = (a: Slice, b: Slice): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

/** By the first metric that passes or fails or is a number; of a measure only where there is nothing else. */
const lowestFirst = (metrics: ReadonlyArray<SlicedMetric>, a: Slice, b: Slice): number => {
  const ranked = metrics.findIndex(({ kind, isMeasure }) => !isMeasure && kind === "boolean");
  const place =
    ranked >= 0
      ? ranked
      : metrics.findIndex(({ kind, isMeasure }) => !isMeasure && kind === "number");
  const sign = metrics[place]?.isLower === true ? -1 : 1;
  const keyOf = (slice: Slice): number => {
    const value = slice.metrics[place]?.value ?? null;
    return value === null ? Number.POSITIVE_INFINITY : sign * value;
  };
  const [left, right] = [keyOf(a), keyOf(b)];
  return left === right ? b.testcases - a.testcases || byName(a, b) : left - right;
};

/**
 * By how many scores are worse, then by how sure the surest fall is, then by size: in a later run; null for all of them
 * together.
 */
const worstFirst = (
  metrics: ReadonlyArray<SlicedMetric>,
  run: number | null,
  a: Slice,
  b: Slice,
): number => {
  const scored = ({ changes }: Slice) =>
    changes
      .filter((change) => run === null || change.run === run)
      .flatMap((change) =>
        change.metrics.flatMap((figures, place) => {
          const { isMeasure = true, isLower = false } = metrics[place] ?? {};
          return isMeasure ? [] : [{ ...figures, isLower }];
        }),
      );
  const worse = (slice: Slice): number =>
    scored(slice).filter(({ verdict }) => verdict === "worse").length;
  const surest = (slice: Slice): number =>
    Math.min(
      1,
      ...scored(slice).map(({ difference, p, isLower }) => {
        const isFall = difference !== null && (isLower ? difference > 0 : difference < 0);
        return !isFall || p === null ? 1 : p;
      }),
    );
  return worse(b) - worse(a) || surest(a) - surest(b) || b.testcases - a.testcases || byName(a, b);
};
