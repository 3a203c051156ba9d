/** What is counted and held to a bound, with nothing to race against. */
export interface Counts {
  readonly name: string;
  /** What is counted, in words. */
  readonly what: string;
  /** Counts it; quick is a try, at a small scale. */
  readonly measure: (quick: boolean) => Promise<ReadonlyArray<Count>>;
}

/** What came of it. */
export interface Count {
  readonly of: string;
  readonly value: number;
  readonly unit: string;
  /** At most so much. */
  readonly most?: number;
}
