/** The parameters of a listRecords request, and their limits. */
import * as Effect from "effect/Effect";
import * as Schema from "effect/Schema";
import { defaultLimit, maxLimit, maxTags } from "./ApiDefaults.ts";
import { Cursor, RunId } from "./Id.ts";
import { WholeNumber } from "./WholeNumber.ts";

/** The path parameters of listRecords. */
export const ListRecordsParams = Schema.Struct({
  runId: RunId.annotate({ description: "The Run whose records are listed." }),
});
export interface ListRecordsParams extends Schema.Schema.Type<typeof ListRecordsParams> {}

/**
 * The query parameters of listRecords.
 *
 * - `limit`: records per page, a whole number above 0. Default {@link defaultLimit}; the service serves at most
 *   {@link maxLimit}.
 * - `cursor`: where to start: the `nextCursor` of an earlier page. Default: the first record.
 * - `tags`: lists only the records that have every one of these tags. In a URL the parameter is repeated:
 *   `?tags=urgent&tags=regression`. At most {@link maxTags}, none of them empty. Default: all records.
 */
export const ListRecordsQuery = Schema.Struct({
  limit: WholeNumber.check(Schema.isGreaterThan(0))
    .annotate({
      description: `The most records a page may hold: a whole number from 1 to ${maxLimit}.`,
      default: defaultLimit,
    })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(defaultLimit))),
  cursor: Schema.optionalKey(
    Cursor.annotate({
      description:
        "Where the page starts: the `nextCursor` of the page before it. Default: the first record.",
    }),
  ),
  tags: Schema.optionalKey(
    Schema.Array(Schema.String.check(Schema.isMinLength(1)))
      .check(Schema.isMaxLength(maxTags))
      .annotate({
        description:
          "Lists only the records that have every one of these tags. Repeat the parameter for each tag. Default: all records.",
      }),
  ),
});
export interface ListRecordsQuery extends Schema.Schema.Type<typeof ListRecordsQuery> {}
