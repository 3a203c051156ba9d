/** The mean of numbers and their squared distances to it, in one pass: Welford's method, which keeps its digits. */
export interface Moments {
  n: number;
  mean: number;
  /** The sum of squared distances to the mean. */
  squares: number;
}

export const empty = (): Moments => ({ n: 0, mean: 0, squares: 0 });

export const add = (moments: Moments, value: number): void => {
  moments.n += 1;
  const distance = value - moments.mean;
  moments.mean += distance / moments.n;
  moments.squares += distance * (value - moments.mean);
};
