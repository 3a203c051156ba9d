/** What is done with the records: as little as shows that all of them came. */
import type { RecordLike } from "./ways/ReadRun.ts";

/** Counts records and their scores. */
export class Consumer {
  #records = 0;
  #scores = 0;

  readonly record = (record: RecordLike): void => {
    this.#records += 1;
    this.#scores += record.scores.length;
  };

  readonly page = (records: ReadonlyArray<RecordLike>): void => {
    for (const record of records) this.record(record);
  };

  /** Fails where not so many records came since it was last asked, each with 3 scores. */
  expect(records: number): void {
    if (this.#records !== records || this.#scores !== 3 * records) {
      throw new Error(`${this.#records} records with ${this.#scores} scores, not ${records}`);
    }
    this.#records = 0;
    this.#scores = 0;
  }
}
