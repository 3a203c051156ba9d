/** The Scorecard records API as an `HttpApi`, for servers, fakes, tests and OpenAPI. */
import * as HttpApi from "effect/http-api/HttpApi";
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint";
import * as HttpApiGroup from "effect/http-api/HttpApiGroup";
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware";
import * as HttpApiSecurity from "effect/http-api/HttpApiSecurity";
import * as OpenApi from "effect/http-api/OpenApi";
import { ApiError, ApiServiceError, ApiUnauthenticatedError } from "./ApiError.ts";
import { productionUrl } from "./ApiDefaults.ts";
import { ListRecordsParams, ListRecordsQuery } from "./ListRecords.ts";
import { toPublishedForm } from "./OpenApiDocument.ts";
import { Record } from "./Record.ts";
import { RecordPage } from "./RecordPage.ts";

/**
 * Bearer authentication with an API key: `Authorization: Bearer ak_…`. Keys start with `ak_`. A server rejects a
 * missing or invalid key with {@link ApiUnauthenticatedError}.
 *
 * A server of {@link ScorecardApi} provides this service. Its `ApiKeyAuth` member receives the request's key as a
 * `Redacted`, which is empty if the request has no key.
 */
export class ApiKeyAuth extends HttpApiMiddleware.Service<ApiKeyAuth>()(
  "@scorecard-effect/contract/ApiKeyAuth",
  {
    error: ApiUnauthenticatedError,
    security: {
      ApiKeyAuth: HttpApiSecurity.bearer.pipe(
        HttpApiSecurity.annotate(OpenApi.Format, "starts with ak_"),
      ),
    },
  },
) {}

/** The endpoints for records: `listRecords`, which is `GET /runs/{runId}/records`. */
export class RecordsGroup extends HttpApiGroup.make("records").add(
  HttpApiEndpoint.get("listRecords", "/runs/:runId/records", {
    params: ListRecordsParams,
    query: ListRecordsQuery,
    success: RecordPage,
    error: ApiServiceError,
  })
    .middleware(ApiKeyAuth)
    .annotateMerge(
      OpenApi.annotations({
        identifier: "listRecords",
        summary: "List the records of a run",
        description: "Lists the records of a Run page by page, each with all of its scores.",
      }),
    ),
) {}

/**
 * The Scorecard records API.
 *
 * Serve it with `HttpApiBuilder`, as `FakeScorecard` in `@scorecard-effect/fixtures` does. To read the real service,
 * use `@scorecard-effect/client`: it handles what a client derived from an API description cannot (paging rules,
 * undocumented statuses, bodies that are not JSON).
 *
 * @example
 * ```ts
 * import { ScorecardApi } from "@scorecard-effect/contract/http-api";
 * import { OpenApi } from "effect/http-api";
 *
 * const document = OpenApi.fromApi(ScorecardApi);
 * ```
 */
export class ScorecardApi extends HttpApi.make("ScorecardApi")
  .add(RecordsGroup)
  .annotateMerge(
    OpenApi.annotations({
      title: "Scorecard API",
      version: "1.0.0",
      description: "Reads the records of evaluation runs, with their scores.",
      servers: [{ url: productionUrl }],
      transform: toPublishedForm,
    }),
  )
  // The published document names these schemas, but no endpoint here refers to them.
  .annotate(HttpApi.AdditionalSchemas, [Record, ApiError]) {}
