/**
 * An archive of runs, served by the contract: whoever reads Scorecard can read the archive, with the same client.
 */
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

/** What is archived, and who may read it. */
export interface Options {
  readonly apiKey: Redacted.Redacted;
  /** Records of any runs, in the order in which they are listed. */
  readonly records: Iterable<RecordWithScores>;
}

/** The archive's routes, for `HttpRouter.serve` or `HttpRouter.toWebHandler`. */
export const layer = ({ apiKey, records }: Options) => {
  const runs = Map.groupBy(records, (record) => record.runId);

  const Records = HttpApiBuilder.group(ArchiveApi, "records", (handlers) =>
    // The contract documents neither 404 nor 400: these responses are made by hand.
    handlers.handleRaw("listRecords", ({ params: { runId }, query: { limit, cursor } }) => {
      const run = runs.get(runId);
      if (run === undefined) return refuse(404, "NOT_FOUND", "There is no such run");
      if (limit > maxLimit) return refuse(400, "BAD_REQUEST", `limit is at most ${maxLimit}`);
      const start =
        cursor === undefined ? 0 : run.findIndex((record) => cursorOf(record) === cursor);
      if (start === -1) return refuse(400, "BAD_REQUEST", "The cursor is not of this run");
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

// Of the run too: a record's id alone may be one of another run as well.
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

/** A request that does not fit the contract: a limit that is no number, say. */
class Malformed extends HttpApiMiddleware.Service<Malformed>()("archive/Malformed") {}

const malformed = HttpApiMiddleware.layerSchemaErrorTransform(Malformed, ({ cause }) =>
  refuse(400, "BAD_REQUEST", cause.message),
);

class ArchiveApi extends ScorecardApi.middleware(Malformed) {}
