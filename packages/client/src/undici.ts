/**
 * The fastest transport on Node: an `HttpClient` that takes responses from an undici dispatcher as they arrive.
 *
 * A body that is read whole, as a page is, costs an undici `request` a `Readable` and its promises; a `dispatch`
 * hands on the same bytes without them. What else an `HttpClient` owes is left to `HttpClient.make` and to the
 * `Response` of the web. Its figures: docs/decisions/0014.
 */
import * as Effect from "effect/Effect";
import * as Inspectable from "effect/Inspectable";
import * as Layer from "effect/Layer";
import * as Option from "effect/Option";
import { pipeArguments } from "effect/Pipeable";
import * as Cookies from "effect/http/Cookies";
import * as Headers from "effect/http/Headers";
import * as HttpClient from "effect/http/HttpClient";
import * as HttpClientError from "effect/http/HttpClientError";
import type * as HttpClientRequest from "effect/http/HttpClientRequest";
import * as HttpClientResponse from "effect/http/HttpClientResponse";
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage";

/** What is used of a dispatcher of undici, from version 7: an `Agent`, `Pool` or `Client`, with interceptors or without. */
export interface Dispatcher {
  /** Sends a request, and tells the handler what comes of it. */
  dispatch(request: DispatchedRequest, handler: DispatchHandler): boolean;
}

/** A request as a dispatcher is handed it. */
export interface DispatchedRequest {
  readonly origin: string;
  readonly path: string;
  readonly method: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: Uint8Array | null;
  /** Milliseconds; 0 is for ever. */
  readonly headersTimeout: number;
  /** Milliseconds; 0 is for ever. */
  readonly bodyTimeout: number;
}

/** Header fields as a dispatcher tells of them. */
export interface DispatchedHeaders {
  readonly [name: string]: string | Array<string> | undefined;
}

/** What a dispatcher calls while a response arrives. */
export interface DispatchHandler {
  onRequestStart(controller: DispatchController): void;
  onResponseStart(controller: DispatchController, status: number, headers: DispatchedHeaders): void;
  onResponseData(controller: DispatchController, chunk: Uint8Array): void;
  onResponseEnd(controller: DispatchController): void;
  onResponseError(controller: DispatchController, error: Error): void;
}

/** How a dispatcher is told to stop, to wait and to go on. */
export interface DispatchController {
  abort(reason: Error): void;
  pause(): void;
  resume(): void;
}

/**
 * An `HttpClient` on a dispatcher, which stays the caller's to close. It sends requests that have no body, or one of
 * bytes; another fails with an `EncodeError`. It follows no redirects (`ScorecardClient` does, within one origin), and
 * waits for ever: undici's own timeouts are off, because `ScorecardClient` and `Effect.timeout` have theirs.
 *
 * @example
 * ```ts
 * import * as UndiciTransport from "@scorecard-effect/client/undici";
 * import { Agent } from "@effect/platform-node/Undici";
 *
 * const http = UndiciTransport.make(new Agent({ connections: 4 }));
 * ```
 */
export const make = (dispatcher: Dispatcher): HttpClient.HttpClient =>
  HttpClient.make((request, url, signal) => {
    const { body } = request;
    if (body._tag !== "Empty" && body._tag !== "Uint8Array") {
      const description = `Expected a body of bytes or none, got one of ${body._tag}`;
      return Effect.fail(failed(new HttpClientError.EncodeError({ request, description })));
    }
    // Whoever is interrupted aborts the signal: HttpClient.make sees to that.
    return Effect.callback((resume) => {
      const dispatched = {
        origin: url.origin,
        path: url.pathname + url.search,
        method: request.method,
        headers: request.headers,
        body: body._tag === "Empty" ? null : body.body,
        headersTimeout: 0,
        bodyTimeout: 0,
      };
      send(dispatcher, dispatched, signal, (head) => {
        resume(
          head instanceof Error
            ? Effect.fail(failed(new HttpClientError.TransportError({ request, cause: head })))
            : Effect.succeed(new UndiciResponse(request, url, head)),
        );
      });
    });
  });

/**
 * The `HttpClient` of {@link make} on a dispatcher of its own, which is destroyed with the layer.
 *
 * @example
 * ```ts
 * import { ScorecardClient } from "@scorecard-effect/client";
 * import * as UndiciTransport from "@scorecard-effect/client/undici";
 * import { Agent } from "@effect/platform-node/Undici";
 * import { Layer } from "effect";
 *
 * const Live = ScorecardClient.layerConfig().pipe(
 *   Layer.provide(UndiciTransport.layer(() => new Agent())),
 * );
 * ```
 */
export const layer = (
  open: () => Dispatcher & { destroy(): Promise<void> },
): Layer.Layer<HttpClient.HttpClient> =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.map(
      Effect.acquireRelease(Effect.sync(open), (dispatcher) =>
        Effect.promise(() => dispatcher.destroy()),
      ),
      make,
    ),
  );

const failed = (
  reason: ConstructorParameters<typeof HttpClientError.HttpClientError>[0]["reason"],
): HttpClientError.HttpClientError => new HttpClientError.HttpClientError({ reason });

/** A response before its body. */
interface Head {
  readonly status: number;
  readonly headers: DispatchedHeaders;
  readonly body: Body;
}

// Held of a body that nobody reads yet; then the connection waits.
const most = 2 ** 20;

/** A body that arrives, or has arrived. It is read once: whole, or as a stream. */
interface Body {
  /** All of it, in one piece. */
  readonly whole: Effect.Effect<ArrayBuffer, unknown>;
  /** As it arrives, no faster than it is read. */
  readonly stream: () => ReadableStream<Uint8Array<ArrayBuffer>>;
}

/**
 * Sends a request, and calls once: with what went wrong, or with the head of the response while its body arrives.
 *
 * Closures and no class: V8 came to allocate the objects of one among its old ones, from where each kept its page
 * from being collected with the young, and took twice the time.
 */
const send = (
  dispatcher: Dispatcher,
  request: DispatchedRequest,
  signal: AbortSignal,
  onHead: (head: Error | Head) => void,
): void => {
  let controller: DispatchController | undefined;
  let state: "before" | "arriving" | "ended" | Error = "before";
  let chunks: Array<Uint8Array> = [];
  let size = 0;
  let limit = most;
  let isPaused = false;
  let isRead = false;
  // Looks at what has changed, while somebody waits for it.
  let look: (() => void) | undefined;

  const abort = (): void => {
    controller?.abort(new Error("The request was interrupted"));
  };
  const end = (as: "ended" | Error): void => {
    signal.removeEventListener("abort", abort);
    const isBefore = state === "before";
    state = as;
    if (isBefore && as instanceof Error) onHead(as);
    look?.();
  };
  const resume = (): void => {
    if (!isPaused) return;
    isPaused = false;
    controller?.resume();
  };
  const take = (): Uint8Array<ArrayBuffer> => {
    const taken = new Uint8Array(size);
    let at = 0;
    for (const chunk of chunks) {
      taken.set(chunk, at);
      at += chunk.byteLength;
    }
    chunks = [];
    size = 0;
    return taken;
  };
  // As fetch has it: a body that was read is not empty, it is gone.
  const read = (): TypeError | undefined => {
    if (isRead) return new TypeError("The body was read before");
    isRead = true;
    return undefined;
  };

  const whole = Effect.callback<ArrayBuffer, unknown>((done) => {
    const gone = read();
    if (gone !== undefined) {
      done(Effect.fail(gone));
      return;
    }
    look = () => {
      if (state === "ended") done(Effect.succeed(take().buffer));
      else if (state instanceof Error) done(Effect.fail(state));
    };
    limit = Number.POSITIVE_INFINITY;
    resume();
    look();
  });

  const stream = (): ReadableStream<Uint8Array<ArrayBuffer>> => {
    let isOpen = false;
    return new ReadableStream(
      {
        pull: (sink) =>
          new Promise((done) => {
            const gone = isOpen ? undefined : read();
            isOpen = true;
            if (gone !== undefined) {
              sink.error(gone);
              done();
              return;
            }
            look = () => {
              if (size > 0) sink.enqueue(take());
              else if (state === "ended") sink.close();
              else if (state instanceof Error) sink.error(state);
              else return;
              look = undefined;
              done();
            };
            look();
            resume();
          }),
        cancel: () => {
          look = undefined;
          abort();
        },
      },
      { highWaterMark: 0 },
    );
  };

  signal.addEventListener("abort", abort);
  try {
    dispatcher.dispatch(request, {
      onRequestStart: (started) => {
        controller = started;
        if (signal.aborted) abort();
      },
      onResponseStart: (own, status, headers) => {
        // An interceptor that sends a request again has another one.
        controller = own;
        // "103 Early Hints" and the like come before the response.
        if (status < 200) return;
        state = "arriving";
        onHead({ status, headers, body: { whole, stream } });
      },
      onResponseData: (own, chunk) => {
        controller = own;
        chunks.push(chunk);
        size += chunk.byteLength;
        if (size > limit) {
          isPaused = true;
          controller?.pause();
        }
        look?.();
      },
      onResponseEnd: () => {
        end("ended");
      },
      onResponseError: (_, error) => {
        end(errorOf(error));
      },
    });
  } catch (cause) {
    end(errorOf(cause));
  }
};

// Of another realm, as in tests that run in a context of their own, or thrown by an interceptor: it need be no Error of ours.
const errorOf = (cause: unknown): Error =>
  cause instanceof Error ? cause : new Error("The dispatcher failed", { cause });

/** A response whose body is read whole from the socket; all else about bodies is the web's. */
class UndiciResponse extends Inspectable.Class implements HttpClientResponse.HttpClientResponse {
  readonly [HttpIncomingMessage.TypeId]: typeof HttpIncomingMessage.TypeId =
    HttpIncomingMessage.TypeId;
  readonly [HttpClientResponse.TypeId]: typeof HttpClientResponse.TypeId =
    HttpClientResponse.TypeId;
  readonly request: HttpClientRequest.HttpClientRequest;
  readonly status: number;
  readonly headers: Headers.Headers;
  readonly remoteAddress = Option.none<string>();
  readonly #url: URL;
  readonly #head: Head;
  #web: HttpClientResponse.HttpClientResponse | undefined;

  constructor(request: HttpClientRequest.HttpClientRequest, url: URL, head: Head) {
    super();
    this.request = request;
    this.status = head.status;
    this.headers = Headers.fromInput(head.headers);
    this.#url = url;
    this.#head = head;
  }

  get url(): string {
    return this.#url.href.split("#", 1)[0] ?? "";
  }

  get cookies(): Cookies.Cookies {
    return Cookies.fromSetCookie(this.#head.headers["set-cookie"] ?? []);
  }

  get arrayBuffer(): Effect.Effect<ArrayBuffer, HttpClientError.HttpClientError> {
    return Effect.mapError(this.#head.body.whole, (cause) =>
      failed(new HttpClientError.DecodeError({ request: this.request, response: this, cause })),
    );
  }

  get #asWeb(): HttpClientResponse.HttpClientResponse {
    return (this.#web ??= HttpClientResponse.fromWeb(
      this.request,
      // Only its body is asked for, which a form is told by its type.
      new Response(this.#head.body.stream(), {
        headers: {
          // A byte that is none of a header's may have become any character, which `Headers` would throw at.
          "content-type": (this.headers["content-type"] ?? "").replaceAll(/[^\t -~]/g, "?"),
        },
      }),
    ));
  }

  get stream(): HttpClientResponse.HttpClientResponse["stream"] {
    return this.#asWeb.stream;
  }
  get text(): HttpClientResponse.HttpClientResponse["text"] {
    return this.#asWeb.text;
  }
  get json(): HttpClientResponse.HttpClientResponse["json"] {
    return this.#asWeb.json;
  }
  get urlParamsBody(): HttpClientResponse.HttpClientResponse["urlParamsBody"] {
    return this.#asWeb.urlParamsBody;
  }
  get formData(): HttpClientResponse.HttpClientResponse["formData"] {
    return this.#asWeb.formData;
  }
  get upgrade(): HttpClientResponse.HttpClientResponse["upgrade"] {
    return this.#asWeb.upgrade;
  }

  toJSON(): unknown {
    return HttpIncomingMessage.inspect(this, {
      _id: "HttpClientResponse",
      request: this.request.toJSON(),
      status: this.status,
    });
  }

  pipe() {
    return pipeArguments(this, arguments);
  }
}
