/**
 * A record as a row of a table. What is free-form stays JSON; each metric with scores of a shape in use has a
 * column for its value and one for its reasoning, as long as the first records show it: a table's columns are
 * told before its rows. `scores` has all of them, of every shape.
 */
import { MetricConfigId, RecordWithScores, type Score } from "@scorecard-effect/contract";
import { Schema } from "effect";
import { isFlagged, reasoningOf, type Value, valueOf } from "../analysis/ScoreReading.ts";

/** A metric that has columns of its own. */
export const Metric = Schema.Struct({
  metricConfigId: MetricConfigId,
  /** What its first scores mostly are. Scores of another kind are in `scores` alone. */
  kind: Schema.Literals(["boolean", "number"]),
});
export interface Metric extends Schema.Schema.Type<typeof Metric> {}

/** A cell: JSON is told from text, because one needs no care that the other does. */
export interface Column {
  readonly name: string;
  readonly kind: "text" | "json" | "boolean" | "number";
  readonly cell: (record: RecordWithScores) => string | Value | undefined;
}

/** The most metrics that get columns of their own. */
const maxMetrics = 50;

/** The metrics that the first records show. */
export const metricsOf = (records: ReadonlyArray<RecordWithScores>): ReadonlyArray<Metric> => {
  const counts = new Map<MetricConfigId, { boolean: number; number: number }>();
  for (const score of records.flatMap(({ scores }) => scores)) {
    const value = isFlagged(score) ? undefined : valueOf(score);
    if (value === undefined) continue;
    const count = counts.get(score.metricConfigId) ?? { boolean: 0, number: 0 };
    count[typeof value === "boolean" ? "boolean" : "number"] += 1;
    counts.set(score.metricConfigId, count);
  }
  return Array.from(counts, ([metricConfigId, count]): Metric => ({
    metricConfigId,
    kind: count.boolean >= count.number ? "boolean" : "number",
  })).slice(0, maxMetrics);
};

/** The columns of a table. */
export const columnsOf = (metrics: ReadonlyArray<Metric>): ReadonlyArray<Column> => [
  { name: "id", kind: "text", cell: ({ id }) => id },
  { name: "runId", kind: "text", cell: ({ runId }) => runId },
  { name: "testcaseId", kind: "text", cell: ({ testcaseId }) => testcaseId },
  ...metrics.flatMap(({ metricConfigId, kind }): ReadonlyArray<Column> => {
    const scoreIn = ({ scores }: RecordWithScores): Score | undefined =>
      scores.find((score) => score.metricConfigId === metricConfigId && !isFlagged(score));
    return [
      {
        name: metricConfigId,
        kind,
        cell: (record) => {
          const score = scoreIn(record);
          const value = score === undefined ? undefined : valueOf(score);
          // oxlint-disable-next-line valid-typeof -- one of the two kinds above
          return typeof value === kind ? value : undefined;
        },
      },
      {
        name: `${metricConfigId}_reasoning`,
        kind: "text",
        cell: (record) => {
          const score = scoreIn(record);
          return score === undefined ? undefined : reasoningOf(score);
        },
      },
    ];
  }),
  { name: "inputs", kind: "json", cell: ({ inputs }) => JSON.stringify(inputs) },
  { name: "expected", kind: "json", cell: ({ expected }) => JSON.stringify(expected) },
  { name: "outputs", kind: "json", cell: ({ outputs }) => JSON.stringify(outputs) },
  { name: "scores", kind: "json", cell: ({ scores }) => JSON.stringify(scores) },
  { name: "other", kind: "json", cell: otherFields },
];

/** The fields that the contract does not know, if there are any. */
const otherFields = (record: RecordWithScores): string | undefined => {
  const others = Object.entries(record).filter(([name]) => !known.has(name));
  return others.length === 0 ? undefined : JSON.stringify(Object.fromEntries(others));
};

const known: ReadonlySet<string> = new Set(Object.keys(RecordWithScores.fields));
