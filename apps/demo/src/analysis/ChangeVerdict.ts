import type { Interval } from "./Interval.ts";

/** Whether a metric got worse or better. */
export type ChangeVerdict = "worse" | "better" | "unclear";

/** What the interval of a difference says: it lies below zero, above it, or around it. */
export const verdictOf = (interval: Interval | undefined): ChangeVerdict =>
  interval === undefined
    ? "unclear"
    : interval.upper < 0
      ? "worse"
      : interval.lower > 0
        ? "better"
        : "unclear";
