import { Schema } from "effect";
import { Cursor } from "./Id.ts";
import { RecordWithScores } from "./Record.ts";

/**
 * One page of a Run's records, as `GET /runs/{runId}/records` answers.
 *
 * A page says twice whether another follows: `hasMore`, and `nextCursor` being a string. Pages that
 * contradict themselves, repeat a cursor or fall short of `total` decode all the same; judging them
 * is the business of whoever walks the pages (`Pagination` in `@scorecard-effect/client`).
 *
 * @example
 * ```ts
 * import { RecordPage } from "@scorecard-effect/contract";
 * import { Schema } from "effect";
 *
 * const page = Schema.decodeUnknownSync(RecordPage)({ data: [], nextCursor: null, hasMore: false });
 * ```
 */
export const RecordPage = Schema.Struct({
  data: Schema.Array(RecordWithScores).annotateKey({
    description: "The records of this page, in listing order.",
  }),
  nextCursor: Schema.NullOr(Cursor).annotateKey({
    description: "The cursor that fetches the page after this one; null when there is none.",
  }),
  hasMore: Schema.Boolean.annotateKey({ description: "Whether more records follow this page." }),
  total: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))).annotateKey({
    description: "How many records the Run holds in all, where the service says so.",
  }),
}).annotate({ description: "One page of a Run's records." });
export interface RecordPage extends Schema.Schema.Type<typeof RecordPage> {}
