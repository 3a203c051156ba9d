import type { Cursor, RunId } from "@scorecard-effect/contract";
import * as TerminalText from "@scorecard-effect/contract/protocol/TerminalText";

/** The place in a run that an error message names. */
interface Place {
  readonly runId: RunId;
  /** Fetches the page. Undefined is the start of the run. */
  readonly cursor?: Cursor | undefined;
  /** The position of a record on the page, from 0. */
  readonly index?: number | undefined;
}

/** Writes the message of an error: what happened and where, in one line that is safe in a terminal. */
export const format = (happened: string, { runId, cursor, index }: Place): string => {
  const page = cursor === undefined ? "first page" : `cursor ${TerminalText.quoteId(cursor)}`;
  const record = index === undefined ? "" : `, index ${index}`;
  const place = `(run ${TerminalText.quoteId(runId)}, ${page}${record})`;
  return `${TerminalText.line(happened)} ${TerminalText.line(place)}`;
};
