/** How the service reads Scorecard, and what it makes of Scorecard's failures. */
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
        // The whole story is for the log: a caller gets what it can act on.
        Stream.tapError((error) => Effect.logWarning(error.message)),
        Stream.mapError(toFiguresError),
      );

    return handlers.handleAll({
      whole: ({ params: { runId } }) =>
        Stream.runFold(pages(runId), () => RunFigures.empty(runId), RunFigures.add),
      // A page is asked for when the caller has taken the figures before it: its pace is ours.
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
  // Of all that a request can be refused for, the run's id alone is the caller's.
  InvalidRequest: notFound,
  RequestRejected: (error) => (error.status === 404 ? notFound(error) : unreadable(error)),
  // The client has tried these several times.
  RateLimited: (error) => later(error, error.retryAfter),
  ServiceError: (error) => later(error, error.retryAfter),
  TransportError: (error) => later(error),
  RequestTimeout: (error) => later(error),
  Unauthenticated: unreadable,
  InvalidResponse: unreadable,
  PaginationError: unreadable,
});
