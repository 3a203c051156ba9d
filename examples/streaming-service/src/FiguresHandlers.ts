/** Reads Scorecard for the endpoints, and translates its failures. */
import { type ListRecordsError, ScorecardClient } from "@scorecard-effect/client";
import type { RunId } from "@scorecard-effect/contract";
import { Duration, Effect, Match, Stream } from "effect";
import { HttpApiBuilder } from "effect/http-api";
import { FiguresApi, type FiguresError, RunNotFound, TryLater, Unreadable } from "./FiguresApi.ts";
import * as RunFigures from "./RunFigures.ts";

export const layer = HttpApiBuilder.group(
  FiguresApi,
  "figures",
  Effect.fnUntraced(function* (handlers) {
    const client = yield* ScorecardClient;

    const pages = (runId: RunId) =>
      client.listPages(runId).pipe(
        // The log gets the details; callers get an error that they can act on.
        Stream.tapError((error) => Effect.logWarning(error.message)),
        Stream.mapError(toFiguresError),
      );

    return handlers.handleAll({
      whole: ({ params: { runId } }) =>
        Stream.runFold(pages(runId), () => RunFigures.empty(runId), RunFigures.add),
      // The next page is requested when the caller has taken the figures so far: a slow caller slows us down.
      live: ({ params: { runId } }) =>
        Effect.succeed(Stream.scan(pages(runId), () => RunFigures.empty(runId), RunFigures.add)),
    });
  }),
);

const notFound = ({ runId }: ListRecordsError) => new RunNotFound({ runId });
const unreadable = ({ runId }: ListRecordsError) => new Unreadable({ runId });
const later = ({ runId }: ListRecordsError, wait?: Duration.Duration) =>
  new TryLater({ runId, ...(wait && { seconds: Duration.toSeconds(wait) }) });

const toFiguresError = Match.typeTags<ListRecordsError, FiguresError>()({
  // The run id is the only part of the request that comes from the caller.
  InvalidRequest: notFound,
  RequestRejected: (error) => (error.status === 404 ? notFound(error) : unreadable(error)),
  // The client has retried these.
  RateLimited: (error) => later(error, error.retryAfter),
  ServiceError: (error) => later(error, error.retryAfter),
  TransportError: (error) => later(error),
  RequestTimeout: (error) => later(error),
  RecordMismatch: unreadable,
  Unauthenticated: unreadable,
  InvalidResponse: unreadable,
  PaginationError: unreadable,
});
