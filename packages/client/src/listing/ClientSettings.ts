/** The options of a client, checked and put together. */
import { productionUrl } from "@scorecard-effect/contract";
import * as ApiKey from "@scorecard-effect/contract/protocol/ApiKey";
import * as ListRecordsRequest from "@scorecard-effect/contract/protocol/ListRecordsRequest";
import * as RequestDefaults from "@scorecard-effect/contract/protocol/RequestDefaults";
import * as Duration from "effect/Duration";
import * as Result from "effect/Result";
import type { AttemptFailure } from "../diagnostics/Failure.ts";
import * as Redaction from "../diagnostics/Redaction.ts";
import * as PageFetch from "../page/PageFetch.ts";
import * as PageRequest from "../page/PageRequest.ts";
import type { RateLimit, RequestGate } from "../page/RequestGate.ts";
import type { RetryOptions, RetryPolicy } from "../page/RetryPolicy.ts";
import type { Transport } from "../transport/Transport.ts";
import * as Preconditions from "./Preconditions.ts";

/** What a client makes its listings with. */
export interface ClientSettings {
  readonly redaction: Redaction.Redaction;
  readonly pages: PageFetch.PageFetch;
}

/** The options that both clients have. */
export interface ClientOptions {
  readonly apiKey: unknown;
  readonly baseUrl?: string | URL | undefined;
  readonly timeout?: Duration.Input | undefined;
  readonly retry?: RetryOptions | RetryPolicy<AttemptFailure> | false | undefined;
  readonly maxBodyBytes?: number | undefined;
  readonly rateLimit?: RateLimit | RequestGate | undefined;
  readonly headers?: { readonly [name: string]: string } | undefined;
  /** Headers, in lower case, that `headers` may replace. */
  readonly defaultHeaders?: { readonly [name: string]: string } | undefined;
}

/** Checks options; fails with the first problem, in words. */
export const make = (
  options: ClientOptions,
  transport: Transport,
): Result.Result<ClientSettings, string> =>
  Result.gen(function* () {
    const apiKey = yield* ApiKey.check(options.apiKey);
    const redaction = Redaction.make(apiKey);
    const timeout = yield* Preconditions.timeout(
      options.timeout ?? RequestDefaults.timeoutMillis,
      transport,
    );
    const endpoint: PageRequest.Endpoint = {
      transport,
      redaction,
      headers: PageRequest.headersOf(apiKey, {
        ...options.defaultHeaders,
        ...(yield* Result.mapError(Preconditions.headers(options.headers ?? {}), redaction.line)),
      }),
      baseUrl: yield* ListRecordsRequest.baseUrl(options.baseUrl ?? productionUrl),
      errorBodyTimeout: Duration.min(Duration.seconds(2), Duration.divideUnsafe(timeout, 2)),
      maxBodyBytes: yield* Preconditions.maxBodyBytes(
        options.maxBodyBytes ?? RequestDefaults.maxBodyBytes,
      ),
    };
    const policy = yield* Preconditions.retry(options.retry ?? {});
    const gate = yield* Preconditions.requestGate(options.rateLimit ?? undefined);
    return { redaction, pages: PageFetch.make({ endpoint, gate, timeout, policy }) };
  });
