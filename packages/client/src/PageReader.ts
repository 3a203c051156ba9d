/**
 * How the records of a page are read: as the contract has them, with the types of a team's run, or each as a
 * `Result`.
 */
import {
  Cursor,
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
import * as Option from "effect/Option";
import * as Predicate from "effect/Predicate";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import { InvalidRecord } from "./InvalidRecord.ts";

/** A page as it was read. */
export interface ReadPage<out A> {
  readonly records: ReadonlyArray<A>;
  readonly nextCursor: Cursor | null;
  readonly hasMore: boolean;
  readonly total?: number;
}

/** Which page is read. */
interface At {
  readonly runId: RunId;
  readonly cursor: Cursor | undefined;
}

/** Reads a body's JSON, or says where it is no page. */
export type PageReader<out A> = (
  json: unknown,
  at: At,
) => Result.Result<ReadPage<A>, ReadonlyArray<Issue>>;

const decodePage = Schema.decodeUnknownResult(RecordPage);

// What satisfies the guard is handed on as it was parsed: the schema transforms nothing, and decoding would
// cost a copy. What fails the guard is decoded for the report.
const toPage = (json: unknown): Result.Result<RecordPage, ReadonlyArray<Issue>> =>
  isRecordPage(json) ? Result.succeed(json) : Result.mapError(decodePage(json), issuesOf);

/** Records as the contract has them. */
export const records: PageReader<RecordWithScores> = (json) =>
  Result.map(toPage(json), ({ data, ...rest }) => ({ ...rest, records: data }));

/** Records with the types of a team's run; one that does not fit costs the page. */
export const typed =
  <A>(reader: TypedRecord.Reader<A>): PageReader<A> =>
  (json, at) =>
    Result.flatMap(records(json, at), (page) => {
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

/** A record by a reader of the caller's; one that throws has not read it. */
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

/** Each record as a `Result`: one that is malformed, or does not fit its type, costs itself alone. */
export const results =
  <A>(
    read: (record: RecordWithScores) => Result.Result<A, ReadonlyArray<Issue>>,
  ): PageReader<Result.Result<A, InvalidRecord>> =>
  (json, at) =>
    Result.map(toEnvelope(json), ({ data, ...rest }) => ({
      ...rest,
      records: data.map((value, index) =>
        Result.mapError(
          Result.flatMap(toRecord(value), read),
          (issues) => new InvalidRecord({ ...at, index, id: idOf(value), issues, value }),
        ),
      ),
    }));

/** A page whose records may be anything. */
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
