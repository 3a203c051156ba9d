/** The names of the reductions, the default first. */
export const reductions = ["mean", "any", "all", "majority"] as const;

/**
 * How the trials of a testcase become one value:
 *
 * - `mean`: the share of trials that pass, or the mean of their scores
 * - `any`: pass if any trial passes; the best score
 * - `all`: pass if all trials pass; the worst score
 * - `majority`: pass if more than half of the trials pass; the median score
 *
 * The category of a testcase is that of most of its trials, with ties side by side: `bad | good`. With `all`, it is
 * every category that a trial has.
 */
export type Reduction = (typeof reductions)[number];
