/** Reads the records of a page: as the contract defines them, with a team's own types, or each by itself. */
import {
  type Issue,
  isRecordPage,
  isRecordWithScores,
  type RecordId,
  type RecordPage,
  type RecordWithScores,
  type RunId,
  type Cursor,
} from "@scorecard-effect/contract";
import * as FirstIssue from "@scorecard-effect/contract/protocol/FirstIssue";
import type { PageEnd } from "@scorecard-effect/contract/protocol/Pagination";
import * as Predicate from "effect/Predicate";
import * as Result from "effect/Result";
import type { RecordFailure } from "../diagnostics/Failure.ts";

/** A page that was read and checked. */
interface ReadPage<out A> extends PageEnd {
  readonly records: ReadonlyArray<A>;
}

/** A page that was read from a response. */
export interface ArrivedPage<out A> extends ReadPage<A> {
  /** The id that the service gave to the request. Read from the headers only where an error names it. */
  readonly requestId: () => string | undefined;
}

/** Which page is read, for error messages. */
interface PageLocation {
  readonly runId: RunId;
  readonly cursor: Cursor | undefined;
}

/** Why a page cannot be read. */
interface Unreadable {
  readonly issues: ReadonlyArray<Issue>;
  /** The record that satisfies the contract, and not the caller's types. */
  readonly record?: { readonly index: number; readonly id: RecordId };
}

/** Reads a body's JSON as a page, or says what is wrong with it. */
export type PageReader<out A> = (
  json: unknown,
  location: PageLocation,
) => Result.Result<ReadPage<A>, Unreadable>;

/** Reads records as the contract defines them. A page is passed on as it was parsed: nothing is copied. */
export const records: PageReader<RecordWithScores> = (json) => {
  if (isRecordPage(json)) return Result.succeed(withRecords(json, json.data));
  return Result.fail({ issues: issuesOf(FirstIssue.ofPage(json)) });
};

const withRecords = <A>(
  { nextCursor, hasMore, total }: PageEnd,
  own: ReadonlyArray<A>,
): ReadPage<A> => ({
  records: own,
  nextCursor,
  hasMore,
  ...(total === undefined ? {} : { total }),
});

/** Reads records with a team's own types; one record that does not fit fails the page. */
export const typed =
  <A>(reader: Reader<A>): PageReader<A> =>
  (json, location) =>
    Result.flatMap(records(json, location), (page) => {
      const read: Array<A> = [];
      for (const [index, record] of page.records.entries()) {
        const decoded = decodeAs(reader, record);
        if (Result.isFailure(decoded)) {
          return Result.fail({ issues: decoded.failure, record: { index, id: record.id } });
        }
        read.push(decoded.success);
      }
      return Result.succeed(withRecords(page, read));
    });

/**
 * Gives records a team's own types: `TypedRecord.Reader` of the contract, judged by its shape, because it may come from
 * another copy of Effect.
 */
interface Reader<out A> {
  decode(
    record: never,
  ):
    | { readonly _tag: "Success"; readonly success: A }
    | { readonly _tag: "Failure"; readonly failure: { readonly issues: ReadonlyArray<Issue> } };
}

/** Decodes a record with the caller's reader; a reader that throws fails the record. */
export const decodeAs = <A>(
  reader: Reader<A>,
  record: RecordWithScores,
): Result.Result<A, ReadonlyArray<Issue>> => {
  try {
    // The caller's own record type differs from the contract's by the brands of ids alone.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const decoded = reader.decode(record as never);
    return decoded._tag === "Success"
      ? Result.succeed(decoded.success)
      : Result.fail(decoded.failure.issues);
  } catch {
    return Result.fail([{ path: "", message: "Expected a record that the reader can decode" }]);
  }
};

/** Reads each record by itself: a malformed one fails alone. `toItem` makes the item of the list from it. */
export const each =
  <A, B>(
    read: (record: RecordWithScores) => Result.Result<A, ReadonlyArray<Issue>>,
    toItem: (result: Result.Result<A, RecordFailure>) => B,
  ): PageReader<B> =>
  (json, location) => {
    if (!isEnvelope(json)) return Result.fail({ issues: issuesOf(FirstIssue.ofEnvelope(json)) });
    const items = json.data.map((value, index) => {
      const place = { ...location, index, id: idOf(value), value };
      if (!isRecordWithScores(value))
        return toItem(Result.fail({ ...place, ...departuresOf(value) }));
      return toItem(Result.mapError(read(value), (issues) => ({ ...place, issues, scores: [] })));
    });
    return Result.succeed(withRecords(json, items));
  };

/** What is wrong with a record: its first issue outside its scores, and the first of each score. */
const departuresOf = (value: unknown): Pick<RecordFailure, "issues" | "scores"> => {
  const first = issuesOf(FirstIssue.ofRecord(value));
  const invalid = FirstIssue.ofScores(value);
  const outside = first.filter(({ path }) => invalid.every(({ issue }) => issue.path !== path));
  return {
    issues: [...outside, ...invalid.map(({ issue }) => issue)],
    scores: invalid.map(({ score }) => score),
  };
};

/** A page whose records may be any value. */
type Envelope = Omit<RecordPage, "data"> & { readonly data: ReadonlyArray<unknown> };

const isEnvelope = (json: unknown): json is Envelope => FirstIssue.ofEnvelope(json) === undefined;

const issuesOf = (issue: Issue | undefined): ReadonlyArray<Issue> =>
  issue === undefined ? [] : [issue];

const idOf = (value: unknown): RecordId | undefined =>
  Predicate.hasProperty(value, "id") && typeof value.id === "string"
    ? // Any text is a record id.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      (value.id as RecordId)
    : undefined;
