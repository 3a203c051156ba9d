/** As much of a record as is looked at. */
export interface RecordLike {
  readonly scores: ReadonlyArray<unknown>;
}

/** Reads a run from its first record to its last, and hands on the records of each page. */
export type ReadPages = (
  runId: string,
  consume: (records: ReadonlyArray<RecordLike>) => void | Promise<void>,
) => Promise<void>;

/** Reads a run from its first record to its last, and hands them on one by one. */
export type ReadRecords = (runId: string, consume: (record: RecordLike) => void) => Promise<void>;
