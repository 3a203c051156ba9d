/** Percentiles of sorted numbers. */

/**
 * The number below which a share of some ascending numbers lies, interpolated between neighbours (as numpy's default
 * and R's type 7). NaN for no numbers.
 */
export const percentile = (ascending: ArrayLike<number>, share: number): number => {
  const place = share * (ascending.length - 1);
  const below = Math.floor(place);
  const lower = ascending[below] ?? Number.NaN;
  const upper = ascending[below + 1] ?? lower;
  const weight = place - below;
  return weight === 0 || lower === upper ? lower : lower * (1 - weight) + upper * weight;
};
