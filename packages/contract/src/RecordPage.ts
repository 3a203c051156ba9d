import * as Schema from "effect/Schema";
import { Cursor } from "./Id.ts";
import { OpenStruct } from "./OpenStruct.ts";
import { RecordWithScores } from "./Record.ts";
import { WholeNumber } from "./WholeNumber.ts";

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
export const RecordPage = OpenStruct({
  data: Schema.Array(RecordWithScores).annotate({
    description: "The records of this page, in listing order.",
  }),
  nextCursor: Schema.NullOr(Cursor).annotate({
    description: "The cursor that fetches the page after this one; null when there is none.",
  }),
  hasMore: Schema.Boolean.annotate({ description: "Whether more records follow this page." }),
  total: Schema.optionalKey(
    WholeNumber.check(Schema.isGreaterThanOrEqualTo(0)).annotate({
      description: "How many records the Run holds in all, where the service says so.",
    }),
  ),
}).annotate({ description: "One page of a Run's records." });
export interface RecordPage extends Schema.Schema.Type<typeof RecordPage> {}
