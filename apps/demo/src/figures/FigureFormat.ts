/** How the figures of a metric are written: a pass rate in percent, a mean as it is, with its unit. */
import type { MetricKind } from "../analysis/MetricKind.ts";
import { noFigure, number, numbersApart, percent, precise, signed } from "./Figures.ts";

/** Two bounds of a figure. */
interface Bounds {
  readonly lower: number;
  readonly upper: number;
}

export interface FigureFormat {
  /** A pass rate or a mean: `86.59%`, `3.94`, `1.2 s`. */
  readonly value: (value: number) => string;
  /** The same to six decimals, and a pass rate as a share of 1: for a figure that is held against a bound. */
  readonly precise: (value: number) => string;
  /** A mean with the standard deviation: `3.94 ± 0.83`, `1.2 ± 0.3 s`. */
  readonly spread: (mean: number, deviation: number) => string;
  /** Two of them, with enough digits to tell them apart: `86.67%` and `74.03%`. */
  readonly pair: (before: number, after: number) => readonly [before: string, after: string];
  /** The interval around one: `85% to 88.03%`, `1.1 to 1.3 s`. */
  readonly interval: (interval: Bounds) => string;
  /** A difference between two: `−12.64 points`, `+0.12 s`. */
  readonly difference: (difference: number) => string;
  /** The interval around a difference: `−14.41 to −10.84`. */
  readonly differenceInterval: (interval: Bounds) => string;
}

const joined = (mean: string, deviation: string): string => `${mean} ± ${deviation}`;

const rangeOf =
  (format: (n: number) => string) =>
  ({ lower, upper }: Bounds): string =>
    `${format(lower)} to ${format(upper)}`;

// The difference between two percentages is in percentage points.
const signedPoints = (difference: number): string => signed(100 * difference);

const passRate: FigureFormat = {
  value: percent,
  precise,
  spread: (mean, deviation) => joined(percent(mean), percent(deviation)),
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

/** The signs of currencies, which precede a number. */
const currencySigns: { readonly [unit: string]: string } = { USD: "$", EUR: "€", GBP: "£" };

/** The units that have another form for one. */
const singulars: { readonly [unit: string]: string } = {
  tokens: "token",
  points: "point",
  seconds: "second",
  minutes: "minute",
  words: "word",
  characters: "character",
  steps: "step",
  turns: "turn",
  calls: "call",
  errors: "error",
};

/** Writes a unit to a number, or to two numbers that belong together. */
const withUnit = (unit: string, text: string): string => {
  if (text === noFigure) return text;
  if (unit === "%") return `${text}%`;
  const sign = Object.hasOwn(currencySigns, unit) ? currencySigns[unit] : undefined;
  if (sign !== undefined) return text.replace(/^[+−]?/, (own) => own + sign);
  const singular = Object.hasOwn(singulars, unit) ? singulars[unit] : undefined;
  return `${text} ${/^[+−]?1$/.test(text) ? (singular ?? unit) : unit}`;
};

/** Whether a unit is written to each of two bounds: `$1 to $2`, but `1 to 2 s`. */
const isWrittenTwice = (unit: string): boolean =>
  unit === "%" || Object.hasOwn(currencySigns, unit);

const means = (unit: string | undefined): FigureFormat => {
  const own = (text: string): string => (unit === undefined ? text : withUnit(unit, text));
  const both = (format: (n: number) => string) => (bounds: Bounds) =>
    unit === undefined
      ? rangeOf(format)(bounds)
      : isWrittenTwice(unit)
        ? rangeOf((n) => own(format(n)))(bounds)
        : `${rangeOf(format)(bounds)} ${unit}`;
  return {
    value: (value) => own(number(value)),
    precise: (value) => own(precise(value)),
    spread: (mean, deviation) =>
      unit === undefined || isWrittenTwice(unit)
        ? joined(own(number(mean)), own(number(deviation)))
        : `${joined(number(mean), number(deviation))} ${unit}`,
    pair: (before, after) => {
      const [from, to] = numbersApart(before, after);
      return [own(from), own(to)];
    },
    interval: both(number),
    difference: (difference) =>
      unit === "%" ? withUnit("points", signed(difference)) : own(signed(difference)),
    differenceInterval: unit === "%" ? rangeOf(signed) : both(signed),
  };
};

/** The format for a metric's figures, by the kind of its scores and the unit of its numbers. */
export const figureFormat = (kind: MetricKind, unit?: string): FigureFormat =>
  kind === "boolean" ? passRate : means(unit);
