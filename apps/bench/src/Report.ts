/** Figures as a table to read. */
import type { Bench } from "./Bench.ts";
import type { Count, Counts } from "./Count.ts";
import type { Figures } from "./Race.ts";

/** A table of what was measured, a line each contender, and below it how the bounds were kept. */
export const table = ({ name, what, units }: Bench, rows: ReadonlyArray<Figures>): string => {
  const unit = `${units.time ?? "ns"}/${units.name}`;
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
      const most = bound.more ?? bound.times ?? Number.NaN;
      const [measured, limit] =
        bound.more === undefined
          ? [`${bound.measured.toFixed(3)}x`, `${most.toFixed(2)}x`]
          : [`${bound.measured.toFixed(1)} MiB more than`, `${most} MiB`];
      const verdict = bound.kept
        ? "ok"
        : `over by ${((bound.measured / most - 1) * 100).toFixed(1)} %`;
      return `${verdict}: ${contender}: ${figure} ${measured} ${bound.against}, at most ${limit}`;
    }),
  );
  return [`${name}: ${what}`, ...[...lines, ...bounds].map((line) => `  ${line}`), ""].join("\n");
};

const digits = (value: number): string => value.toFixed(value < 1000 ? 1 : 0);

/** What was counted, a line each. */
export const list = ({ name, what }: Counts, counts: ReadonlyArray<Count>): string =>
  [
    `${name}: ${what}`,
    ...counts.map(({ of, value, unit, most }) => {
      const amount = (own: number): string =>
        `${Number.isInteger(own) ? own : own.toFixed(own < 10 ? 2 : 1)} ${unit}`.trimEnd();
      if (most === undefined) return `  ${of}: ${amount(value)}`;
      const over = most === 0 ? amount(value) : `${((value / most - 1) * 100).toFixed(1)} %`;
      const verdict = value <= most ? "ok" : `over by ${over}`;
      return `  ${verdict}: ${of}: ${amount(value)}, at most ${amount(most)}`;
    }),
    "",
  ].join("\n");
