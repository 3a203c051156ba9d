/** How likely a difference as large as the one found is where nothing changed: p-values, and many of them at once. */
import { normalTails, tTails } from "./Distribution.ts";
import { type RateChanges, rateDifference } from "./Interval.ts";

/** The p-value of a mean change: Student's t on the pairs. Undefined for n < 2, and where it overflows. */
export const ofMeanChange = (mean: number, squares: number, n: number): number | undefined => {
  if (n < 2 || !Number.isFinite(mean) || !Number.isFinite(squares)) return undefined;
  if (mean === 0) return 1;
  return squares === 0 ? 0 : tTails(mean / Math.sqrt(squares / (n - 1) / n), n - 1);
};

/** The p-value of a change of pass rates: below 0.05 where Bonett and Price's interval does not hold zero. */
export const ofRateChange = (changes: RateChanges): number | undefined => {
  if (changes.n === 0) return undefined;
  const { centre, error } = rateDifference(changes);
  return normalTails(centre / error);
};

/**
 * Adjusts p-values for how many there are: Benjamini and Hochberg (1995). Of the metrics whose adjusted value is at
 * most 0.05, at most 5% are expected to be false alarms.
 */
export const adjust = (pValues: ReadonlyArray<number>): ReadonlyArray<number> => {
  const n = pValues.length;
  const order = pValues.map((_, index) => index);
  order.sort((a, b) => (pValues[b] ?? 0) - (pValues[a] ?? 0));
  const adjusted = Array.from(pValues);
  let least = 1;
  for (const [place, index] of order.entries()) {
    least = Math.min(least, ((pValues[index] ?? 0) * n) / (n - place));
    adjusted[index] = least;
  }
  return adjusted;
};
