/** The real API that a command's flags and environment name, checked before anything is read or printed. */
import * as Data from "effect/Data";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import type * as Redacted from "effect/Redacted";
import type * as Config from "effect/Config";
import type * as Result from "effect/Result";
import type { RunId } from "../Id.ts";
import * as ApiConfig from "../protocol/ApiConfig.ts";
import * as ApiKey from "../protocol/ApiKey.ts";
import * as ListRecordsRequest from "../protocol/ListRecordsRequest.ts";

/** A flag or a variable is missing or invalid. The message names it, and never quotes its value. */
export class InvalidSetting extends Data.TaggedError("InvalidSetting")<{
  readonly message: string;
}> {}

/** Where a real API is, and the key to read it with. */
export interface RealApi {
  readonly apiKey: Redacted.Redacted;
  readonly baseUrl: string;
}

/** The API at the URL of `--base-url`, or else of the environment, or else the production service. */
export const resolve = Effect.fnUntraced(function* (
  baseUrlFlag: Option.Option<string>,
): Effect.fn.Return<RealApi, InvalidSetting | Config.ConfigError> {
  const apiKey = yield* ApiConfig.apiKey;
  if (Option.isNone(apiKey)) {
    return yield* new InvalidSetting({
      message: `${ApiConfig.names.apiKey} is not set: a real API needs its key`,
    });
  }
  const [urlName, url] = Option.isSome(baseUrlFlag)
    ? ["--base-url", baseUrlFlag.value]
    : [ApiConfig.names.baseUrl, yield* ApiConfig.baseUrl];
  return {
    apiKey: yield* checked(ApiConfig.names.apiKey, ApiKey.check(apiKey.value)),
    baseUrl: yield* checked(urlName, ListRecordsRequest.baseUrl(url)),
  };
});

/** The id of the run to read: a command refuses one that no request can send before it prints or starts anything. */
export const runId = (id: string): Effect.Effect<RunId, InvalidSetting> =>
  Effect.mapError(
    Effect.fromResult(ListRecordsRequest.runId(id)),
    (message) => new InvalidSetting({ message }),
  );

const checked = <A>(
  name: string,
  result: Result.Result<A, string>,
): Effect.Effect<A, InvalidSetting> =>
  Effect.mapError(
    Effect.fromResult(result),
    (problem) => new InvalidSetting({ message: `${name}: ${problem}` }),
  );
