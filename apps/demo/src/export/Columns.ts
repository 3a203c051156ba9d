/**
 * The columns of a table. Each value of a metric's scores that appears in the first records has a column, and each of
 * these metrics has one for its reasoning. The column `scores` has the scores of all metrics.
 */
import { kindOf, type MetricKind } from "../analysis/MetricKind.ts";
import * as Series from "../analysis/Series.ts";
import type { Extras } from "./ExtraColumns.ts";
import type { Row } from "./Row.ts";

/** A member of a metric's scores with a column of its own. */
export interface Metric {
  /** The metric's id, in lower case. */
  readonly metricId: string;
  readonly member: string;
  /** The kind of most of its first values. Values of another kind appear in the column `scores` alone. */
  readonly kind: Exclude<MetricKind, "other">;
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

/** The members that have values in some rows, in order of first appearance. */
export const metricsOf = (
  rows: ReadonlyArray<Row>,
  series: Series.SeriesIndex,
): ReadonlyArray<Metric> =>
  series.all
    .flatMap(({ metricId, member, index }): ReadonlyArray<Metric> => {
      const counts = { booleans: 0, numbers: 0, categories: 0 };
      for (const { cells } of rows) {
        const cell = cells[index];
        if (typeof cell === "number") counts.numbers += 1;
        else if (typeof cell === "string") counts.categories += 1;
        else if (typeof cell === "boolean" || isShare(cell)) counts.booleans += 1;
      }
      const kind = kindOf(counts);
      return member === null || kind === "other" ? [] : [{ metricId, member, kind }];
    })
    .slice(0, maxMetrics);

const isShare = (cell: Row["cells"][number] | undefined): boolean =>
  typeof cell === "object" && cell !== null && "passes" in cell;

/** The name of a member's column. */
export const nameOf = (metrics: ReadonlyArray<Metric>, { metricId, member }: Metric): string =>
  metrics.filter((other) => other.metricId === metricId).length > 1
    ? Series.keyText({ metricId, member })
    : metricId;

/** The columns of a table with these metrics. Rows must be made with the same series. */
export const columnsOf = (
  metrics: ReadonlyArray<Metric>,
  series: Series.SeriesIndex,
  { by, trials }: Extras,
): ReadonlyArray<Column> => [
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
  ...Array.from(Map.groupBy(metrics, ({ metricId }) => metricId)).flatMap(([metricId, own]) => {
    const { index: whole } = series.of(metricId, null);
    return [
      ...own.map((metric): Column => {
        const { index } = series.of(metricId, metric.member);
        const type = typeOf(metric);
        return {
          name: nameOf(own, metric),
          kind: metric.kind === "category" ? "text" : metric.kind,
          cell: ({ cells }) => {
            const cell = cells[index];
            return typeof cell === type && typeof cell !== "object" ? cell : undefined;
          },
        };
      }),
      {
        name: `${metricId}_reasoning`,
        kind: "text",
        cell: ({ reasoning }): string | undefined => reasoning[whole],
      } satisfies Column,
    ];
  }),
  { name: "inputs", kind: "json", cell: ({ inputs }) => inputs },
  { name: "expected", kind: "json", cell: ({ expected }) => expected },
  { name: "outputs", kind: "json", cell: ({ outputs }) => outputs },
  { name: "scores", kind: "json", cell: ({ scores }) => scores },
  { name: "other", kind: "json", cell: ({ other }) => other },
];

/** The type of the cells of a member's column. */
export const typeOf = ({ kind }: Metric): "boolean" | "number" | "string" =>
  kind === "category" ? "string" : kind;
