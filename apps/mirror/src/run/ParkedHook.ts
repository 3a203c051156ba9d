/** Informs a web service that a run was parked: a signed POST. */
import { printable, type RunId } from "@scorecard-effect/contract";
import {
  Clock,
  Context,
  Data,
  Duration,
  Effect,
  Layer,
  Predicate,
  Redacted,
  Schedule,
} from "effect";
import { FetchHttpClient, HttpClient, HttpClientRequest } from "effect/http";
import { createHmac } from "node:crypto";
import { MirrorStore } from "../store/MirrorStore.ts";

/** Where the requests go, and what signs them. */
export interface HookOptions {
  readonly url: Redacted.Redacted;
  readonly secret: Redacted.Redacted;
  /** How long to wait before the first retry; each later wait is twice as long. Default: one second. */
  readonly retryDelay?: Duration.Input;
}

// With waits of 1, 2, 4, 8 and 16 seconds: half a minute.
const maxRetries = 5;
const requestTimeout = "10 seconds";

/** The hook of this runner. Without one, nothing is sent. */
export class ParkedHook extends Context.Reference<{
  readonly isConfigured: boolean;
  /** Sends a stop of a run, if it is still parked by it. It never fails: a hook that does not answer is logged. */
  readonly notify: (
    runId: RunId,
    generation: number,
    stop: number,
  ) => Effect.Effect<void, never, MirrorStore>;
}>("@scorecard-effect/mirror/run/ParkedHook", {
  defaultValue: () => ({ isConfigured: false, notify: () => Effect.void }),
}) {}

/** The signature of a body, as a receiver computes it: HMAC-SHA256 of `<timestamp>.<body>`, in hexadecimal. */
const sign = (secret: Redacted.Redacted, timestamp: string, body: string): string =>
  createHmac("sha256", Redacted.value(secret)).update(`${timestamp}.${body}`).digest("hex");

/** The service cannot be reached, or does not take the request now. */
class NotDelivered extends Data.TaggedError("NotDelivered")<{
  readonly message: string;
  readonly isTransient: boolean;
}> {}

const isTransientStatus = (status: number): boolean =>
  status === 408 || status === 429 || status >= 500;

/** A hook that sends requests. */
export const layer = ({ url, secret, retryDelay = "1 second" }: HookOptions) =>
  Layer.effect(
    ParkedHook,
    Effect.gen(function* () {
      const http = yield* HttpClient.HttpClient;

      const send = Effect.fnUntraced(function* (delivery: string, body: string) {
        const timestamp = String(Math.floor((yield* Clock.currentTimeMillis) / 1000));
        const request = HttpClientRequest.post(Redacted.value(url)).pipe(
          HttpClientRequest.bodyText(body, "application/json"),
          HttpClientRequest.setHeaders({
            "x-mirror-delivery": delivery,
            "x-mirror-timestamp": timestamp,
            "x-mirror-signature": `sha256=${sign(secret, timestamp, body)}`,
          }),
        );
        const { status } = yield* http.execute(request).pipe(
          Effect.timeout(requestTimeout),
          // Its message would contain the URL, which may be a secret.
          Effect.mapError(
            (error) =>
              new NotDelivered({ message: `no response (${error._tag})`, isTransient: true }),
          ),
        );
        if (status >= 200 && status < 300) return undefined;
        return yield* new NotDelivered({
          message: `status ${status}`,
          isTransient: isTransientStatus(status),
        });
      });

      const notify = Effect.fn("ParkedHook.notify")(function* (
        runId: RunId,
        generation: number,
        stop: number,
      ) {
        const { progress } = yield* MirrorStore;
        const run = yield* progress(runId);
        // A workflow that is replayed comes by earlier stops again, and a person may have resumed this one.
        if (run?.state !== "parked" || run.generation !== generation || run.stops !== stop) return;
        const delivery = `${runId}/${generation}/${stop}`;
        const { stoppedAt, failingSince, records, pages, error } = run;
        const body = JSON.stringify({
          event: "run.parked",
          delivery,
          run: runId,
          generation,
          parkedAt: stoppedAt,
          failingSince,
          records,
          pages,
          error: Predicate.hasProperty(error, "message")
            ? {
                message: String(error.message),
                ...(Predicate.hasProperty(error, "_tag") ? { tag: String(error._tag) } : {}),
              }
            : null,
        });
        yield* send(encodeURIComponent(delivery), body).pipe(
          Effect.retry({
            schedule: Schedule.exponential(retryDelay),
            times: maxRetries,
            while: ({ isTransient }) => isTransient,
          }),
        );
      });

      return {
        isConfigured: true,
        notify: (runId, generation, stop) =>
          notify(runId, generation, stop).pipe(
            Effect.catch((error) =>
              Effect.logWarning(
                `Run ${printable(runId)} is parked, and the hook of --on-parked did not accept the message: ${error.message}`,
              ),
            ),
          ),
      };
    }),
  ).pipe(
    // A redirect would send the body to another place.
    Layer.provide(FetchHttpClient.layer),
    Layer.provide(Layer.succeed(FetchHttpClient.RequestInit, { redirect: "manual" })),
  );
