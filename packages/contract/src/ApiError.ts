/** The body of an API error, and the two error responses that the API documents. */
import * as Schema from "effect/Schema";
import { JsonObject } from "./JsonObject.ts";
import { OpenStruct } from "./OpenStruct.ts";

/**
 * The body of an error response.
 *
 * `code` is an open set: the API documents `UNAUTHORIZED` and `INTERNAL_ERROR`, and sends others too.
 *
 * @example
 * ```ts
 * import type { ApiError } from "@scorecard-effect/contract";
 *
 * const error: ApiError = { code: "UNAUTHORIZED", message: "The API key is not valid.", details: {} };
 * ```
 */
export const ApiError = OpenStruct({
  code: Schema.String.annotate({
    description: "A machine-readable name for the kind of error. New codes may appear.",
  }),
  message: Schema.String.annotate({ description: "What happened, for a person to read." }),
  details: JsonObject.annotate({ description: "Further details; often empty." }),
}).annotate({ identifier: "ApiError", description: "The body of an error response." });
export interface ApiError extends Schema.Schema.Type<typeof ApiError> {}

/**
 * The response with status 401: the API key is missing or invalid. Its body is an {@link ApiError}; `_tag` exists
 * only in memory.
 */
export class ApiUnauthenticatedError extends Schema.Error<ApiUnauthenticatedError>(
  "@scorecard-effect/contract/ApiUnauthenticatedError",
)(
  { _tag: Schema.tagDefaultOmit("ApiUnauthenticatedError"), ...ApiError.fields },
  { httpApiStatus: 401, description: "The API key is missing or invalid." },
) {}

/**
 * The response with status 500: the service failed. Its body is an {@link ApiError}; `_tag` exists only in memory.
 */
export class ApiServiceError extends Schema.Error<ApiServiceError>(
  "@scorecard-effect/contract/ApiServiceError",
)(
  { _tag: Schema.tagDefaultOmit("ApiServiceError"), ...ApiError.fields },
  { httpApiStatus: 500, description: "The service failed while it handled the request." },
) {}
