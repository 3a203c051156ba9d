/** The mean of numbers and their squared distances to it. */
export interface Moments {
  readonly n: number;
  readonly mean: number;
  /** The sum of squared distances to the mean. */
  readonly squares: number;
}

/**
 * The moments of numbers, in two passes, which keeps their digits. The result depends on the last digits of rounding,
 * so pass the numbers sorted where their order must not matter.
 */
export const momentsOf = (values: ArrayLike<number>): Moments => {
  const n = values.length;
  let mean = 0;
  for (let index = 0; index < n; index++) mean += ((values[index] ?? 0) - mean) / (index + 1);
  let squares = 0;
  for (let index = 0; index < n; index++) squares += ((values[index] ?? 0) - mean) ** 2;
  return { n, mean, squares };
};
