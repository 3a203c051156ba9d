import { Cursor, Issue, RecordId, RunId } from "@scorecard-effect/contract";
import * as Schema from "effect/Schema";
import { recordMessage } from "./Failure.ts";

/**
 * A record that does not satisfy the contract, or the description of its run. `listRecordResults` delivers it where
 * `listRecords` would fail, so that a program can set it aside.
 */
export class InvalidRecord extends Schema.TaggedError<InvalidRecord>(
  "@scorecard-effect/client/InvalidRecord",
)("InvalidRecord", {
  /** The run that was listed. */
  runId: RunId,
  /** Fetches the page that holds the record. Undefined is the start of the run. */
  cursor: Schema.optional(Cursor),
  /** The position of the record on that page, from 0. */
  index: Schema.Int,
  /** The record's id, if it has one. */
  id: Schema.optional(RecordId),
  /** What is wrong, and where; paths are relative to the record. */
  issues: Schema.Array(Issue),
  /** The record as it arrived. */
  value: Schema.Unknown,
}) {
  override get message(): string {
    return recordMessage(this);
  }
}
