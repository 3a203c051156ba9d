/** A real Scorecard API as a source. */
import { ScorecardClient } from "@scorecard-effect/client";
import * as ContractRealApi from "@scorecard-effect/contract/cli/RealApi";
import * as ApiConfig from "@scorecard-effect/contract/protocol/ApiConfig";
import * as ApiKey from "@scorecard-effect/contract/protocol/ApiKey";
import * as ListRecordsRequest from "@scorecard-effect/contract/protocol/ListRecordsRequest";
import { type Config, Effect, Layer, Option, Result } from "effect";
import type { Source } from "./Source.ts";
import { type ApiFlags, fakeOnly } from "./SourceFlags.ts";
import { transport } from "./Transport.ts";
import { UsageError } from "./UsageError.ts";

/** The real API that the flags and the environment choose; undefined where they choose a fake one. */
export const choose = Effect.fnUntraced(function* (
  flags: ApiFlags,
  isRunNamed: boolean,
): Effect.fn.Return<
  ContractRealApi.RealApi | undefined,
  UsageError | ContractRealApi.InvalidSetting | Config.ConfigError
> {
  const fakeFlags = fakeOnly(flags);
  const [fakeFlag] = fakeFlags;
  if (Option.isSome(flags.baseUrl) && fakeFlag !== undefined) {
    return yield* new UsageError({
      message: `--base-url reads a real API and cannot be combined with --${fakeFlag}`,
    });
  }
  if (Option.isSome(flags.replay) && fakeFlags.length > 1) {
    return yield* new UsageError({
      message:
        "--replay serves recorded records and cannot be combined with --records, --seed or --preset",
    });
  }
  const apiKey = yield* ApiConfig.apiKey;
  const configuredUrl = yield* ApiConfig.configuredUrl;
  const isConfigured = Option.isSome(apiKey) || Option.isSome(configuredUrl);
  if (Option.isNone(flags.baseUrl) && (fakeFlag !== undefined || !isRunNamed || !isConfigured)) {
    return undefined;
  }
  return yield* ContractRealApi.resolve(flags.baseUrl);
});

export const source = ({ apiKey, baseUrl }: ContractRealApi.RealApi): Source => {
  const redact = ApiKey.redactor(apiKey);
  // The client refuses a URL with credentials, a query or a fragment. It is not shown either.
  const shownUrl = redact(
    Result.getOrElse(ListRecordsRequest.baseUrl(baseUrl), () => "a malformed URL"),
  );
  return {
    description: `real API at ${shownUrl}`,
    tags: [],
    identity: shownUrl,
    note: undefined,
    redact,
    client: ScorecardClient.layer({ apiKey, baseUrl }).pipe(Layer.provide(transport)),
  };
};
