/**
 * A histogram of numbers whose range is unknown beforehand: one pass, at most {@link maxBins} + 1 bins, and the same
 * bins in any order of the numbers.
 *
 * Up to {@link maxDistinct} different numbers get a bar each. More of them get bins whose width is 1 or 5 times a power
 * of ten, on multiples of that width. Where the range outgrows the bins, neighbours are merged. That is exact, because
 * each width is a multiple of the next smaller one.
 */

import { areSame } from "@scorecard-effect/contract/metrics/FloatNoise";

/** One bar: the numbers from `lower` to `upper`. */
export interface Bin {
  readonly lower: number;
  /** The same as `lower` for a bar of a single number, but for the rounding of floating-point arithmetic. */
  readonly upper: number;
  /** Whether the bin includes `upper`: true for the last bin, and for a bar of a single number. */
  readonly isClosed: boolean;
  readonly count: number;
}

/** Whether a number is in a bin. */
export const contains = ({ lower, upper, isClosed }: Bin, value: number): boolean =>
  value >= lower && (isClosed ? value <= upper : value < upper);

/** A histogram in progress. */
export interface Histogram {
  /** Adds a finite number. */
  readonly add: (value: number) => void;
  /** The bars so far, in order and without gaps. */
  readonly bins: () => ReadonlyArray<Bin>;
}

/** The most different numbers that get a bar each. */
const maxDistinct = 12;

/** The most widths of a bin that the numbers may span. */
export const maxBins = 40;

/** Starts a histogram. */
export const make = (): Histogram => {
  let distinct: Map<number, number> | undefined = new Map();
  let scale = Number.NEGATIVE_INFINITY;
  let counts = new Map<number, number>();
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;

  const coarsen = () => {
    const wider = fit(min, max, scale);
    if (wider === scale) return;
    for (; scale < wider; scale++) {
      const merged = new Map<number, number>();
      const ratio = digit(scale) === 1 ? 5 : 2;
      for (const [index, count] of counts) increase(merged, Math.floor(index / ratio), count);
      counts = merged;
    }
  };

  return {
    add: (value) => {
      min = Math.min(min, value);
      max = Math.max(max, value);
      if (distinct === undefined) {
        coarsen();
        increase(counts, indexOf(value, scale), 1);
        return;
      }
      // -0 + 0 is 0: the two are one number.
      increase(distinct, value + 0, 1);
      if (distinct.size <= maxDistinct) return;
      scale = fit(min, max, finest(min, max));
      for (const [one, count] of distinct) increase(counts, indexOf(one, scale), count);
      distinct = undefined;
    },
    bins: () =>
      distinct === undefined ? binsOf(counts, scale, max) : barsOf(withGaps(distinct, min, max)),
  };
};

const increase = (counts: Map<number, number>, key: number, by: number): void => {
  counts.set(key, (counts.get(key) ?? 0) + by);
};

// A scale is the width of bins, as a number s: 1 (even s) or 5 (odd s) times 10 ** floor(s / 2).
const digit = (scale: number): 1 | 5 => (scale % 2 === 0 ? 1 : 5);
const power = (scale: number): number => Math.floor(scale / 2);

// A negative power of ten is inexact as a double, so the boundary is divided by a positive one.
const boundary = (index: number, scale: number): number => {
  const units = index * digit(scale);
  return power(scale) < 0 ? units / 10 ** -power(scale) : units * 10 ** power(scale);
};

const indexOf = (value: number, scale: number): number => {
  const units = power(scale) < 0 ? value * 10 ** -power(scale) : value / 10 ** power(scale);
  const index = Math.floor(units / digit(scale));
  // 0.29 is on the boundary of 29 hundredths, though 0.29 * 100 is less than 29.
  return boundary(index + 1, scale) <= value
    ? index + 1
    : boundary(index, scale) > value
      ? index - 1
      : index;
};

// Narrower widths are subnormal numbers, wider ones exceed the largest double.
const lowestScale = -600;
const highestScale = 615;

/** A scale that is too fine or just right for a range, but not so fine that indexes are inexact. */
const finest = (min: number, max: number): number => {
  const range = max / maxBins - min / maxBins;
  const precision = Math.max(Math.abs(min), Math.abs(max)) * 2 ** -50;
  const width = Math.max(range / 10, precision);
  const scale = 2 * Math.floor(Math.log10(width));
  return Math.min(highestScale, Math.max(lowestScale, scale));
};

/** The first scale, from a given one on, in which the numbers span at most {@link maxBins} bins. */
const fit = (min: number, max: number, from: number): number => {
  let scale = from;
  while (scale < highestScale && indexOf(max, scale) - indexOf(min, scale) > maxBins) scale += 1;
  return scale;
};

/** A bar for each number: those that differ by the rounding of floating-point arithmetic are one. */
const barsOf = (counts: ReadonlyMap<number, number>): ReadonlyArray<Bin> => {
  const bars: Array<Bin> = [];
  for (const [value, count] of Array.from(counts).toSorted(([a], [b]) => a - b)) {
    const last = bars.at(-1);
    if (last !== undefined && areSame(last.lower, value)) {
      bars[bars.length - 1] = { ...last, upper: value, count: last.count + count };
    } else {
      bars.push({ lower: value, upper: value, isClosed: true, count });
    }
  }
  return bars;
};

// On a scale of whole numbers, a number without a score gets an empty bar.
const withGaps = (
  counts: ReadonlyMap<number, number>,
  min: number,
  max: number,
): ReadonlyMap<number, number> =>
  max - min < maxDistinct && Array.from(counts.keys()).every(Number.isSafeInteger)
    ? new Map(
        Array.from({ length: max - min + 1 }, (_, offset) => [
          min + offset,
          counts.get(min + offset) ?? 0,
        ]),
      )
    : counts;

const binsOf = (
  counts: ReadonlyMap<number, number>,
  scale: number,
  max: number,
): ReadonlyArray<Bin> => {
  const first = Math.min(...counts.keys());
  const last = Math.max(...counts.keys());
  // A last bin that holds only its lower bound, such as the 1 of a scale from 0 to 1, joins the bin before it.
  const isEdge = last > first && boundary(last, scale) === max;
  const end = isEdge ? last - 1 : last;
  return Array.from({ length: end - first + 1 }, (_, offset) => {
    const index = first + offset;
    const isClosed = index === end;
    return {
      lower: boundary(index, scale),
      upper: boundary(index + 1, scale),
      isClosed,
      count: (counts.get(index) ?? 0) + (isClosed && isEdge ? (counts.get(last) ?? 0) : 0),
    };
  });
};
