/** Which numbers are the same but for the rounding of floating-point arithmetic. */

/** Relative to the larger of two numbers. A sum of thousands of rounded terms stays below it. */
const noise = 1e-12;

/**
 * Whether two numbers are the same: equal, or different by no more than rounding could make them: `0.1 + 0.2` and
 * `0.3`. Where they belong to numbers as large as `scale`, near zero too: `0.1 + 0.2 - 0.3` and `0` on a scale of 1.
 * Whole numbers are exact, however large: different ones are never the same.
 */
export const areSame = (a: number, b: number, scale = 0): boolean => {
  if (a === b) return true;
  if (Number.isSafeInteger(a) && Number.isSafeInteger(b)) return false;
  // No more than 1: one huge number must not hide the changes of small ones.
  const ofScale = Number.EPSILON * Math.min(1, scale);
  return Math.abs(a - b) <= Math.max(ofScale, noise * Math.max(Math.abs(a), Math.abs(b)));
};

/** `after - before`, and 0 where the two are the same. */
export const change = (before: number, after: number, scale = 0): number =>
  areSame(before, after, scale) ? 0 : after - before;
