/** Text for the terminal: what is safe to show, and how it is set. */
import { CliOutput } from "effect/cli";

/**
 * Text from a record as it may stand in a terminal: control and direction characters, which can move
 * the cursor, set colours or reorder what is read, are replaced.
 */
export const plain = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, "\uFFFD");

/** How many columns of a terminal a text takes. */
export const widthOf = CliOutput.displayWidth;

/** A text in exactly so many columns: filled up with spaces, or cut and marked so. */
export const fit = (text: string, width: number): string => pad(cut(text, width), width);

/** A text in so many columns at most. Cut between what a reader takes for characters. */
export const cut = (text: string, width: number): string => {
  // Longer than any terminal is wide, so that a long text is not measured to its end.
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

/** How rows are set. */
interface Setting {
  /** How many columns, from the first, begin at their left, like words; the rest end at their right, like numbers. */
  readonly texts: number;
  /** Spaces between columns. Default 3. */
  readonly gap?: number;
}

/** Rows set in columns. */
export const columns = (
  rows: ReadonlyArray<ReadonlyArray<string>>,
  { texts, gap = 3 }: Setting,
): ReadonlyArray<string> => {
  const widths =
    rows[0]?.map((_, column) => Math.max(...rows.map((row) => widthOf(row[column] ?? "")))) ?? [];
  return rows.map((row) => {
    const cells = row.map((cell, column) =>
      (column < texts ? pad : padLeft)(cell, widths[column] ?? 0),
    );
    return `  ${cells.join(" ".repeat(gap))}`.trimEnd();
  });
};

/**
 * A text on so many lines at most, each as indented as it is; without a width it is one line. What does not fit, or
 * is beyond 2,000 characters, is cut off.
 */
export const wrap = (
  text: string,
  most: number,
  width: number | undefined,
): ReadonlyArray<string> => {
  const whole = text.length > 2000 ? `${text.slice(0, 2000)}…` : text;
  if (width === undefined || widthOf(whole) <= width) return [whole];
  const indent = whole.slice(0, whole.length - whole.trimStart().length);
  const lines: Array<string> = [];
  let rest = whole;
  while (lines.length < most - 1 && widthOf(rest) > width) {
    const end = breakIn(rest, indent.length, width);
    if (end === undefined) break;
    lines.push(rest.slice(0, end));
    rest = indent + rest.slice(end).trimStart();
  }
  return [...lines, cut(rest, width)];
};

/** A text on as many lines as it takes in a width. */
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

/** Whether all lines are within a width; undefined is any. */
export const isWithin = (lines: ReadonlyArray<string>, width: number | undefined): boolean =>
  width === undefined || lines.every((line) => widthOf(line) <= width);

/** Ids, shortened where they still tell each other apart: to 8 characters, or as many as it takes. */
export const shortIds = <Id extends string>(ids: ReadonlyArray<Id>): ReadonlyMap<Id, string> => {
  const length = [8, 13, 18, 23].find(
    (size) => new Set(ids.map((id) => id.slice(0, size))).size === new Set(ids).size,
  );
  return new Map(
    ids.map((id) => [
      id,
      length === undefined || id.length <= length ? plain(id) : `${plain(id.slice(0, length))}…`,
    ]),
  );
};

const wholeFormat = new Intl.NumberFormat("en-US");
const decimalFormat = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });
const smallFormat = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });

/** A whole number: `1,234`. */
export const count = (n: number): string => wholeFormat.format(n);

/** A number in three figures or two decimals: `0.874`, `3.94`. */
export const decimal = (n: number): string =>
  // Below a thousandth a difference is none to read.
  (Math.abs(n) < 1 && Math.abs(n) >= 0.001 ? smallFormat : decimalFormat).format(n === 0 ? 0 : n);

/** A share of 1 in percent: `86.59`. */
export const percent = (share: number): string => decimalFormat.format(100 * share);

/** A number of things: `1 record`, `2 records`. */
export const plural = (n: number, noun: string, nouns = `${noun}s`): string =>
  `${count(n)} ${n === 1 ? noun : nouns}`;

/** A time in words: `4 s`, `2 min 5 s`, `1 h 3 min`. */
export const duration = (seconds: number): string => {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${count(Math.floor(whole / 3600))} h ${Math.floor((whole % 3600) / 60)} min`;
};

/** Numbers of things as bars an eighth high to full, from none to the most. */
export const bars = (counts: ReadonlyArray<number>): string => {
  const most = Math.max(1, ...counts);
  return counts
    .map((n) => (n === 0 ? " " : (blocks[Math.ceil((n / most) * blocks.length) - 1] ?? " ")))
    .join("");
};

const blocks = Array.from("▁▂▃▄▅▆▇█");

/** A share of 1 as a bar of so many columns. It is full or empty only where the share is 1 or 0. */
export const shareBar = (share: number, width: number): string => {
  const filled =
    share <= 0
      ? 0
      : share >= 1
        ? width
        : Math.min(width - 1, Math.max(1, Math.round(share * width)));
  return "█".repeat(filled) + "░".repeat(width - filled);
};
