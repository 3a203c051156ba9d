/** The source file of dbt for the tables and views of a mirror. */
import { listedStates } from "../store/RunState.ts";
import type { MetricView } from "../store/MetricViews.ts";
import { wideView } from "../store/MetricViews.ts";

interface Column {
  readonly name: string;
  readonly description?: string;
  readonly data_type?: string;
  readonly data_tests?: ReadonlyArray<unknown>;
}

interface Table {
  readonly name: string;
  readonly description: string;
  readonly loaded_at_field?: string;
  readonly columns: ReadonlyArray<Column>;
}

const key: ReadonlyArray<Column> = [
  { name: "run_id", data_type: "text", data_tests: ["not_null"] },
  { name: "record_id", data_type: "text", data_tests: ["not_null"] },
];

const tables: ReadonlyArray<Table> = [
  {
    name: "runs",
    description: "One row for each run: its state, and when it was last complete",
    loaded_at_field: "last_success_at",
    columns: [
      { name: "run_id", data_type: "text", data_tests: ["not_null", "unique"] },
      {
        name: "state",
        data_type: "text",
        data_tests: [{ accepted_values: { values: [...listedStates, "forgotten"] } }],
      },
      { name: "last_success_at", data_type: "timestamp with time zone" },
    ],
  },
  {
    name: "records",
    description: "One row for each record. Rows with a vanished_at are no longer listed",
    columns: key,
  },
  {
    name: "scores",
    description: "One row for each score. Rows with a vanished_at are no longer listed",
    columns: [...key, { name: "metric_config_id", data_type: "text", data_tests: ["not_null"] }],
  },
];

const metricTable = ({ view, type, description }: MetricView): Table => ({
  name: view,
  description,
  columns: [
    ...key,
    { name: "testcase_id", data_type: "text" },
    { name: "ordinal", data_type: "smallint" },
    { name: "value", data_type: type, description },
    { name: "pass", data_type: "boolean" },
    { name: "changed_at", data_type: "timestamp with time zone" },
  ],
});

const wideTable = (views: ReadonlyArray<MetricView>): Table => ({
  name: wideView,
  description: "One row for each record, with the values of all metrics",
  columns: [
    ...key,
    { name: "testcase_id", data_type: "text" },
    { name: "position", data_type: "bigint" },
    { name: "changed_at", data_type: "timestamp with time zone" },
    ...views.flatMap(({ column, type, description, reading }) => [
      { name: column, data_type: type, description },
      ...(reading.pass === undefined ? [] : [{ name: `${column}_pass`, data_type: "boolean" }]),
    ]),
  ],
});

/** YAML of plain data. Every text is quoted as JSON, which YAML reads. */
const yaml = (value: unknown, indent: string): string => {
  if (Array.isArray(value)) {
    return value
      .map((item: unknown) => `\n${indent}- ${yaml(item, `${indent}  `).trimStart()}`)
      .join("");
  }
  if (typeof value === "object" && value !== null) {
    return Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]: readonly [string, unknown]) => {
        const text = yaml(member, `${indent}  `);
        return `\n${indent}${name}:${text.startsWith("\n") ? text : ` ${text}`}`;
      })
      .join("");
  }
  return JSON.stringify(value);
};

/** The text of the file. */
export const format = (schema: string, views: ReadonlyArray<MetricView>): string => {
  const source = {
    name: "scorecard_mirror",
    description: "Runs of Scorecard, mirrored. This file is written by mirror views --dbt",
    schema,
    freshness: {
      warn_after: { count: 12, period: "hour" },
      error_after: { count: 24, period: "hour" },
    },
    tables: [
      ...tables,
      ...views.map(metricTable),
      ...(views.length === 0 ? [] : [wideTable(views)]),
    ],
  };
  return `${yaml({ version: 2, sources: [source] }, "").trimStart()}\n`;
};
