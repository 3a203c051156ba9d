/** An archive of runs, served with the API of the contract, so that every client of Scorecard can read it. */
import {
  type ApiError,
  ApiUnauthenticatedError,
  Cursor,
  maxLimit,
  type RecordWithScores,
} from "@scorecard-effect/contract";
import { ApiKeyAuth, ScorecardApi } from "@scorecard-effect/contract/http-api";
import { Effect, Layer, Redacted } from "effect";
import { HttpServerResponse } from "effect/http";
import { HttpApiBuilder, HttpApiMiddleware } from "effect/http-api";

/** The archived records, and the key to read them with. */
export interface Options {
  readonly apiKey: Redacted.Redacted;
  /** Records of any runs, in listing order. */
  readonly records: Iterable<RecordWithScores>;
}

/** The archive's routes, for `HttpRouter.serve` or `HttpRouter.toWebHandler`. */
export const layer = ({ apiKey, records }: Options) => {
  const runs = Map.groupBy(records, (record) => record.runId);

  const Records = HttpApiBuilder.group(ArchiveApi, "records", (handlers) =>
    // The contract documents neither 404 nor 400, so `handleRaw` builds the responses.
    handlers.handleRaw("listRecords", ({ params: { runId }, query: { limit, cursor, tags } }) => {
      const archived = runs.get(runId);
      // The archive keeps no tags: no record has any that a request asks for.
      const run = tags === undefined || tags.length === 0 ? archived : archived && [];
      if (run === undefined) return refuse(404, "NOT_FOUND", "There is no such run");
      if (limit > maxLimit) return refuse(400, "BAD_REQUEST", `limit is at most ${maxLimit}`);
      const start =
        cursor === undefined ? 0 : run.findIndex((record) => cursorOf(record) === cursor);
      if (start === -1) return refuse(400, "BAD_REQUEST", "The cursor is not one of this run's");
      const next = run[start + limit];
      return Effect.succeed(
        HttpServerResponse.jsonUnsafe({
          data: run.slice(start, start + limit),
          nextCursor: next === undefined ? null : cursorOf(next),
          hasMore: next !== undefined,
          total: run.length,
        }),
      );
    }),
  );

  const Auth = Layer.succeed(ApiKeyAuth, {
    ApiKeyAuth: (handler, { credential }) =>
      Redacted.value(credential) === Redacted.value(apiKey)
        ? handler
        : Effect.fail(unauthenticated),
  });

  return HttpApiBuilder.layer(ArchiveApi).pipe(
    Layer.provide(Records),
    Layer.provide([Auth, malformed]),
  );
};

// Includes the run, because another run may have a record with the same id.
const cursorOf = ({ runId, id }: RecordWithScores): Cursor => Cursor.make(`${runId}/${id}`);

const refuse = (status: number, code: string, message: string) =>
  Effect.succeed(
    HttpServerResponse.jsonUnsafe({ code, message, details: {} } satisfies ApiError, { status }),
  );

const unauthenticated = new ApiUnauthenticatedError({
  code: "UNAUTHORIZED",
  message: "The API key is missing or not valid",
  details: {},
});

/** Answers a request that does not fit the contract, such as one with a limit that is not a number. */
class Malformed extends HttpApiMiddleware.Service<Malformed>()("archive/Malformed") {}

const malformed = HttpApiMiddleware.layerSchemaErrorTransform(Malformed, ({ cause }) =>
  refuse(400, "BAD_REQUEST", cause.message),
);

class ArchiveApi extends ScorecardApi.middleware(Malformed) {}
