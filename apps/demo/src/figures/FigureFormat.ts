/** How the figures of a metric are written: a pass rate in percent, a mean as it is. */
import type { MetricKind } from "../analysis/MetricKind.ts";
import { number, numbersApart, percent, signed } from "./Figures.ts";

/** Two bounds of a figure. */
interface Bounds {
  readonly lower: number;
  readonly upper: number;
}

export interface FigureFormat {
  /** A pass rate or a mean: `86.59%`, `3.94`. */
  readonly value: (value: number) => string;
  /** Two of them, with enough digits to tell them apart: `86.67%` and `74.03%`. */
  readonly pair: (before: number, after: number) => readonly [before: string, after: string];
  /** The interval around one: `85% to 88.03%`. */
  readonly interval: (interval: Bounds) => string;
  /** A difference between two: `−12.64 points`, `+0.12`. */
  readonly difference: (difference: number) => string;
  /** The interval around a difference: `−14.41 to −10.84`. */
  readonly differenceInterval: (interval: Bounds) => string;
}

const rangeOf =
  (format: (n: number) => string) =>
  ({ lower, upper }: Bounds): string =>
    `${format(lower)} to ${format(upper)}`;

const mean: FigureFormat = {
  value: number,
  pair: numbersApart,
  interval: rangeOf(number),
  difference: signed,
  differenceInterval: rangeOf(signed),
};

// The difference between two percentages is in percentage points.
const signedPoints = (difference: number): string => signed(100 * difference);

const passRate: FigureFormat = {
  value: percent,
  pair: (before, after) => {
    const texts = [percent(before), percent(after)] as const;
    if (texts[0] !== texts[1]) return texts;
    const [from, to] = numbersApart(100 * before, 100 * after);
    return [`${from}%`, `${to}%`];
  },
  interval: rangeOf(percent),
  difference: (difference) => `${signedPoints(difference)} points`,
  differenceInterval: rangeOf(signedPoints),
};

/** The format for a metric's figures, by the kind of its scores. */
export const figureFormat = (kind: MetricKind): FigureFormat =>
  kind === "boolean" ? passRate : mean;
