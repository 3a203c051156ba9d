/** How text is laid out in a terminal: measured, cut, wrapped and set in columns. */
import * as CliOutput from "effect/cli/CliOutput";

/** How many columns of a terminal a text takes. */
export const widthOf = CliOutput.displayWidth;

/** Makes a text exactly `width` columns wide: pads it with spaces, or cuts it. */
export const fit = (text: string, width: number): string => pad(cut(text, width), width);

/** Cuts a text that is wider than `width` columns, and ends it with an ellipsis. Never splits a grapheme. */
export const cut = (text: string, width: number): string => {
  // A long text is not measured to its end: this is longer than any terminal is wide.
  const start = text.slice(0, 8 * width + 8);
  if (start.length === text.length && widthOf(text) <= width) return text;
  let shown = "";
  let used = 0;
  for (const { segment } of segmenter.segment(start)) {
    used += widthOf(segment);
    if (used > width - 1) break;
    shown += segment;
  }
  return `${shown}…`;
};

const segmenter = new Intl.Segmenter();

const pad = (text: string, width: number): string =>
  text + " ".repeat(Math.max(0, width - widthOf(text)));
const padLeft = (text: string, width: number): string =>
  " ".repeat(Math.max(0, width - widthOf(text))) + text;

/** How rows are set in columns. */
interface ColumnOptions {
  /** How many columns, counted from the left, are left-aligned; the others are right-aligned, as numbers are. */
  readonly textColumns: number;
  /** Spaces between columns. Default 3. */
  readonly gap?: number;
}

/** Sets rows in columns, a line each. */
export const columns = (
  rows: ReadonlyArray<ReadonlyArray<string>>,
  { textColumns, gap = 3 }: ColumnOptions,
): ReadonlyArray<string> => {
  const widths =
    rows[0]?.map((_, column) => Math.max(...rows.map((row) => widthOf(row[column] ?? "")))) ?? [];
  return rows.map((row) => {
    const cells = row.map((cell, column) =>
      (column < textColumns ? pad : padLeft)(cell, widths[column] ?? 0),
    );
    return `  ${cells.join(" ".repeat(gap))}`.trimEnd();
  });
};

/** Texts are wrapped up to this length; a longer one is cut. */
const maxWrappedLength = 2000;

/**
 * Wraps a text at spaces, onto at most `maxLines` lines with the indent of the first. The last line is cut where
 * the text does not fit. Without a width the text stays on one line.
 */
export const wrap = (
  text: string,
  maxLines: number,
  width: number | undefined,
): ReadonlyArray<string> => {
  const whole = text.length > maxWrappedLength ? `${text.slice(0, maxWrappedLength)}…` : text;
  if (width === undefined || widthOf(whole) <= width) return [whole];
  const indent = whole.slice(0, whole.length - whole.trimStart().length);
  const lines: Array<string> = [];
  let rest = whole;
  while (lines.length < maxLines - 1 && widthOf(rest) > width) {
    const end = breakIn(rest, indent.length, width);
    if (end === undefined) break;
    lines.push(rest.slice(0, end));
    rest = indent + rest.slice(end).trimStart();
  }
  return [...lines, cut(rest, width)];
};

/** Wraps a text onto as many lines as it takes. */
export const paragraph = (text: string, width: number | undefined): string =>
  wrap(text, Number.POSITIVE_INFINITY, width).join("\n");

/** Where a text is broken to fit: at the last space that leaves a line. */
const breakIn = (text: string, from: number, width: number): number | undefined => {
  let end: number | undefined;
  for (let at = text.indexOf(" ", from + 1); at !== -1; at = text.indexOf(" ", at + 1)) {
    if (widthOf(text.slice(0, at)) > width) break;
    end = at;
  }
  return end;
};

/** Whether every line fits a width; anything fits an undefined one. */
export const isWithin = (lines: ReadonlyArray<string>, width: number | undefined): boolean =>
  width === undefined || lines.every((line) => widthOf(line) <= width);
