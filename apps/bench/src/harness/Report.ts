/** Figures as text for a terminal. */
import { type Bench, unitOf } from "./Bench.ts";
import type { BoundedCount, BoundedCounts } from "./BoundedCount.ts";
import type { Figures } from "./Race.ts";

/** A table with a line for each contender, and below it a line for each bound. */
export const table = (bench: Bench, rows: ReadonlyArray<Figures>): string => {
  const unit = unitOf(bench);
  const cells = [
    ["", unit, "ratio", `CPU ${unit}`, "peak MiB"],
    ...rows.map(({ contender, time, ratio, cpu, peak }) => [
      contender,
      digits(time),
      `${ratio.toFixed(3)}x`,
      digits(cpu),
      peak.toFixed(0),
    ]),
  ];
  const widths = cells[0]?.map((_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  const lines = cells.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths?.[column] ?? 0) : cell.padStart(widths?.[column] ?? 0),
      )
      .join("  "),
  );
  const bounds = rows.flatMap(({ contender, bounds: own }) =>
    own.map((bound) => {
      const figure = { time: "time", cpu: "CPU time", peak: "peak memory" }[bound.figure];
      const max = bound.more ?? bound.times ?? Number.NaN;
      const [measured, limit] =
        bound.more === undefined
          ? [`${bound.measured.toFixed(3)}x`, `${max.toFixed(2)}x`]
          : [`${bound.measured.toFixed(1)} MiB more than`, `${max} MiB`];
      const verdict = bound.kept
        ? "ok"
        : `over by ${((bound.measured / max - 1) * 100).toFixed(1)} %`;
      return `${verdict}: ${contender}: ${figure} ${measured} ${bound.against}, at most ${limit}`;
    }),
  );
  return [
    `${bench.name}: ${bench.what}`,
    ...[...lines, ...bounds].map((line) => `  ${line}`),
    "",
  ].join("\n");
};

const digits = (value: number): string => value.toFixed(value < 1000 ? 1 : 0);

/** A line for each count. */
export const list = ({ name, what }: BoundedCounts, counts: ReadonlyArray<BoundedCount>): string =>
  [
    `${name}: ${what}`,
    ...counts.map(({ of, value, unit, most: max }) => {
      const amount = (own: number): string =>
        `${Number.isInteger(own) ? own : own.toFixed(own < 10 ? 2 : 1)} ${unit}`.trimEnd();
      if (max === undefined) return `  ${of}: ${amount(value)}`;
      const excess = max === 0 ? amount(value) : `${((value / max - 1) * 100).toFixed(1)} %`;
      const verdict = value <= max ? "ok" : `over by ${excess}`;
      return `  ${verdict}: ${of}: ${amount(value)}, at most ${amount(max)}`;
    }),
    "",
  ].join("\n");
