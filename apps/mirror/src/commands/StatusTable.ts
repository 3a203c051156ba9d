/** How runs stand, as a table for people. */
import { printable } from "@scorecard-effect/contract";
import { Schema } from "effect";
import type { Progress } from "../store/MirrorStore.ts";

const Told = Schema.Struct({ message: Schema.String });

const noteOf = ({ error, state, rescans, unchanged }: Progress): string => {
  const told = Schema.is(Told)(error) ? error.message : "";
  if (told !== "") return state === "running" ? `retrying: ${told}` : told;
  if (rescans > 0) return `read anew ${times(rescans)}`;
  return unchanged > 0 ? `found unchanged ${times(unchanged)}` : "";
};

const times = (count: number): string => ["", "once", "twice"][count] ?? `${count} times`;

// An id may be as long as it likes, and a table may not.
const short = (id: string): string => (id.length > 64 ? `${id.slice(0, 63)}…` : id);

const columns: ReadonlyArray<readonly [head: string, cell: (progress: Progress) => string]> = [
  ["run", ({ runId }) => short(printable(runId))],
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

/** A line for each run, below a line of heads. */
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
