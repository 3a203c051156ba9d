/** Whether higher or lower values of a series are better. */
import type { SeriesKey } from "./Series.ts";

/**
 * The names of members of which less is better: what an answer costs, and how wrong it is. Higher values of every other
 * series count as better.
 */
const lowerIsBetter =
  /^(.*\/)?((total_?)?(cost|latency|duration|tokens?)(_?(ms|usd|seconds))?|errors?|error_?rate|loss|perplexity|wer|cer|distance)$/i;

/** Whether lower values of a series are better. */
export const isLowerBetter = ({ member }: SeriesKey): boolean =>
  member !== null && lowerIsBetter.test(member);
