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
import { textOf } from "./FunctionText.ts";
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
    maxWait: isPlainFetch() ? onNode.maxWait : onFetch.maxWait,
    send: (request) => (isPlainFetch() ? onNode : onFetch).send(request),
  };
};

/** Whether `fetch` is Node's, on a dispatcher that nobody has configured, and nobody watches its requests. */
const isPlainFetch = (): boolean =>
  FetchTransport.isNodesOwn(globalThis.fetch) &&
  isOfThisRealm(globalThis.fetch) &&
  hasPlainDispatcher() &&
  !watchedChannels.some(isWatched);

// A VM context (Jest, Vitest's vmThreads) has the fetch of the main context, with a dispatcher that it cannot see.
const isOfThisRealm = (value: unknown): boolean =>
  Object.getPrototypeOf(value) === Function.prototype;

const dispatcherOf = (version: 1 | 2): unknown =>
  Reflect.get(globalThis, Symbol.for(`undici.globalDispatcher.${version}`));

// Where Node keeps the dispatcher of fetch: 22 under the first name, 26 under the second, with an adapter under the
// first. Before the first fetch there is none.
const hasPlainDispatcher = (): boolean => {
  const [first, second] = [dispatcherOf(1), dispatcherOf(2)];
  if (second === undefined) return first === undefined || isPlainAgent(first);
  return isPlainAgent(second) && (isPlainAgent(first) || isAdapter(first));
};

/**
 * Whether a dispatcher is an undici agent as it comes: without options, interceptors, listeners or a factory of its own,
 * and with the `dispatch` that its class was written with. It may be Node's own, or the one that undici sets when it is
 * imported.
 */
const isPlainAgent = (dispatcher: unknown): boolean =>
  isOfUndicisClass(dispatcher, "Agent") &&
  textOf(memberOf(dispatcher, "dispatch")).includes("handler must be an object") &&
  memberOf(hiddenMember(dispatcher, "factory"), "name") === "defaultFactory" &&
  Object.values(Object(hiddenMember(dispatcher, "options"))).every(
    (option) => option === undefined || option === Infinity,
  ) &&
  memberOf(dispatcher, "_eventsCount") === 0;

const isAdapter = (dispatcher: unknown): boolean =>
  isOfUndicisClass(dispatcher, "Dispatcher1Wrapper");

// As undici declares its classes, and as the bundler with which Node builds its own copy names them.
const isOfUndicisClass = (value: unknown, name: string): boolean => {
  const declaration = textOf(memberOf(value, "constructor"));
  return (
    declaration.startsWith(`class ${name} extends Dispatcher`) ||
    declaration.includes(`__name(this, "${name}")`)
  );
};

const memberOf = (value: unknown, name: PropertyKey): unknown =>
  Predicate.isObjectKeyword(value) ? Reflect.get(value, name) : undefined;

/** A member under a symbol, which undici exports to nobody. */
const hiddenMember = (value: unknown, name: string): unknown => {
  const keys = Predicate.isObjectKeyword(value) ? Object.getOwnPropertySymbols(value) : [];
  const key = keys.find(({ description }) => description === name);
  return key === undefined ? undefined : memberOf(value, key);
};

// Those of Node's copy of undici, by which tracers see a request.
const watchedChannels = [
  "undici:client:beforeConnect",
  "undici:client:connected",
  "undici:client:connectError",
  "undici:client:sendHeaders",
  "undici:request:create",
  "undici:request:bodySent",
  "undici:request:headers",
  "undici:request:trailers",
  "undici:request:error",
  "undici:request:bodyChunkReceived",
];

const isWatched = (channel: string): boolean => {
  const channels = builtinModule<DiagnosticsChannel>("node:diagnostics_channel");
  return channels?.hasSubscribers(channel) ?? false;
};

/** The part of `node:diagnostics_channel` that the client uses. */
interface DiagnosticsChannel {
  readonly hasSubscribers: (name: string) => boolean;
}
