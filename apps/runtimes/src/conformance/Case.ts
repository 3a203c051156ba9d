/** A case of the conformance list. Cases use web APIs only, so that every runtime runs the same code. */
import { type ClientOptions, type Client, createClient } from "@scorecard-effect/client/promise";
import { type Caught, catchError } from "./Expect.ts";

/** One behaviour of the client. */
export interface Case {
  readonly name: string;
  /** How often `run` is called, at the same time. In a Worker, an incoming request makes each call. Default 1. */
  readonly calls?: number;
  /** Throws what is wrong. */
  readonly run: () => Promise<void>;
}

/** The result of a case. */
export interface CaseResult {
  readonly case: string;
  readonly ok: boolean;
  /** Why it failed, or why the runtime does not run it. */
  readonly detail: string | undefined;
  /** Whether the case was left out, because it is not applicable to the runtime. */
  readonly isExcluded: boolean;
}

/** What the runner tells a runtime. */
export interface Setting {
  /** The origin of the conformance server. */
  readonly origin: string;
  /** Another origin of the same server. */
  readonly otherOrigin: string;
  /** Where to post results. */
  readonly resultsUrl: string;
  /** Cases that are not applicable, with the reason. The part of a name before its colon stands for several cases. */
  readonly exclusions: { readonly [caseName: string]: string };
}

/** The bundler puts the values of a run in the place of these names. */
declare const SETTING: Setting;
declare const HAS_UNDICI: boolean;

/** The setting of this run. */
export const setting: Setting = SETTING;

/** Undici, in runtimes that it supports. The bundler leaves the import out of the others. */
export const loadUndici = (): Promise<typeof import("undici")> =>
  HAS_UNDICI
    ? import("undici")
    : Promise.reject(new Error("This runtime has no undici: exclude the case"));

/** A request that the server has received. */
export interface ReceivedRequest {
  /** Path and query. */
  readonly url: string;
  readonly headers: { readonly [name: string]: string | undefined };
  /** When it arrived, in milliseconds of the server's monotonic clock. */
  readonly at: number;
  /** Whether the client closed the connection before the response had ended. */
  readonly isAborted: boolean;
}

/** One scenario of the server, for one call of a case. */
export interface Service {
  /** The base URL for a client. */
  readonly baseUrl: string;
  /** What the server has received at this base URL. */
  readonly requests: () => Promise<ReadonlyArray<ReceivedRequest>>;
  /** Waits until the received requests satisfy a condition, for at most 5 seconds. Returns them. */
  readonly requestsUntil: (
    condition: (requests: ReadonlyArray<ReceivedRequest>) => boolean,
  ) => Promise<ReadonlyArray<ReceivedRequest>>;
  /** A client on this service, without retries. */
  readonly client: (options?: ClientOptions) => Client;
  /** The error that a listing of the whole run throws. */
  readonly failure: (options?: ClientOptions) => Promise<Caught>;
}

/** The key of every client here. The server echoes it where a careless service would. */
export const apiKey = "ak_conformance_0123456789";

/** Sends requests to the server itself, even while a case replaces the global. */
const originalFetch = globalThis.fetch;
const plainFetch = (url: string): Promise<Response> => originalFetch.call(globalThis, url);

/** Pauses for some milliseconds. */
export const pause = (millis: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, millis);
  });

/** Opens a scenario of the server, by its name. A session keeps calls apart. */
export const serviceOf = (scenario: string, session: string = crypto.randomUUID()): Service => {
  const baseUrl = `${setting.origin}/${scenario}/${session}`;
  const requests = async (): Promise<ReadonlyArray<ReceivedRequest>> => {
    const response = await plainFetch(`${setting.origin}/-/requests/${scenario}/${session}`);
    // What the server writes.
    const received: ReadonlyArray<ReceivedRequest> = JSON.parse(await response.text());
    return received;
  };
  const client = (options: ClientOptions = {}): Client =>
    createClient({ apiKey, baseUrl, retry: false, ...options });
  return {
    baseUrl,
    requests,
    requestsUntil: async (condition) => {
      for (let polls = 0; ; polls += 1) {
        const received = await requests();
        if (condition(received)) return received;
        if (polls === 100) {
          throw new Error(
            `The server never received what was expected: ${JSON.stringify(received)}`,
          );
        }
        await pause(50);
      }
    },
    client,
    failure: (options) => catchError(() => client(options).toArray("135")),
  };
};

/** Milliseconds since some moment, unaffected by the system's clock. */
export const monotonicMillis = (): number => performance.now();
