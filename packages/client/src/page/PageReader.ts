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
import * as FailureReason from "@scorecard-effect/contract/protocol/FailureReason";
import type { PageEnd } from "@scorecard-effect/contract/protocol/Pagination";
import * as Predicate from "effect/Predicate";
import * as Result from "effect/Result";
import type { RecordFailure } from "../diagnostics/Failure.ts";
import type { Redaction } from "../diagnostics/Redaction.ts";

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
  readonly record?: {
    readonly index: number;
    readonly id: RecordId;
    /** What the reader threw, if it did, without the key. */
    readonly cause?: unknown;
  };
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
  <A>(reader: Reader<A>, redaction: Redaction): PageReader<A> =>
  (json, location) =>
    Result.flatMap(records(json, location), (page) => {
      const read: Array<A> = [];
      for (const [index, record] of page.records.entries()) {
        const decoded = decodeAs(reader, record, redaction);
        if (Result.isFailure(decoded)) {
          const { issues, ...cause } = decoded.failure;
          return Result.fail({ issues, record: { index, id: record.id, ...cause } });
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

/** Why a record cannot be read. */
interface Misfit {
  readonly issues: ReadonlyArray<Issue>;
  /** What the caller's reader threw, without the key. */
  readonly cause?: unknown;
}

/** Decodes a record with the caller's reader; a reader that throws, or returns no result, fails the record. */
const decodeAs = <A>(
  reader: Reader<A>,
  record: RecordWithScores,
  redaction: Redaction,
): Result.Result<A, Misfit> => {
  try {
    // The caller's own record type differs from the contract's by the brands of ids alone.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const decoded = reader.decode(record as never);
    const problem = problemOf(decoded);
    if (problem !== undefined) return Result.fail(unreadable(problem));
    return decoded._tag === "Success"
      ? Result.succeed(decoded.success)
      : Result.fail({ issues: decoded.failure.issues });
  } catch (thrown) {
    const cause = redaction.cause(thrown);
    return Result.fail({
      ...unreadable(`decode threw ${FailureReason.ofThrown(thrown)}`),
      ...(cause === undefined ? {} : { cause }),
    });
  }
};

const unreadable = (problem: string): Misfit => ({
  issues: [{ path: "", message: `Expected a record that the reader can decode: ${problem}` }],
});

/** Why what the caller's reader returned is no result; undefined if it is one. */
const problemOf = (decoded: unknown): string | undefined => {
  if (Predicate.isPromiseLike(decoded)) {
    // Nobody waits for it: its rejection would end the process.
    decoded.then(undefined, () => {});
    return "decode returned a promise, and must return its result at once";
  }
  if (Predicate.isTagged(decoded, "Success")) return undefined;
  return Predicate.isTagged(decoded, "Failure") &&
    Predicate.hasProperty(decoded, "failure") &&
    Predicate.hasProperty(decoded.failure, "issues") &&
    Array.isArray(decoded.failure.issues) &&
    decoded.failure.issues.every(isIssue)
    ? undefined
    : 'decode returned neither { _tag: "Success", success } nor { _tag: "Failure", failure: { issues } }';
};

const isIssue = (value: unknown): boolean =>
  Predicate.hasProperty(value, "path") &&
  typeof value.path === "string" &&
  Predicate.hasProperty(value, "message") &&
  typeof value.message === "string";

/** Makes the item of a list from a record that was read, or from why it cannot be. */
type ToItem<A, B> = (result: Result.Result<A, RecordFailure>) => B;

/** Reads each record by itself, as the contract defines it: a malformed one fails alone. */
export const each = <B>(toItem: ToItem<RecordWithScores, B>, redaction: Redaction): PageReader<B> =>
  readEach((record) => Result.succeed(record), toItem, redaction);

/** Reads each record by itself, with a team's own types: a malformed one, or one that does not fit, fails alone. */
export const eachTyped = <A, B>(
  reader: Reader<A>,
  toItem: ToItem<A, B>,
  redaction: Redaction,
): PageReader<B> => readEach((record) => decodeAs(reader, record, redaction), toItem, redaction);

const readEach =
  <A, B>(
    read: (record: RecordWithScores) => Result.Result<A, Misfit>,
    toItem: ToItem<A, B>,
    redaction: Redaction,
  ): PageReader<B> =>
  (json, location) => {
    if (!isEnvelope(json)) return Result.fail({ issues: issuesOf(FirstIssue.ofEnvelope(json)) });
    const items = json.data.map((value, index) => {
      const result = isRecordWithScores(value)
        ? Result.mapError(read(value), (misfit) => ({ ...misfit, scores: [] }))
        : Result.fail(departuresOf(value));
      return toItem(
        Result.mapError(result, ({ issues, scores, ...cause }) => ({
          ...location,
          index,
          id: idOf(value),
          issues: issues.map(({ path, message }) => ({
            path: redaction.line(path),
            message: redaction.line(message),
          })),
          scores,
          value,
          ...cause,
        })),
      );
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
