/**
 * The transport on an undici dispatcher: the fastest on Node. `dispatch` delivers the chunks of a body without the
 * `Readable` and the promises that undici's `request` needs. Measurements: docs/decisions/0014.
 */
import { BodyTooLarge, Chunks } from "@scorecard-effect/contract/protocol/Chunks";
import * as ContentEncoding from "@scorecard-effect/contract/protocol/ContentEncoding";
import * as Effect from "effect/Effect";
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
    Effect.callback((resume) => {
      dispatch(dispatcher, request, (head) => {
        resume(
          head instanceof TransportFailure
            ? Effect.fail(head)
            : Effect.succeed<TransportResponse>(toResponse(head, request.maxBodyBytes)),
        );
      });
    }),
});

/** The start of a response, while its body arrives. */
interface Head {
  readonly status: number;
  readonly headers: DispatchedHeaders;
  readonly body: IncomingBody;
}

const toResponse = ({ status, headers, body }: Head, maxBytes: number): TransportResponse => {
  const header = (name: string): string | undefined => {
    const value = headers[name];
    return Array.isArray(value) ? value.join(", ") : value;
  };
  const whole = Effect.callback<Uint8Array, TransportFailure | BodyTooLarge>((resume) => {
    body.onEnd((end) => {
      // Bytes may be of another realm, as Node's are under jsdom; the failures are this module's own.
      const hasFailed = end instanceof TransportFailure || end instanceof BodyTooLarge;
      resume(hasFailed ? Effect.fail(end) : Effect.succeed(end));
    });
  });
  const encoding = header("content-encoding");
  return {
    status,
    header,
    headers: () =>
      Object.fromEntries(Object.keys(headers).map((name) => [name, header(name) ?? ""])),
    body:
      encoding === undefined
        ? whole
        : Effect.flatMap(whole, (bytes) => ContentEncoding.decode(bytes, encoding, maxBytes)),
  };
};

/** The end of a body: all its bytes, or why there are none. */
type BodyEnd = Uint8Array | TransportFailure | BodyTooLarge;

/** Collects a body. Its end may come before or after somebody waits for it. */
interface IncomingBody {
  readonly end: (end: BodyEnd) => void;
  readonly onEnd: (listener: (end: BodyEnd) => void) => void;
}

const incomingBody = (): IncomingBody => {
  let ended: BodyEnd | undefined;
  let listener: ((end: BodyEnd) => void) | undefined;
  return {
    end: (end) => {
      ended ??= end;
      listener?.(ended);
    },
    onEnd: (own) => {
      if (ended === undefined) listener = own;
      else own(ended);
    },
  };
};

/**
 * Sends a request. Calls `onHead` once.
 *
 * A closure, not a class: V8 allocated the instances of a class among its old objects, which kept each page from being
 * collected with the young ones, and took twice the time.
 */
const dispatch = (
  dispatcher: Dispatcher,
  { url, headers, signal, maxBodyBytes }: TransportRequest,
  onHead: (head: Head | TransportFailure) => void,
): void => {
  const { origin, pathname, search } = new URL(url);
  const chunks = new Chunks(maxBodyBytes);
  const body = incomingBody();
  let controller: DispatchController | undefined;
  let hasHead = false;
  const abort = (): void => {
    controller?.abort(new Error("The request was abandoned"));
  };
  const fail = (cause: unknown): void => {
    signal.removeEventListener("abort", abort);
    const failure = new TransportFailure({ cause });
    if (hasHead) body.end(failure);
    else onHead(failure);
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
          hasHead = true;
          const length = Number(responseHeaders["content-length"] ?? 0);
          if (length > maxBodyBytes) {
            body.end(new BodyTooLarge({ start: new Uint8Array() }));
            abort();
          }
          onHead({ status, headers: responseHeaders, body });
        },
        onResponseData: (current, chunk) => {
          controller = current;
          const tooLarge = chunks.add(chunk);
          if (tooLarge === undefined) return;
          body.end(tooLarge);
          abort();
        },
        onResponseEnd: () => {
          signal.removeEventListener("abort", abort);
          body.end(chunks.bytes());
        },
        onResponseError: (_, error) => {
          fail(error);
        },
      },
    );
  } catch (cause) {
    fail(cause);
  }
};
