/**
 * The engine's storage of messages, for a database that is sometimes short of connections or restarts. The engine takes
 * a message that cannot be stored for lost: a reply that is lost stops its workflow without a trace.
 */
import { Effect, Layer, Schedule } from "effect";
import { MessageStorage } from "effect/cluster";

// Shorter than the time after which the locks of a runner without a database expire: until then its shards are its own.
const patience = "8 seconds";

const schedule = Schedule.min([
  Schedule.exponential("50 millis"),
  Schedule.spaced("1 second"),
]).pipe(Schedule.jittered, Schedule.upTo({ duration: patience }));

/** Retries what fails because of the database. A message that is malformed fails at once. */
const retry = <A, E extends { readonly _tag: string }>(effect: Effect.Effect<A, E>) =>
  Effect.retry(effect, { while: ({ _tag }) => _tag === "PersistenceError", schedule });

/** Retries each operation of the storage for some seconds. */
export const layer = Layer.effect(
  MessageStorage.MessageStorage,
  Effect.map(MessageStorage.MessageStorage, (storage) =>
    MessageStorage.MessageStorage.of({
      ...storage,
      saveRequest: (message) => retry(storage.saveRequest(message)),
      saveEnvelope: (message) => retry(storage.saveEnvelope(message)),
      saveReply: (reply) => retry(storage.saveReply(reply)),
      clearReplies: (requestId, options) => retry(storage.clearReplies(requestId, options)),
      repliesFor: (requests) => retry(storage.repliesFor(requests)),
      repliesForUnfiltered: (requestIds) => retry(storage.repliesForUnfiltered(requestIds)),
      requestIdForPrimaryKey: (options) => retry(storage.requestIdForPrimaryKey(options)),
      unprocessedMessagesById: (ids) => retry(storage.unprocessedMessagesById(ids)),
      resetRequests: (ids) => retry(storage.resetRequests(ids)),
      resetAddress: (address) => retry(storage.resetAddress(address)),
      resetAddresses: (addresses) => retry(storage.resetAddresses(addresses)),
      clearAddress: (address) => retry(storage.clearAddress(address)),
    }),
  ),
);
