/** The parts that reports are made of: a table that fits the screen, titled lists, findings with their reasoning. */
import { isWithin, wrap } from "./Layout.ts";
import type { Screen } from "./Screen.ts";

/** Ends each line with a line break. */
export const textOf = (lines: ReadonlyArray<string>): string =>
  lines.map((line) => `${line}\n`).join("");

/** The first layout of a table that fits the screen, with its head dimmed; undefined where none fits. */
export const fittingTable = (
  layouts: ReadonlyArray<() => ReadonlyArray<string>>,
  { paint, width }: Screen,
): string | undefined => {
  for (const layout of layouts) {
    const lines = layout();
    const [head = "", ...rows] = lines;
    if (isWithin(lines, width)) return textOf([paint.dim(head), ...rows]);
  }
  return undefined;
};

/** Lines below a title; empty where there are no lines. */
export const titled = (
  title: string,
  lines: ReadonlyArray<string>,
  { paint, width }: Screen,
): string =>
  lines.length === 0 ? "" : textOf([...wrap(`  ${title}`, 3, width).map(paint.dim), ...lines]);

/** A finding on one line, made of several parts, and below it the metric's reasoning on up to three lines. */
export const finding = (
  head: ReadonlyArray<string | undefined>,
  reasoning: string | undefined,
  { width, paint, safe }: Screen,
): ReadonlyArray<string> => [
  ...wrap(`  ${head.join("  ")}`, 1, width),
  ...(reasoning === undefined ? [] : wrap(`      ${safe(reasoning)}`, 3, width).map(paint.dim)),
];
