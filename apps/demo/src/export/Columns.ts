/**
 * A record as a row of a table. Free-form objects are JSON. Each value of a metric's scores that appears in the first
 * records has a column, and each of these metrics has one for its reasoning: a table's columns are fixed before its
 * rows. The column `scores` has the scores of all metrics.
 */
import { RecordWithScores } from "@scorecard-effect/contract";
import { Schema } from "effect";
import { type Cell, cellsOf } from "../analysis/Cell.ts";
import * as CellTable from "../analysis/CellTable.ts";
import { isInvalid, reasoningOf } from "../analysis/ScoreReading.ts";
import * as Series from "../analysis/Series.ts";
import { kindOfSeries } from "../analysis/Trials.ts";

/** A member of a metric's scores with a column of its own. */
export const Metric = Schema.Struct({
  /** The metric's id, in lower case. */
  metricId: Schema.String,
  member: Schema.String,
  /** The kind of most of its first scores. Scores of another kind appear in the column `scores` alone. */
  kind: Schema.Literals(["boolean", "number", "category"]),
});
export interface Metric extends Schema.Schema.Type<typeof Metric> {}

/** A column. Text and JSON are distinct kinds: CSV must disarm formulas in text, and JSON never starts one. */
export interface Column {
  readonly name: string;
  readonly kind: "text" | "json" | "boolean" | "number";
  readonly cell: (record: RecordWithScores) => string | boolean | number | undefined;
}

/** The most metrics that get columns of their own. */
const maxMetrics = 50;

/** The metrics that appear in the first records. */
export const metricsOf = (records: ReadonlyArray<RecordWithScores>): ReadonlyArray<Metric> => {
  const table = CellTable.make(Series.make());
  for (const record of records) table.add(null, cellsOf(record, table.series));
  return table.series.all
    .flatMap(({ metricId, member, index }): ReadonlyArray<Metric> => {
      const kind = kindOfSeries([table], index);
      return member === null || kind === "other" ? [] : [{ metricId, member, kind }];
    })
    .slice(0, maxMetrics);
};

/** The columns of a table. */
export const columnsOf = (metrics: ReadonlyArray<Metric>): ReadonlyArray<Column> => [
  { name: "id", kind: "text", cell: ({ id }) => id },
  { name: "runId", kind: "text", cell: ({ runId }) => runId },
  { name: "testcaseId", kind: "text", cell: ({ testcaseId }) => testcaseId },
  ...metricColumns(metrics),
  { name: "inputs", kind: "json", cell: ({ inputs }) => JSON.stringify(inputs) },
  { name: "expected", kind: "json", cell: ({ expected }) => JSON.stringify(expected) },
  { name: "outputs", kind: "json", cell: ({ outputs }) => JSON.stringify(outputs) },
  { name: "scores", kind: "json", cell: ({ scores }) => JSON.stringify(scores) },
  { name: "other", kind: "json", cell: otherFields },
];

const metricColumns = (metrics: ReadonlyArray<Metric>): ReadonlyArray<Column> => {
  const index = Series.make();
  // The cells of a record are made once, for all of its columns.
  const known = new WeakMap<RecordWithScores, ReadonlyArray<Cell>>();
  const cellOf = (record: RecordWithScores, number: number): Cell => {
    const cells = known.get(record) ?? cellsOf(record, index);
    known.set(record, cells);
    return cells[number] ?? null;
  };
  const ids = Array.from(new Set(metrics.map(({ metricId }) => metricId)));
  return ids.flatMap((id) => {
    const own = metrics.filter(({ metricId }) => metricId === id);
    return [
      ...own.map(({ member, kind }): Column => {
        const { index: number } = index.of(id, member);
        const wanted = kind === "category" ? "string" : kind;
        return {
          name: own.length > 1 ? `${id}/${member}` : id,
          kind: kind === "category" ? "text" : kind,
          cell: (record) => {
            const cell = cellOf(record, number);
            return typeof cell === wanted && typeof cell !== "object" ? cell : undefined;
          },
        };
      }),
      {
        name: `${id}_reasoning`,
        kind: "text",
        cell: ({ scores }): string | undefined => {
          const score = scores.find(
            (one) => one.metricConfigId.toLowerCase() === id && !isInvalid(one),
          );
          return score === undefined ? undefined : reasoningOf(score);
        },
      } satisfies Column,
    ];
  });
};

/** The fields that the contract does not know, if there are any. */
const otherFields = (record: RecordWithScores): string | undefined => {
  const others = Object.entries(record).filter(([name]) => !knownFields.has(name));
  return others.length === 0 ? undefined : JSON.stringify(Object.fromEntries(others));
};

const knownFields: ReadonlySet<string> = new Set(Object.keys(RecordWithScores.fields));
