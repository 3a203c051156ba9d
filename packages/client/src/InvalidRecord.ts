import { Cursor, formatIssue, Issue, RecordId, RunId } from "@scorecard-effect/contract";
import * as Schema from "effect/Schema";
import * as Quote from "./Quote.ts";

/**
 * A record that is not what the contract, or the description of its run, says. `listRecordResults` hands it on
 * where `listRecords` would end, so that it can be put aside and looked at.
 */
export class InvalidRecord extends Schema.TaggedError<InvalidRecord>(
  "@scorecard-effect/client/InvalidRecord",
)("InvalidRecord", {
  /** The run that was listed. */
  runId: RunId,
  /** Fetches the page that holds the record. Undefined is the start of the run. */
  cursor: Schema.optional(Cursor),
  /** Where on that page the record stands, from 0. */
  index: Schema.Int,
  /** The record's id, where it has one. */
  id: Schema.optional(RecordId),
  /** What is wrong, and where; paths are relative to the record. */
  issues: Schema.Array(Issue),
  /** The record as it arrived. */
  value: Schema.Unknown,
}) {
  override get message(): string {
    const name = this.id === undefined ? "without an id" : Quote.id(this.id);
    const page = this.cursor === undefined ? "first page" : `cursor ${Quote.id(this.cursor)}`;
    return Quote.line(
      `Record ${name} is not valid: ${this.issues.map(formatIssue).join("; ")} (run ${Quote.id(this.runId)}, ${page}, index ${this.index})`,
    );
  }
}
