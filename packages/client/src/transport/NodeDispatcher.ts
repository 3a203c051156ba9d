/**
 * Node's `http` and `https` as a dispatcher. A page takes about half the time that Node's `fetch` needs for it, and a
 * program starts sooner, because Node loads its `fetch` late and slowly. Connections are those of the global agents.
 */
import { builtinModule } from "@scorecard-effect/contract/protocol/BuiltinModule";
import { textOf } from "./FunctionText.ts";
import type { DispatchController, DispatchedHeaders, Dispatcher } from "./Dispatcher.ts";

/** The part of a response of `node:http` that the client uses. */
interface IncomingMessage {
  readonly statusCode?: number;
  readonly headers: DispatchedHeaders;
  /** Whether all of the response has arrived. */
  readonly complete: boolean;
  on(event: "data", listener: (chunk: Uint8Array) => void): unknown;
  on(event: "end" | "close", listener: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
}

/** The part of a socket that the client uses. */
interface Socket {
  destroy(): unknown;
}

/** The part of a request of `node:http` that the client uses. */
interface ClientRequest {
  on(event: "response", listener: (response: IncomingMessage) => void): unknown;
  on(event: "upgrade", listener: (response: IncomingMessage, socket: Socket) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  end(): unknown;
  destroy(): unknown;
}

/** The part of `node:http` and `node:https` that the client uses. */
interface Http {
  readonly request: (
    url: string,
    options: {
      readonly headers: { readonly [name: string]: string };
      /** Joins fields of one name as `fetch` does. Otherwise Node drops all but the first of some. */
      readonly joinDuplicateHeaders: true;
    },
  ) => ClientRequest;
}

/** A dispatcher on Node's `http` and `https`; undefined where there are none. */
export const make = (): Dispatcher | undefined => {
  const http = builtinModule<Http>("node:http");
  if (http === undefined) return undefined;
  // A program that lists over plain HTTP need not load TLS.
  const moduleFor = (origin: string): Http =>
    (origin.startsWith("https:") ? builtinModule<Http>("node:https") : undefined) ?? http;
  return {
    dispatch: ({ origin, path, headers }, handler) => {
      let request: ClientRequest | undefined;
      let isOver = false;
      const controller: DispatchController = {
        abort: (reason) => {
          fail(reason);
          // Without the reason, which Node would throw at a socket that nobody listens to: the response may have
          // arrived whole, and have left its socket.
          request?.destroy();
        },
      };
      const fail = (error: Error): void => {
        if (isOver) return;
        isOver = true;
        handler.onResponseError(controller, error);
      };
      const send = (): void => {
        // `request` is looked up for each request, because tests and tools replace it.
        request = moduleFor(origin).request(origin + path, { headers, joinDuplicateHeaders: true });
        let response: IncomingMessage | undefined;
        request.on("error", (error) => {
          // What follows a whole response on its connection does not concern it.
          if (response?.complete !== true) fail(error);
        });
        request.on("upgrade", (_, socket) => {
          socket.destroy();
          fail(new Error("The server switched to another protocol"));
        });
        request.on("response", (arrived) => {
          response = arrived;
          handler.onResponseStart(controller, arrived.statusCode ?? 0, arrived.headers);
          arrived.on("data", (chunk) => handler.onResponseData(controller, chunk));
          arrived.on("end", () => {
            if (isOver) return;
            isOver = true;
            handler.onResponseEnd(controller);
          });
          arrived.on("error", fail);
          arrived.on("close", () => fail(new Error("The connection closed within the body")));
        });
        request.end();
      };
      handler.onRequestStart(controller);
      afterSocketsAreRead(() => {
        if (isOver) return;
        try {
          send();
        } catch (cause) {
          // It throws what it cannot send, such as a redirect to "ftp:".
          fail(cause instanceof Error ? cause : new Error("The request cannot be sent", { cause }));
        }
      });
      return true;
    },
  };
};

/**
 * Runs a task once the event loop has read its sockets. A program that computes leaves them unread: a connection that the
 * server closed meanwhile would look alive, and take the request to nowhere. The first turn may be in the midst of one.
 *
 * Test tools replace `setImmediate` by one that waits for the test: then the task runs at once.
 */
const afterSocketsAreRead = (task: () => void): void => {
  const timers = builtinModule<Timers>("node:timers");
  if (textOf(timers?.setImmediate).includes("new Immediate(")) {
    timers?.setImmediate(() => timers.setImmediate(task));
  } else task();
};

/** The part of `node:timers` that the client uses. */
interface Timers {
  readonly setImmediate: (task: () => void) => unknown;
}
