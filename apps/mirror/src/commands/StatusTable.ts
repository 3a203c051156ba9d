/** Tables of runs for a terminal, and the same for programs. */
import { printable } from "@scorecard-effect/contract";
import { Schema } from "effect";
import type { ListedRun, Progress } from "../store/Progress.ts";
import { listedStates } from "../store/RunState.ts";
import { formatSeconds } from "./DurationFlag.ts";

const WithMessage = Schema.Struct({ message: Schema.String });

/** The message of a run's failure or note, as its row holds it; empty where it has none. */
export const messageOf = (error: unknown): string =>
  Schema.is(WithMessage)(error) ? error.message : "";

const noteOf = (run: Progress): string =>
  [failureOf(run), run.quarantined === 0 ? "" : `${run.quarantined} records in quarantine`]
    .filter((note) => note !== "")
    .join("; ");

const failureOf = ({ error, failingSince, state, rescans, unchanged }: Progress): string => {
  const message = messageOf(error);
  const since = failingSince === null ? "" : ` since ${failingSince.toISOString()}`;
  if (message !== "") return state === "running" ? `retrying${since}: ${message}` : message;
  if (rescans > 0) return `rescanned ${formatTimes(rescans)}`;
  return unchanged > 0 ? `unchanged ${formatTimes(unchanged)}` : "";
};

const formatTimes = (count: number): string => ["", "once", "twice"][count] ?? `${count} times`;

const maxIdLength = 64;
const shorten = (id: string): string =>
  id.length > maxIdLength ? `${id.slice(0, maxIdLength - 1)}…` : id;

/** The database's time at which a run was listed, in milliseconds since the epoch. */
const nowOf = ({ ageSeconds, updatedAt }: ListedRun): number =>
  Date.parse(updatedAt) + ageSeconds * 1000;

const formatAgo = (run: ListedRun, at: Date | null): string =>
  at === null ? "" : `${formatSeconds((nowOf(run) - at.getTime()) / 1000)} ago`;

const formatNext = (run: ListedRun): string => {
  const { nextRefreshAt } = run;
  if (nextRefreshAt === null) return "";
  const seconds = (nextRefreshAt.getTime() - nowOf(run)) / 1000;
  return seconds <= 0 ? "due" : `in ${formatSeconds(seconds)}`;
};

const columns: ReadonlyArray<readonly [head: string, cell: (run: ListedRun) => string]> = [
  ["run", ({ runId }) => shorten(printable(runId))],
  ["state", ({ state }) => state],
  ["generation", ({ generation }) => String(generation)],
  [
    "records",
    ({ records, total }) => (total === null ? String(records) : `${records} of ${total}`),
  ],
  ["pages", ({ pages }) => String(pages)],
  ["changed", ({ changed }) => String(changed)],
  ["since", ({ ageSeconds }) => formatSeconds(ageSeconds)],
  ["success", (run) => formatAgo(run, run.lastSuccessAt)],
  ["change", (run) => formatAgo(run, run.lastChangedAt)],
  ["refresh", formatNext],
  ["note", (progress) => printable(noteOf(progress))],
];

/** A line with the heads of the columns, and a line for each run. */
export const format = (runs: ReadonlyArray<ListedRun>): string => {
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

/** How many runs are in each state, and how long the longest of them has been there. States without a run are left out. */
export const countStates = (runs: ReadonlyArray<ListedRun>) =>
  listedStates.flatMap((state) => {
    const ages = runs.filter((run) => run.state === state).map(({ ageSeconds }) => ageSeconds);
    return ages.length === 0
      ? []
      : [{ state, runs: ages.length, oldestSeconds: Math.floor(Math.max(...ages)) }];
  });

/** The counts in one line: `2 running (oldest 5 s), 1 parked (oldest 3 h 5 min)`. */
export const formatCounts = (runs: ReadonlyArray<ListedRun>): string =>
  countStates(runs)
    .map((count) => `${count.runs} ${count.state} (oldest ${formatSeconds(count.oldestSeconds)})`)
    .join(", ");
