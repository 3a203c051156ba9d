import { NodeHttpClient } from "@effect/platform-node";
import { Agent } from "@effect/platform-node/Undici";
import { FetchHttpClient } from "effect/http";
import type { ClientOptions } from "../src/promise.ts";
import * as UndiciTransport from "../src/undici.ts";

/** Every transport that an Effect client runs on in Node, by name. */
export const transports = {
  fetch: FetchHttpClient.layer,
  undici: NodeHttpClient.layerUndici,
  "own undici transport": UndiciTransport.layer(() => new Agent()),
  "node:http": NodeHttpClient.layerNodeHttp,
};

/** The options with which a promise client runs on each of its own transports in Node, by name. */
export const promiseTransports: { readonly [name: string]: Pick<ClientOptions, "fetch"> } = {
  "its default, node:http": {},
  fetch: { fetch: globalThis.fetch },
};
