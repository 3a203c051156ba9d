import * as Schema from "effect/Schema";
import { Cursor } from "./Id.ts";
import { OpenStruct } from "./OpenStruct.ts";
import { RecordWithScores } from "./Record.ts";
import { WholeNumber } from "./WholeNumber.ts";

/**
 * One page of a Run's records: the response of `GET /runs/{runId}/records`.
 *
 * A page says twice whether another one follows: in `hasMore`, and with a `nextCursor` that is not null. The schema
 * also accepts pages that contradict themselves, repeat a cursor or fall short of `total`; the client's paging rules
 * reject them.
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
    description: "The cursor that fetches the next page; null if there is none.",
  }),
  hasMore: Schema.Boolean.annotate({ description: "Whether more records follow this page." }),
  total: Schema.optionalKey(
    WholeNumber.check(Schema.isGreaterThanOrEqualTo(0)).annotate({
      description: "How many records the Run has in total, if the service says so.",
    }),
  ),
}).annotate({ description: "One page of a Run's records." });
export interface RecordPage extends Schema.Schema.Type<typeof RecordPage> {}
