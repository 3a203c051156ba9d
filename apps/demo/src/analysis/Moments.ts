/** The mean of numbers and how far they are from it, in one pass (Welford's method: no sum of squares to lose digits in). */
export interface Moments {
  n: number;
  mean: number;
  /** The sum of squared distances from the mean. */
  squares: number;
}

export const empty = (): Moments => ({ n: 0, mean: 0, squares: 0 });

/** Takes a number in. */
export const add = (moments: Moments, value: number): void => {
  moments.n += 1;
  const distance = value - moments.mean;
  moments.mean += distance / moments.n;
  moments.squares += distance * (value - moments.mean);
};
