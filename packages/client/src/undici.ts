/**
 * The fastest transport on Node: an `HttpClient` that reads responses directly from an undici dispatcher.
 *
 * To read a body whole, as a page is, undici's `request` needs a `Readable` and its promises; `dispatch` delivers the
 * same bytes without them. Everything else that an `HttpClient` must do comes from `HttpClient.make` and the web's
 * `Response`. Measurements: docs/decisions/0014.
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

/** An undici dispatcher, version 7 or newer: an `Agent`, `Pool` or `Client`, with interceptors or without. */
export interface Dispatcher {
  /** Sends a request, and calls the handler as its response arrives. */
  dispatch(request: DispatchedRequest, handler: DispatchHandler): boolean;
}

/** A request for a dispatcher. */
export interface DispatchedRequest {
  readonly origin: string;
  readonly path: string;
  readonly method: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: Uint8Array | null;
  /** In milliseconds; 0 is no timeout. */
  readonly headersTimeout: number;
  /** In milliseconds; 0 is no timeout. */
  readonly bodyTimeout: number;
}

/** Header fields of a response. */
export interface DispatchedHeaders {
  readonly [name: string]: string | Array<string> | undefined;
}

/** The callbacks for a response. */
export interface DispatchHandler {
  onRequestStart(controller: DispatchController): void;
  onResponseStart(controller: DispatchController, status: number, headers: DispatchedHeaders): void;
  onResponseData(controller: DispatchController, chunk: Uint8Array): void;
  onResponseEnd(controller: DispatchController): void;
  onResponseError(controller: DispatchController, error: Error): void;
}

/** Controls a request in flight. */
export interface DispatchController {
  abort(reason: Error): void;
  pause(): void;
  resume(): void;
}

/**
 * Makes an `HttpClient` on a dispatcher, which the caller closes. It sends requests without a body, or with a body of
 * bytes; any other body fails with an `EncodeError`. It follows no redirects (`ScorecardClient` does, within one
 * origin) and has no timeout: undici's own are off, because `ScorecardClient` and `Effect.timeout` have theirs.
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
    // HttpClient.make aborts the signal when the request is interrupted.
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
 * The `HttpClient` of {@link make}, on a dispatcher of its own that is destroyed with the layer.
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

/** A response whose body is still arriving. */
interface Head {
  readonly status: number;
  readonly headers: DispatchedHeaders;
  readonly body: Body;
}

/** The body of a response, as its consumer sees it. It can be read once: whole, or as a stream. */
interface Body {
  /** All of it, in one piece. */
  readonly whole: Effect.Effect<ArrayBuffer, unknown>;
  /** In chunks, as they arrive; the connection pauses while the consumer is slower. */
  readonly stream: () => ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** The same body, as the connection fills it. */
interface IncomingBody extends Body {
  readonly push: (chunk: Uint8Array) => void;
  /** The last call: the body is complete, or it broke off with an error. */
  readonly end: (error?: Error) => void;
}

/** How a body controls its connection. */
interface Connection {
  readonly pause: () => void;
  readonly resume: () => void;
  readonly abort: () => void;
}

// A body that nobody reads yet is buffered up to this size; then the connection pauses.
const maxUnreadBytes = 2 ** 20;

// This and `send` are closures, not classes: V8 allocated the instances of a class among its old objects, which kept
// each page from being collected with the young ones, and took twice the time.
const incomingBody = (connection: Connection): IncomingBody => {
  const buffer = chunkBuffer();
  let state: "arriving" | "complete" | Error = "arriving";
  let mode: "unread" | "whole" | "stream" = "unread";
  let isPaused = false;
  /** Set while a consumer waits for more of the body. */
  let onChange: (() => void) | undefined;

  const resume = (): void => {
    if (!isPaused) return;
    isPaused = false;
    connection.resume();
  };
  // A consumed body is not empty, it is gone: as with fetch.
  const startReading = (as: "whole" | "stream"): TypeError | undefined => {
    if (mode !== "unread") return new TypeError("The body was read before");
    mode = as;
    return undefined;
  };

  return {
    push: (chunk) => {
      buffer.add(chunk);
      if (mode !== "whole" && buffer.size() > maxUnreadBytes) {
        isPaused = true;
        connection.pause();
      }
      onChange?.();
    },
    end: (error) => {
      state = error ?? "complete";
      onChange?.();
    },
    whole: Effect.callback((done) => {
      const gone = startReading("whole");
      if (gone !== undefined) {
        done(Effect.fail(gone));
        return;
      }
      onChange = () => {
        if (state === "complete") done(Effect.succeed(buffer.take().buffer));
        else if (state instanceof Error) done(Effect.fail(state));
      };
      resume();
      onChange();
    }),
    stream: () =>
      new ReadableStream(
        {
          start: (sink) => {
            const gone = startReading("stream");
            if (gone !== undefined) sink.error(gone);
          },
          pull: (sink) =>
            new Promise((done) => {
              onChange = () => {
                if (buffer.size() > 0) sink.enqueue(buffer.take());
                else if (state === "complete") sink.close();
                else if (state instanceof Error) sink.error(state);
                else return;
                onChange = undefined;
                done();
              };
              onChange();
              resume();
            }),
          cancel: () => {
            onChange = undefined;
            connection.abort();
          },
        },
        { highWaterMark: 0 },
      ),
  };
};

/** Collects chunks until they are taken, in one piece. */
const chunkBuffer = () => {
  let chunks: Array<Uint8Array> = [];
  let size = 0;
  return {
    size: () => size,
    add: (chunk: Uint8Array): void => {
      chunks.push(chunk);
      size += chunk.byteLength;
    },
    take: (): Uint8Array<ArrayBuffer> => {
      const taken = new Uint8Array(size);
      let at = 0;
      for (const chunk of chunks) {
        taken.set(chunk, at);
        at += chunk.byteLength;
      }
      chunks = [];
      size = 0;
      return taken;
    },
  };
};

/** Sends a request. Calls `onHead` once: with the head of the response while its body arrives, or with an error. */
const send = (
  dispatcher: Dispatcher,
  request: DispatchedRequest,
  signal: AbortSignal,
  onHead: (head: Error | Head) => void,
): void => {
  let controller: DispatchController | undefined;
  let body: IncomingBody | undefined;
  const abort = (): void => {
    controller?.abort(new Error("The request was interrupted"));
  };
  const end = (error?: Error): void => {
    signal.removeEventListener("abort", abort);
    if (body !== undefined) body.end(error);
    else if (error !== undefined) onHead(error);
  };

  signal.addEventListener("abort", abort);
  try {
    dispatcher.dispatch(request, {
      onRequestStart: (started) => {
        controller = started;
        if (signal.aborted) abort();
      },
      onResponseStart: (current, status, headers) => {
        // An interceptor that retries a request has another controller for each.
        controller = current;
        // "103 Early Hints" and the like come before the response.
        if (status < 200) return;
        body = incomingBody({
          pause: () => controller?.pause(),
          resume: () => controller?.resume(),
          abort,
        });
        onHead({ status, headers, body });
      },
      onResponseData: (current, chunk) => {
        controller = current;
        body?.push(chunk);
      },
      onResponseEnd: () => {
        end();
      },
      onResponseError: (_, error) => {
        end(errorOf(error));
      },
    });
  } catch (cause) {
    end(errorOf(cause));
  }
};

// An error of another realm, as in tests that run in a VM context, or a value that an interceptor threw.
const errorOf = (cause: unknown): Error =>
  cause instanceof Error ? cause : new Error("The dispatcher failed", { cause });

/** A response whose body can be read whole from the socket; other ways to read it come from the web's `Response`. */
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
      // Only for its body: `formData` needs the content type.
      new Response(this.#head.body.stream(), {
        headers: {
          // An invalid byte of a header may have become any character, for which `Headers` would throw.
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
