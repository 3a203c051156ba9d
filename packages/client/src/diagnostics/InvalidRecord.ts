import { Cursor, formatIssues, Issue, RecordId, RunId } from "@scorecard-effect/contract";
import * as TerminalText from "@scorecard-effect/contract/protocol/TerminalText";
import * as Schema from "effect/Schema";
import * as ErrorMessage from "./ErrorMessage.ts";

/**
 * A record that does not satisfy the contract, or does not fit the description of its run. `listRecordResults` delivers
 * it as a failed `Result` and continues, where `listRecords` would fail.
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
  /** What is wrong, and where. Paths are relative to the record, such as `/inputs`. */
  issues: Schema.Array(Issue),
  /** The record as it arrived. */
  value: Schema.Unknown,
}) {
  override get message(): string {
    const name = this.id === undefined ? "without an id" : TerminalText.quoteId(this.id);
    return ErrorMessage.format(`Record ${name} is not valid: ${formatIssues(this.issues)}`, this);
  }
}
