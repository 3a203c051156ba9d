/** Reads the records of a page: as the contract defines them, with a team's own types, or each as a `Result`. */
import {
  type Cursor,
  type Issue,
  isRecordPage,
  isRecordWithScores,
  issuesOf,
  RecordId,
  RecordPage,
  RecordWithScores,
  type RunId,
  type TypedRecord,
} from "@scorecard-effect/contract";
import type { PageEnd } from "@scorecard-effect/contract/protocol/Pagination";
import * as Option from "effect/Option";
import * as Predicate from "effect/Predicate";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import { InvalidRecord } from "../diagnostics/InvalidRecord.ts";

/** A page whose records were checked. */
export interface ReadPage<out A> extends PageEnd {
  readonly records: ReadonlyArray<A>;
}

/** The page that is read, for error messages. */
interface PageLocation {
  readonly runId: RunId;
  readonly cursor: Cursor | undefined;
}

/** Reads the JSON of a body as a page. Fails with what is wrong with it. */
export type PageReader<out A> = (
  json: unknown,
  location: PageLocation,
) => Result.Result<ReadPage<A>, ReadonlyArray<Issue>>;

const decodePage = Schema.decodeUnknownResult(RecordPage);

// A page that satisfies the guard is passed on as it was parsed: the schema transforms nothing, and decoding would copy
// it. One that fails the guard is decoded to find the issues.
const toPage = (json: unknown): Result.Result<RecordPage, ReadonlyArray<Issue>> =>
  isRecordPage(json) ? Result.succeed(json) : Result.mapError(decodePage(json), issuesOf);

/** Reads records as the contract defines them. */
export const records: PageReader<RecordWithScores> = (json) =>
  Result.map(toPage(json), ({ data, ...rest }) => ({ ...rest, records: data }));

/** Reads records with a team's own types. One record that does not fit fails the page. */
export const typed =
  <A>(reader: TypedRecord.Reader<A>): PageReader<A> =>
  (json, location) =>
    Result.flatMap(records(json, location), (page) => {
      const read: Array<A> = [];
      for (const [index, record] of page.records.entries()) {
        const decoded = decodeAs(reader, record);
        if (Result.isFailure(decoded)) {
          return Result.fail(
            decoded.failure.map(({ path, message }) => ({
              path: `/data/${index}${path}`,
              message,
            })),
          );
        }
        read.push(decoded.success);
      }
      return Result.succeed({ ...page, records: read });
    });

/** Decodes a record with the caller's reader. A reader that throws fails the record. */
export const decodeAs = <A>(
  reader: TypedRecord.Reader<A>,
  record: RecordWithScores,
): Result.Result<A, ReadonlyArray<Issue>> => {
  try {
    return Result.mapError(reader.decode(record), ({ issues }) => issues);
  } catch {
    return Result.fail([{ path: "", message: "Expected a record that the reader can decode" }]);
  }
};

/** Reads each record as a `Result`: a record that is malformed, or does not fit its type, fails alone. */
export const results =
  <A>(
    read: (record: RecordWithScores) => Result.Result<A, ReadonlyArray<Issue>>,
  ): PageReader<Result.Result<A, InvalidRecord>> =>
  (json, location) =>
    Result.map(toEnvelope(json), ({ data, ...rest }) => ({
      ...rest,
      records: data.map((value, index) =>
        Result.mapError(
          Result.flatMap(toRecord(value), read),
          (issues) => new InvalidRecord({ ...location, index, id: idOf(value), issues, value }),
        ),
      ),
    }));

/** A page whose records may be any value. */
const Envelope = Schema.Struct({ ...RecordPage.fields, data: Schema.Array(Schema.Unknown) });
const decodeEnvelope = Schema.decodeUnknownResult(Envelope);
const toEnvelope = (json: unknown): Result.Result<typeof Envelope.Type, ReadonlyArray<Issue>> =>
  isRecordPage(json) ? Result.succeed(json) : Result.mapError(decodeEnvelope(json), issuesOf);

const decodeRecord = Schema.decodeUnknownResult(RecordWithScores);
const toRecord = (value: unknown): Result.Result<RecordWithScores, ReadonlyArray<Issue>> =>
  isRecordWithScores(value)
    ? Result.succeed(value)
    : Result.mapError(decodeRecord(value), issuesOf);

const idOf = (value: unknown): RecordId | undefined =>
  Predicate.hasProperty(value, "id")
    ? Option.getOrUndefined(Schema.decodeUnknownOption(RecordId)(value.id))
    : undefined;
