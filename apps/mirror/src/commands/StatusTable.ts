/** A table of runs for a terminal. */
import { printable } from "@scorecard-effect/contract";
import { Schema } from "effect";
import type { Progress } from "../store/Progress.ts";

const WithMessage = Schema.Struct({ message: Schema.String });

const noteOf = ({ error, state, rescans, unchanged }: Progress): string => {
  const message = Schema.is(WithMessage)(error) ? error.message : "";
  if (message !== "") return state === "running" ? `retrying: ${message}` : message;
  if (rescans > 0) return `rescanned ${formatTimes(rescans)}`;
  return unchanged > 0 ? `unchanged ${formatTimes(unchanged)}` : "";
};

const formatTimes = (count: number): string => ["", "once", "twice"][count] ?? `${count} times`;

const maxIdLength = 64;
const shorten = (id: string): string =>
  id.length > maxIdLength ? `${id.slice(0, maxIdLength - 1)}…` : id;

const columns: ReadonlyArray<readonly [head: string, cell: (progress: Progress) => string]> = [
  ["run", ({ runId }) => shorten(printable(runId))],
  ["state", ({ state }) => state],
  ["generation", ({ generation }) => String(generation)],
  [
    "records",
    ({ records, total }) => (total === null ? String(records) : `${records} of ${total}`),
  ],
  ["pages", ({ pages }) => String(pages)],
  ["changed", ({ changed }) => String(changed)],
  ["note", (progress) => printable(noteOf(progress))],
];

/** A line with the heads of the columns, and a line for each run. */
export const format = (runs: ReadonlyArray<Progress>): string => {
  const rows = [
    columns.map(([head]) => head),
    ...runs.map((run) => columns.map(([, cell]) => cell(run))),
  ];
  const widths = columns.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
};
