/** A page as the client delivers it: each record as it is, or why it is no record of the contract. */
import type { InvalidRecord, Page } from "@scorecard-effect/client";
import type { RecordWithScores } from "@scorecard-effect/contract";
import { Result } from "effect";
import type { Refused } from "../store/Quarantine.ts";
import * as Rows from "../store/Rows.ts";

/** A page whose records may be malformed. */
export type PageOfResults = Page<Result.Result<RecordWithScores, InvalidRecord>>;

const refusedOf = ({ id, index, issues, value }: InvalidRecord): Refused => ({
  index,
  id,
  path: issues[0]?.path ?? "",
  reason: issues
    .map(({ message, path }) => (path === "" ? message : `${path}: ${message}`))
    .join("; "),
  value,
});

/** The valid records of a page, and the invalid ones. */
export const separate = ({ records: results }: PageOfResults) => {
  const records: Array<RecordWithScores> = [];
  const refused: Array<Refused> = [];
  for (const result of results) {
    if (Result.isSuccess(result)) records.push(result.success);
    else refused.push(refusedOf(result.failure));
  }
  return { records, refused };
};

/** A page whose rows are ready to be written. */
export const prepare = (page: PageOfResults) => {
  const { records, refused } = separate(page);
  const { nextCursor, total } = page;
  return { nextCursor, total, records, refused, prepared: Rows.prepare(page.runId, records) };
};
export type PreparedPage = ReturnType<typeof prepare>;
