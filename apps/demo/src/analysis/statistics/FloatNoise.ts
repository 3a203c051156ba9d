/** Which numbers are the same but for the rounding of floating-point arithmetic. */

/** Relative to the larger of two numbers. A sum of thousands of rounded terms stays below it. */
const noise = 1e-12;

/**
 * Whether two numbers are the same: equal, or different by no more than rounding could make them: `0.1 + 0.2` and
 * `0.3`. Whole numbers are exact, however large: different ones are never the same.
 */
export const areSame = (a: number, b: number): boolean =>
  a === b ||
  (Math.abs(a - b) <= noise * Math.max(Math.abs(a), Math.abs(b)) &&
    !(Number.isSafeInteger(a) && Number.isSafeInteger(b)));

/** `after - before`, and 0 where the two are the same. */
export const change = (before: number, after: number): number =>
  areSame(before, after) ? 0 : after - before;
