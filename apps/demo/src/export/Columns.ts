/**
 * A record as a row of a table. Free-form objects are JSON. Each metric has a column for its value and one for its
 * reasoning, if it appears in the first records: a table's columns are fixed before its rows. The column `scores` has
 * the scores of all metrics.
 */
import { MetricConfigId, RecordWithScores, type Score } from "@scorecard-effect/contract";
import { Schema } from "effect";
import { kindOf } from "../analysis/MetricKind.ts";
import { readingOf, reasoningOf, type Value } from "../analysis/ScoreReading.ts";

/** A metric with columns of its own. */
export const Metric = Schema.Struct({
  metricConfigId: MetricConfigId,
  /** The kind of most of its first scores. Scores of another kind appear in the column `scores` alone. */
  kind: Schema.Literals(["boolean", "number"]),
});
export interface Metric extends Schema.Schema.Type<typeof Metric> {}

/** A column. Text and JSON are distinct kinds: CSV must disarm formulas in text, and JSON never starts one. */
export interface Column {
  readonly name: string;
  readonly kind: "text" | "json" | "boolean" | "number";
  readonly cell: (record: RecordWithScores) => string | Value | undefined;
}

/** The most metrics that get columns of their own. */
const maxMetrics = 50;

/** The metrics that appear in the first records. */
export const metricsOf = (records: ReadonlyArray<RecordWithScores>): ReadonlyArray<Metric> => {
  const counts = new Map<MetricConfigId, { booleans: number; numbers: number }>();
  for (const score of records.flatMap(({ scores }) => scores)) {
    const reading = readingOf(score);
    if (typeof reading === "string") continue;
    const count = counts.get(score.metricConfigId) ?? { booleans: 0, numbers: 0 };
    count[typeof reading === "boolean" ? "booleans" : "numbers"] += 1;
    counts.set(score.metricConfigId, count);
  }
  return Array.from(counts)
    .flatMap(([metricConfigId, count]): ReadonlyArray<Metric> => {
      const kind = kindOf({ ...count, others: 0 });
      return kind === "other" ? [] : [{ metricConfigId, kind }];
    })
    .slice(0, maxMetrics);
};

/** The columns of a table. */
export const columnsOf = (metrics: ReadonlyArray<Metric>): ReadonlyArray<Column> => [
  { name: "id", kind: "text", cell: ({ id }) => id },
  { name: "runId", kind: "text", cell: ({ runId }) => runId },
  { name: "testcaseId", kind: "text", cell: ({ testcaseId }) => testcaseId },
  ...metrics.flatMap(metricColumns),
  { name: "inputs", kind: "json", cell: ({ inputs }) => JSON.stringify(inputs) },
  { name: "expected", kind: "json", cell: ({ expected }) => JSON.stringify(expected) },
  { name: "outputs", kind: "json", cell: ({ outputs }) => JSON.stringify(outputs) },
  { name: "scores", kind: "json", cell: ({ scores }) => JSON.stringify(scores) },
  { name: "other", kind: "json", cell: otherFields },
];

const metricColumns = ({ metricConfigId, kind }: Metric): ReadonlyArray<Column> => {
  const validScore = ({ scores }: RecordWithScores): Score | undefined =>
    scores.find(
      (score) => score.metricConfigId === metricConfigId && readingOf(score) !== "invalid",
    );
  return [
    {
      name: metricConfigId,
      kind,
      cell: (record) => {
        const score = validScore(record);
        const reading = score === undefined ? undefined : readingOf(score);
        return (kind === "boolean" && typeof reading === "boolean") ||
          (kind === "number" && typeof reading === "number")
          ? reading
          : undefined;
      },
    },
    {
      name: `${metricConfigId}_reasoning`,
      kind: "text",
      cell: (record) => {
        const score = validScore(record);
        return score === undefined ? undefined : reasoningOf(score);
      },
    },
  ];
};

/** The fields that the contract does not know, if there are any. */
const otherFields = (record: RecordWithScores): string | undefined => {
  const others = Object.entries(record).filter(([name]) => !knownFields.has(name));
  return others.length === 0 ? undefined : JSON.stringify(Object.fromEntries(others));
};

const knownFields: ReadonlySet<string> = new Set(Object.keys(RecordWithScores.fields));
