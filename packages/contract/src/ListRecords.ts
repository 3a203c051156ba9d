/** What a listRecords request may ask for. */
import * as Effect from "effect/Effect";
import * as Schema from "effect/Schema";
import { Cursor, RunId } from "./Id.ts";
import { WholeNumber } from "./WholeNumber.ts";

/** The page size when a request names none: 20 records (published API, `limit.default`). */
export const defaultLimit = 20;

/**
 * The largest page size that the service serves: 100 records. Its prose says so; its schema bounds
 * `limit` from below only, and so does {@link ListRecordsQuery}.
 */
export const maxLimit = 100;

/** Where the production service is served. Paths such as `/runs/{runId}/records` are below it. */
export const productionUrl = "https://api2.scorecard.io/api/v2";

/** The path parameters of listRecords. */
export const ListRecordsParams = Schema.Struct({
  runId: RunId.annotate({ description: "The Run whose records are listed." }),
});
export interface ListRecordsParams extends Schema.Schema.Type<typeof ListRecordsParams> {}

/**
 * The query parameters of listRecords.
 *
 * - `limit`: records a page, a whole number above 0; {@link defaultLimit} when left out, at most
 *   {@link maxLimit} in practice.
 * - `cursor`: where to start: the `nextCursor` of an earlier page; from the first record when left out.
 */
export const ListRecordsQuery = Schema.Struct({
  limit: WholeNumber.check(Schema.isGreaterThan(0))
    .annotate({
      description: "The most records a page may hold: a whole number from 1 to 100.",
      default: defaultLimit,
    })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(defaultLimit))),
  cursor: Schema.optionalKey(
    Cursor.annotate({
      description: "Where the page starts: the `nextCursor` of the page before it.",
    }),
  ),
});
export interface ListRecordsQuery extends Schema.Schema.Type<typeof ListRecordsQuery> {}
