/** What a way to read a run offers, and a consumer that shows that every record arrived. */

/** The part of a record that consumers look at. */
export interface RecordLike {
  readonly scores: ReadonlyArray<unknown>;
}

/** Reads a run from its first record to its last, and passes on the records of each page. */
export type ReadPages = (
  runId: string,
  consume: (records: ReadonlyArray<RecordLike>) => void | Promise<void>,
) => Promise<void>;

/** Reads a run from its first record to its last, and passes on the records one by one. */
export type ReadRecords = (runId: string, consume: (record: RecordLike) => void) => Promise<void>;

/** Counts records and their scores. */
export class RecordCounter {
  #records = 0;
  #scores = 0;

  readonly record = (record: RecordLike): void => {
    this.#records += 1;
    this.#scores += record.scores.length;
  };

  readonly page = (records: ReadonlyArray<RecordLike>): void => {
    for (const record of records) this.record(record);
  };

  /** Fails unless exactly this many records, with 3 scores each, arrived since the last call. */
  expect(records: number): void {
    if (this.#records !== records || this.#scores !== 3 * records) {
      throw new Error(`${this.#records} records with ${this.#scores} scores, not ${records}`);
    }
    this.#records = 0;
    this.#scores = 0;
  }
}
