/** The part of an undici dispatcher (version 7 or newer) that the client uses: types alone. */

/** An undici `Agent`, `Pool`, `Client` or `ProxyAgent`, with interceptors or without. */
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
  readonly body: null;
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
}
