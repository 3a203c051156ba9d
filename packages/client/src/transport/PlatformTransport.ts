/**
 * The transport of a promise client whose caller chose none: `fetch`, and `node:http` where that does the same.
 *
 * Programs replace the global `fetch` (mocks, Next.js) or what is below it (undici's global dispatcher), and watch it
 * (diagnostics channels). Each of them must see the client's requests. So the client takes `node:http` for a request
 * only where it recognises Node's own `fetch` on its default agent with nobody watching; what it does not recognise is
 * `fetch`'s. Measurements: docs/decisions/0014.
 */
import { builtinModule } from "@scorecard-effect/contract/protocol/BuiltinModule";
import * as Predicate from "effect/Predicate";
import * as DispatchTransport from "./DispatchTransport.ts";
import * as FetchTransport from "./FetchTransport.ts";
import * as NodeDispatcher from "./NodeDispatcher.ts";
import type { Transport } from "./Transport.ts";

/** A transport that decides at each request which of the two sends it. */
export const make = (): Transport => {
  const onFetch = FetchTransport.make();
  const dispatcher = NodeDispatcher.make();
  if (dispatcher === undefined) return onFetch;
  const onNode = DispatchTransport.make(dispatcher);
  return {
    // `fetch` follows them itself: none is left to follow.
    followsRedirects: onNode.followsRedirects,
    maxWait: isPlainNodeFetch() ? onNode.maxWait : onFetch.maxWait,
    send: (request) => (isPlainNodeFetch() ? onNode : onFetch).send(request),
  };
};

const isPlainNodeFetch = (): boolean =>
  FetchTransport.isNodesOwn(globalThis.fetch) &&
  dispatcherNames.every(isPlainAgent) &&
  !isWatched();

// Where the versions of undici keep the dispatcher of every fetch.
const dispatcherNames = [1, 2].map((version) => Symbol.for(`undici.globalDispatcher.${version}`));

/** Whether a global dispatcher is missing, as before the first fetch, or is an agent without options. */
const isPlainAgent = (name: symbol): boolean => {
  const dispatcher: unknown = Reflect.get(globalThis, name);
  if (dispatcher === undefined) return true;
  if (!Predicate.isObject(dispatcher)) return false;
  const { constructor } = dispatcher;
  // Node's adapter for undici's first interface; the dispatcher behind it has the other name.
  if (constructor.name === "Dispatcher1Wrapper") return true;
  return (
    constructor.name === "Agent" &&
    // An agent with interceptors is a proxy that answers with another `dispatch`.
    Reflect.get(dispatcher, "dispatch") === Reflect.get(constructor.prototype, "dispatch") &&
    hasNoOptions(dispatcher)
  );
};

const hasNoOptions = (agent: object): boolean => {
  const name = Object.getOwnPropertySymbols(agent).find((key) => key.description === "options");
  const options: unknown = name === undefined ? undefined : Reflect.get(agent, name);
  return (
    Predicate.isObject(options) &&
    Object.values(options).every((value) => value === undefined || value === Infinity)
  );
};

const isWatched = (): boolean => {
  const channels = builtinModule<DiagnosticsChannel>("node:diagnostics_channel");
  return channels?.hasSubscribers("undici:request:create") ?? false;
};

/** The part of `node:diagnostics_channel` that the client uses. */
interface DiagnosticsChannel {
  readonly hasSubscribers: (name: string) => boolean;
}
