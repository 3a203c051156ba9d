/**
 * Node's `http` and `https` as a dispatcher. A page takes about half the time that Node's `fetch` needs for it, and a
 * program starts sooner, because Node loads its `fetch` late and slowly. Connections are those of the global agents.
 */
import { builtinModule } from "@scorecard-effect/contract/protocol/BuiltinModule";
import type { DispatchController, DispatchedHeaders, Dispatcher } from "./Dispatcher.ts";

/** The part of a response of `node:http` that the client uses. */
interface IncomingMessage {
  readonly statusCode?: number;
  readonly headers: DispatchedHeaders;
  on(event: "data", listener: (chunk: Uint8Array) => void): unknown;
  on(event: "end" | "close", listener: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
}

/** The part of a request of `node:http` that the client uses. */
interface ClientRequest {
  on(event: "response", listener: (response: IncomingMessage) => void): unknown;
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
      // `request` is looked up for each request, because tests and tools replace it.
      const request = moduleFor(origin).request(origin + path, {
        headers,
        joinDuplicateHeaders: true,
      });
      let isOver = false;
      const controller: DispatchController = {
        abort: (reason) => {
          fail(reason);
          // Without the reason, which Node would throw at a socket that nobody listens to: the response may have arrived
          // whole, and have left its socket.
          request.destroy();
        },
      };
      const fail = (error: Error): void => {
        if (isOver) return;
        isOver = true;
        handler.onResponseError(controller, error);
      };
      request.on("error", fail);
      request.on("response", (response) => {
        handler.onResponseStart(controller, response.statusCode ?? 0, response.headers);
        response.on("data", (chunk) => handler.onResponseData(controller, chunk));
        response.on("end", () => {
          if (isOver) return;
          isOver = true;
          handler.onResponseEnd(controller);
        });
        response.on("error", fail);
        response.on("close", () => fail(new Error("The connection closed within the body")));
      });
      handler.onRequestStart(controller);
      request.end();
      return true;
    },
  };
};
