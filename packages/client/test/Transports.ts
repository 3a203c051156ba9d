import { NodeHttpClient } from "@effect/platform-node";
import { Agent } from "@effect/platform-node/Undici";
import { FetchHttpClient } from "effect/http";
import * as UndiciTransport from "../src/undici.ts";

/** Every transport that a client runs on in Node, by name. */
export const transports = {
  fetch: FetchHttpClient.layer,
  undici: NodeHttpClient.layerUndici,
  "own undici transport": UndiciTransport.layer(() => new Agent()),
  "node:http": NodeHttpClient.layerNodeHttp,
};
