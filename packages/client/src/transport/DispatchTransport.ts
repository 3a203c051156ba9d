/**
 * The transport on an undici dispatcher: the fastest on Node. `dispatch` delivers the chunks of a body without the
 * `Readable` and the promises that undici's `request` needs. Measurements: docs/decisions/0014.
 */
import * as BodyText from "@scorecard-effect/contract/protocol/BodyText";
import { BodyTooLarge, type ChunkCollector } from "@scorecard-effect/contract/protocol/Chunks";
import * as Effect from "effect/Effect";
import * as Predicate from "effect/Predicate";
import type { DispatchController, DispatchedHeaders, Dispatcher } from "./Dispatcher.ts";
import {
  type Transport,
  TransportFailure,
  type TransportRequest,
  type TransportResponse,
} from "./Transport.ts";

/** A transport on a dispatcher. Undici's own timeouts are off, because the client has its own. */
export const make = (dispatcher: Dispatcher): Transport => ({
  followsRedirects: false,
  send: (request) =>
    Effect.map(
      exchange(dispatcher, request, (headers) =>
        BodyText.collector(valueOf(headers, "content-encoding"), request.maxBodyBytes),
      ),
      (head) => toResponse(head, request.maxBodyBytes),
    ),
});

const toResponse = (
  { status, headers, body, discard }: Head<BodyText.Arrived>,
  maxBytes: number,
): TransportResponse => {
  const header = (name: string): string | undefined => valueOf(headers, name);
  return {
    status,
    header,
    body: Effect.flatMap(body, (arrived) =>
      BodyText.decode(arrived, header("content-encoding"), maxBytes),
    ),
    discard,
  };
};

/** The value of a header, by its name in lower case. */
export const valueOf = (headers: DispatchedHeaders, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value.join(", ") : value;
};

/** The start of a response, while its body arrives. */
interface Head<out Body> {
  readonly status: number;
  readonly headers: DispatchedHeaders;
  /** Waits for the end of the body. */
  readonly body: Effect.Effect<Body, TransportFailure | BodyTooLarge>;
  /** Ends the exchange. */
  readonly discard: () => void;
}

/** Sends a request, and collects the body of its response in the collector that is made for its headers. */
export const exchange = <Body>(
  dispatcher: Dispatcher,
  request: TransportRequest,
  collect: (headers: DispatchedHeaders) => ChunkCollector<Body>,
): Effect.Effect<Head<Body>, TransportFailure> =>
  Effect.callback((resume) => {
    dispatch(dispatcher, request, collect, (head) => {
      resume(head instanceof TransportFailure ? Effect.fail(head) : Effect.succeed(head));
    });
  });

/** A body that is arriving. Its end may come before or after somebody waits for it. */
const incomingBody = <Body>() => {
  type End = Effect.Effect<Body, TransportFailure | BodyTooLarge>;
  let ended: End | undefined;
  let listener: ((end: End) => void) | undefined;
  return {
    end: (end: End): void => {
      ended ??= end;
      listener?.(ended);
    },
    whole: Effect.callback<Body, TransportFailure | BodyTooLarge>((resume) => {
      if (ended === undefined) listener = resume;
      else resume(ended);
    }),
  };
};

/**
 * Sends a request. Calls `onHead` once.
 *
 * A closure, not a class: V8 allocated the instances of a class among its old objects, which kept each page from being
 * collected with the young ones, and took twice the time.
 */
const dispatch = <Body>(
  dispatcher: Dispatcher,
  { url, headers, signal, maxBodyBytes }: TransportRequest,
  collect: (headers: DispatchedHeaders) => ChunkCollector<Body>,
  onHead: (head: Head<Body> | TransportFailure) => void,
): void => {
  const { origin, pathname, search } = new URL(url);
  const body = incomingBody<Body>();
  let controller: DispatchController | undefined;
  let collector: ChunkCollector<Body> | undefined;
  const abort = (): void => {
    controller?.abort(new Error("The request was abandoned"));
  };
  const fail = (cause: unknown): void => {
    signal.removeEventListener("abort", abort);
    const failure = new TransportFailure({ cause });
    if (collector === undefined) onHead(failure);
    else body.end(Effect.fail(failure));
  };
  const refuse = (tooLarge: BodyTooLarge): void => {
    body.end(Effect.fail(tooLarge));
    abort();
  };

  signal.addEventListener("abort", abort);
  try {
    dispatcher.dispatch(
      {
        origin,
        path: pathname + search,
        method: "GET",
        headers,
        body: null,
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      {
        onRequestStart: (started) => {
          controller = started;
          if (signal.aborted) abort();
        },
        onResponseStart: (current, status, responseHeaders) => {
          // An interceptor that retries a request has another controller for each.
          controller = current;
          // "103 Early Hints" and the like come before the response.
          if (status < 200) return;
          collector = collect(responseHeaders);
          const length = Number(responseHeaders["content-length"] ?? 0);
          if (length > maxBodyBytes) refuse(new BodyTooLarge({ start: new Uint8Array() }));
          onHead({ status, headers: responseHeaders, body: body.whole, discard: abort });
        },
        onResponseData: (current, chunk) => {
          controller = current;
          const tooLarge = collector?.add(chunk);
          if (tooLarge !== undefined) refuse(tooLarge);
        },
        onResponseEnd: () => {
          signal.removeEventListener("abort", abort);
          if (collector === undefined) fail(new Error("The dispatcher ended without a response"));
          else body.end(Effect.succeed(collector.end()));
        },
        onResponseError: (_, error) => {
          const response = collector === undefined ? responseOf(error) : undefined;
          if (response === undefined) {
            fail(error);
            return;
          }
          signal.removeEventListener("abort", abort);
          collector = collect(response.headers);
          const tooLarge = collector.add(response.body);
          body.end(
            tooLarge === undefined ? Effect.succeed(collector.end()) : Effect.fail(tooLarge),
          );
          onHead({ ...response, body: body.whole, discard: abort });
        },
      },
    );
  } catch (cause) {
    fail(cause);
  }
};

/**
 * The response that an interceptor made an error of: undici's `responseError` each from status 400, its `retry` the last
 * that it got. Undefined for any other error.
 */
const responseOf = (error: unknown) => {
  const status = Predicate.hasProperty(error, "statusCode") ? error.statusCode : undefined;
  if (typeof status !== "number" || status < 400) return undefined;
  const headers: { [name: string]: string } = {};
  if (Predicate.hasProperty(error, "headers")) {
    for (const [name, value] of Object.entries(Object(error.headers))) {
      // The interceptor may have parsed the body.
      if (name !== "content-encoding") headers[name] = String(value);
    }
  }
  const body = Predicate.hasProperty(error, "body") ? error.body : "";
  const text = typeof body === "string" ? body : JSON.stringify(body ?? "");
  return { status, headers, body: new TextEncoder().encode(text) };
};
