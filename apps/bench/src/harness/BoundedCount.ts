/** What is counted rather than raced: there is nothing to compare with, only bounds to keep. */

/** A measurement that counts several things. */
export interface BoundedCounts {
  readonly name: string;
  /** What is measured, in words. */
  readonly what: string;
  /** Does the counting; `quick` works on a small scale. */
  readonly measure: (quick: boolean) => Promise<ReadonlyArray<BoundedCount>>;
}

/** One of the counts. */
export interface BoundedCount {
  readonly of: string;
  readonly value: number;
  readonly unit: string;
  /** The upper bound, if there is one. */
  readonly most?: number;
}
