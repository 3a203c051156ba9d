/** pass@k: how likely at least one of k trials passes. */

/**
 * The chance that at least one of `k` trials passes, from `passes` of `trials`: the unbiased estimate of Chen et al.
 * (2021). Undefined where there are fewer than `k` trials.
 */
export const passAtK = (passes: number, trials: number, k: number): number | undefined => {
  if (trials < k) return undefined;
  if (trials - passes < k) return 1;
  let allFail = 1;
  for (let n = trials - passes + 1; n <= trials; n++) allFail *= 1 - k / n;
  return 1 - allFail;
};
