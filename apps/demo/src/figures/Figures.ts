/** Numbers, amounts and times as people read them. The terminal and the page both use these rules: no Node here. */

import type { MetricKind } from "../analysis/MetricKind.ts";

/** Shown where there is no figure. */
export const noFigure = "–";

const wholeFormat = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const decimalFormat = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });
const smallFormat = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });
const sixDecimalFormat = new Intl.NumberFormat("en-US", {
  maximumFractionDigits: 6,
  useGrouping: false,
});

/** Formats the size of a number and puts a minus sign before it, except before a zero. */
const withMinus = (n: number, format: (size: number) => string): string => {
  if (!Number.isFinite(n)) return noFigure;
  const size = format(Math.abs(n));
  return n < 0 && size !== "0" ? `−${size}` : size;
};

/** How many of something there are: `1,234`. */
export const count = (n: number): string => withMinus(n, (size) => wholeFormat.format(size));

/** A measured number, to two decimals or three significant digits: `3.94`, `0.00043`, `1.2e12`. */
export const number = (n: number): string =>
  withMinus(n, (size) => {
    if (size !== 0 && (size < 1e-6 || size >= 1e12)) {
      return Number(size.toPrecision(3)).toExponential().replace("e+", "e");
    }
    return (size < 1 ? smallFormat : decimalFormat).format(size);
  });

/** The most significant digits with which two numbers are told apart. */
const maxTellingDigits = 17;

/** Two different numbers with as many more digits as tell them apart: `0.1234568` and `0.1234569`. */
export const numbersApart = (a: number, b: number): readonly [string, string] => {
  const [first, second] = [number(a), number(b)];
  if (first !== second || a === b || !Number.isFinite(a) || !Number.isFinite(b)) {
    return [first, second];
  }
  for (let digits = 4; digits <= maxTellingDigits; digits++) {
    const [x, y] = [a, b].map((n) => withMinus(n, (size) => significant(size, digits)));
    if (x !== undefined && y !== undefined && x !== y) return [x, y];
  }
  return [first, second];
};

const significant = (size: number, digits: number): string =>
  size !== 0 && (size < 1e-6 || size >= 1e12)
    ? Number(size.toPrecision(digits)).toExponential().replace("e+", "e")
    : new Intl.NumberFormat("en-US", { maximumSignificantDigits: digits }).format(size);

/** A number to six decimals, so that it differs visibly from a bound that it misses: `0.865879`. */
export const precise = (n: number): string =>
  withMinus(n, (size) =>
    size < 1e-4 && size > 0 ? String(Number(size.toPrecision(6))) : sixDecimalFormat.format(size),
  );

/** A share of 1 in percent: `86.59%`. It reads 100% only where the share is 1. */
export const percent = (share: number): string => {
  if (!Number.isFinite(share)) return noFigure;
  const text = number(100 * share);
  return `${text === "100" && share < 1 ? "99.99" : text}%`;
};

/** A difference with its sign: `+0.12`, `−3`, `0`. */
export const signed = (difference: number): string =>
  `${difference > 0 && Number.isFinite(difference) ? "+" : ""}${number(difference)}`;

/** A score in a word: `pass`, `fail`, its category, or its number. */
export const score = (value: boolean | number | string): string =>
  typeof value === "string"
    ? value
    : typeof value === "boolean"
      ? value
        ? "pass"
        : "fail"
      : number(value);

/** The value of a testcase or a record: that of a boolean metric with several trials or scores is a share. */
export const valueOfKind = (kind: MetricKind, value: boolean | number | string): string =>
  kind === "boolean" && typeof value === "number" ? `${percent(value)} pass` : score(value);

/** An amount of things: `1 record`, `2 records`. */
export const plural = (n: number, noun: string, nouns = `${noun}s`): string =>
  `${count(n)} ${n === 1 ? noun : nouns}`;

/** A remaining or long time: `4 s`, `2 min 5 s`, `1 h 3 min`. At least a second. */
export const duration = (seconds: number): string => {
  if (!Number.isFinite(seconds)) return noFigure;
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${count(Math.floor(whole / 3600))} h ${Math.floor((whole % 3600) / 60)} min`;
};

/** A measured time: to a tenth of a second below a minute (`0.8 s`), else as a {@link duration}. */
export const elapsed = (seconds: number): string => {
  if (!Number.isFinite(seconds)) return noFigure;
  const tenths = Math.max(0, seconds).toFixed(1);
  return Number(tenths) < 60 ? `${tenths} s` : duration(seconds);
};

/** An id as text: an empty one is told from none. */
export const idText = (id: string): string => id || '""';
