/**
 * Which metrics have columns, and what the columns are called. Those that the metrics file describes come first, in its
 * order, whether a record has their scores or not: the same file gives every run the same columns. The other metrics have
 * columns for the members that have values in the first records.
 */
import { kindOf, type MetricKind } from "../analysis/MetricKind.ts";
import * as Series from "../analysis/Series.ts";
import { type ChosenColumns, fixedNames, maxMetrics, type Metric } from "./Columns.ts";
import type { Extras } from "./ExtraColumns.ts";
import type { Row } from "./Row.ts";

/** A metric that is to have a column, before the column has a name. */
type Unnamed = Omit<Metric, "column"> & { readonly name: string | undefined };

/** Chooses the columns by the metrics file and the first rows. */
export const choose = (
  rows: ReadonlyArray<Row>,
  series: Series.SeriesIndex,
  extras: Extras,
): ChosenColumns => {
  const { knowledge } = series;
  const found = membersIn(rows, series);
  const fromFile = Array.from(knowledge.metrics, ([metricId, readings]) =>
    readings.flatMap(({ name, member, kind, pass }): ReadonlyArray<Unnamed> => {
      const known = pass === undefined ? kind : "boolean";
      if (member !== undefined) {
        const first = found.find((own) => own.metricId === metricId && own.member === member);
        return [{ metricId, member, kind: known ?? first?.kind ?? "any", name }];
      }
      const own = found.filter((other) => other.metricId === metricId);
      return own.length > 0 ? own : [{ metricId, member: null, kind: known ?? "any", name }];
    }),
  ).flat();
  const others = found.filter(({ metricId }) => !knowledge.metrics.has(metricId));
  return named([...fromFile, ...others].slice(0, maxMetrics), extras);
};

/** The members that have values in some rows, in order of first appearance. */
const membersIn = (
  rows: ReadonlyArray<Row>,
  series: Series.SeriesIndex,
): ReadonlyArray<Unnamed & { readonly kind: Exclude<MetricKind, "other"> }> =>
  series.all.flatMap(({ metricId, member, name, index }) => {
    const counts = { booleans: 0, numbers: 0, categories: 0 };
    for (const { cells } of rows) {
      const cell = cells[index];
      if (typeof cell === "number") counts.numbers += 1;
      else if (typeof cell === "string") counts.categories += 1;
      else if (typeof cell === "boolean" || isShare(cell)) counts.booleans += 1;
    }
    const kind = kindOf(counts);
    return member === null || kind === "other" ? [] : [{ metricId, member, kind, name }];
  });

const isShare = (cell: Row["cells"][number] | undefined): boolean =>
  typeof cell === "object" && cell !== null && "passes" in cell;

/** Names columns, each unlike the others in any case: databases tell names apart without it. */
const named = (metrics: ReadonlyArray<Unnamed>, extras: Extras): ChosenColumns => {
  const taken = new Set(fixedNames(extras).map((name) => name.toLowerCase()));
  const renamed: Array<{ readonly wanted: string; readonly column: string }> = [];
  const free = (wanted: string, metricId: string): string => {
    let column = wanted;
    for (let number = 1; taken.has(column.toLowerCase()); number++) {
      const start = metricId.slice(0, 8);
      column = `${wanted} (${number === 1 ? start : `${start} ${number}`})`;
    }
    taken.add(column.toLowerCase());
    if (column !== wanted) renamed.push({ wanted, column });
    return column;
  };
  const groups = Array.from(Map.groupBy(metrics, ({ metricId }) => metricId));
  const chosen = groups.map(([metricId, own]) => ({
    metricId,
    metrics: own.map(({ member, kind, name }): Metric => {
      const isShared = own.filter((other) => other.name === name).length > 1;
      const wanted =
        name === undefined
          ? Series.keyText({ metricId, member: isShared ? member : null })
          : isShared
            ? `${name} ${member}`
            : name;
      const column = free(wanted, metricId);
      const reduction = extras.testcases?.reduction;
      return reduction === undefined || member === null || kind === "any"
        ? { metricId, member, kind, column }
        : { metricId, member, kind, column, ofTestcase: free(`${column}_${reduction}`, metricId) };
    }),
  }));
  return {
    metrics: chosen.flatMap((own) => own.metrics),
    // After all metrics: a metric may be called like the reasoning of another.
    reasoning: chosen.map(({ metricId, metrics: own }, group) => {
      const { name } = groups[group]?.[1][0] ?? {};
      const base = name === undefined ? metricId : (own[0]?.column ?? name);
      return { metricId, column: free(`${base}_reasoning`, metricId) };
    }),
    renamed,
  };
};
