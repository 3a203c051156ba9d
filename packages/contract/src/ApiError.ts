/** The one shape in which the API reports errors, and the two responses documented to carry it. */
import * as Schema from "effect/Schema";
import { JsonObject } from "./JsonObject.ts";
import { OpenStruct } from "./OpenStruct.ts";

/**
 * The body of an error response.
 *
 * `code` is an open set: `UNAUTHORIZED` and `INTERNAL_ERROR` are documented, others occur and must
 * not break a reader.
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
    description: "A machine-readable name for the kind of error; an open set.",
  }),
  message: Schema.String.annotate({ description: "What happened, in words." }),
  details: JsonObject.annotate({ description: "Anything more there is to say; often empty." }),
}).annotate({ identifier: "ApiError", description: "The body of an error response." });
export interface ApiError extends Schema.Schema.Type<typeof ApiError> {}

/**
 * 401: the request carried no API key, or one that is not valid. An {@link ApiError} on the wire; the
 * `_tag` exists only in memory.
 */
export class ApiUnauthenticatedError extends Schema.Error<ApiUnauthenticatedError>(
  "@scorecard-effect/contract/ApiUnauthenticatedError",
)(
  { _tag: Schema.tagDefaultOmit("ApiUnauthenticatedError"), ...ApiError.fields },
  { httpApiStatus: 401, description: "The request carried no API key, or one that is not valid." },
) {}

/**
 * 500: the service failed. An {@link ApiError} on the wire; the `_tag` exists only in memory.
 */
export class ApiServiceError extends Schema.Error<ApiServiceError>(
  "@scorecard-effect/contract/ApiServiceError",
)(
  { _tag: Schema.tagDefaultOmit("ApiServiceError"), ...ApiError.fields },
  { httpApiStatus: 500, description: "The service failed while it handled the request." },
) {}
