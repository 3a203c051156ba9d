/**
 * The columns of a table. Each member of a metric's scores that is chosen has a column (see `ColumnChoice`), and each of
 * these metrics has one for its reasoning. The column `scores` has the scores of all metrics.
 */
import type { MetricKind } from "../analysis/MetricKind.ts";
import type * as Series from "../analysis/Series.ts";
import type { Extras } from "./ExtraColumns.ts";
import type { Row } from "./Row.ts";

/** A member of a metric's scores with a column of its own. */
export interface Metric {
  /** The metric's id, in lower case. */
  readonly metricId: string;
  /** Null for the first value of a score: the metrics file names the metric, and no member was known in time. */
  readonly member: string | null;
  /**
   * The kind of the values: that in the metrics file, or that of most of the first values. Values of another kind appear
   * in the column `scores` alone. `any` is a text column for values of every kind: no kind was known in time.
   */
  readonly kind: Exclude<MetricKind, "other"> | "any";
  /** The name of the column. */
  readonly column: string;
  /** The name of the column with the value of the testcase, where there is one. */
  readonly ofTestcase?: string;
}

/** The columns that metrics have. */
export interface ChosenColumns {
  readonly metrics: ReadonlyArray<Metric>;
  /** The columns with the reasoning of metrics. */
  readonly reasoning: ReadonlyArray<{ readonly metricId: string; readonly column: string }>;
  /** Columns whose name was taken. */
  readonly renamed: ReadonlyArray<{ readonly wanted: string; readonly column: string }>;
}

/**
 * A column. Ids, text and JSON are distinct kinds: a spreadsheet must take an id for text, CSV must disarm formulas in
 * text, and in JSON it can do so without changing what the JSON says.
 */
export interface Column {
  readonly name: string;
  readonly kind: "id" | "text" | "json" | "boolean" | "number";
  readonly cell: (row: Row) => string | boolean | number | undefined;
}

/** The most members that get columns of their own. */
export const maxMetrics = 500;

/** The names of the columns that do not depend on the metrics. */
export const fixedNames = (extras: Extras): ReadonlyArray<string> =>
  [...leadingColumns(extras), ...trailingColumns].map(({ name }) => name);

/** The columns of a table with these metrics. Rows must be made with the same series. */
export const columnsOf = (
  { metrics, reasoning }: ChosenColumns,
  series: Series.SeriesIndex,
  extras: Extras,
): ReadonlyArray<Column> => [
  ...leadingColumns(extras),
  ...reasoning.flatMap(({ metricId, column }) => {
    const { index: whole } = series.of(metricId, null);
    return [
      ...metrics
        .filter((own) => own.metricId === metricId)
        .flatMap((metric): ReadonlyArray<Column> => [
          {
            name: metric.column,
            kind: kindsOfColumns[metric.kind],
            cell: cellIn(metric, series),
          },
          ...ofTestcase(metric, series, extras),
        ]),
      {
        name: column,
        kind: "text",
        cell: ({ reasoning: texts }): string | undefined => texts[whole],
      } satisfies Column,
    ];
  }),
  ...trailingColumns,
];

const kindsOfColumns = {
  boolean: "boolean",
  number: "number",
  category: "text",
  any: "text",
} as const;

/** The column with the value of the testcase, where it was asked for and has a kind. */
const ofTestcase = (
  { metricId, member, kind, ofTestcase: name }: Metric,
  series: Series.SeriesIndex,
  { testcases }: Extras,
): ReadonlyArray<Column> => {
  if (name === undefined || testcases === undefined || member === null || kind === "any") return [];
  const { index } = series.of(metricId, member);
  const isShare = kind === "boolean" && testcases.reduction === "mean";
  return [
    {
      name,
      kind: isShare ? "number" : kindsOfColumns[kind],
      cell: ({ cells, testcaseId }) =>
        testcases.valueOf({ metricId, member, kind }, testcaseId, cells[index]),
    },
  ];
};

/** The value of a metric in a row. */
const cellIn = (metric: Metric, series: Series.SeriesIndex): Column["cell"] => {
  const isText = metric.kind === "any";
  const placeOf = placeIn(metric, series);
  return ({ cells }) => {
    const cell = cells[placeOf(cells)];
    if (!fits(metric, cell)) return undefined;
    return isText ? String(cell) : cell;
  };
};

/** Where the value of a metric is among the cells of a row; -1 where there is none. */
export const placeIn = (
  metric: Metric,
  series: Series.SeriesIndex,
): ((cells: Row["cells"]) => number) => {
  const { metricId, member } = metric;
  if (member !== null) {
    const { index } = series.of(metricId, member);
    return () => index;
  }
  return (cells) =>
    cells.findIndex(
      (cell, index) => series.all[index]?.metricId === metricId && fits(metric, cell),
    );
};

/** Whether a column can hold a cell. */
export const fits = (
  { kind }: Metric,
  cell: Row["cells"][number] | undefined,
): cell is boolean | number | string =>
  kind === "category"
    ? typeof cell === "string"
    : kind === "any"
      ? typeof cell === "string" || typeof cell === "number" || typeof cell === "boolean"
      : typeof cell === kind;

const leadingColumns = ({ by, trials }: Extras): ReadonlyArray<Column> => [
  { name: "id", kind: "id", cell: ({ id }) => id },
  { name: "runId", kind: "id", cell: ({ runId }) => runId },
  { name: "testcaseId", kind: "id", cell: ({ testcaseId }) => testcaseId },
  ...(trials
    ? [{ name: "trial", kind: "number", cell: ({ trial }) => trial } satisfies Column]
    : []),
  ...by.map(({ text }, place): Column => ({
    name: `slice_${text}`,
    kind: "text",
    cell: ({ slices }) => slices[place],
  })),
];

const trailingColumns: ReadonlyArray<Column> = [
  { name: "inputs", kind: "json", cell: ({ inputs }) => inputs },
  { name: "expected", kind: "json", cell: ({ expected }) => expected },
  { name: "outputs", kind: "json", cell: ({ outputs }) => outputs },
  { name: "scores", kind: "json", cell: ({ scores }) => scores },
  { name: "other", kind: "json", cell: ({ other }) => other },
];
