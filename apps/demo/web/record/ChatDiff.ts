/** What changed from one conversation to another, message by message. */
import { type Chat, type Message, type Part, textOf } from "../../src/content/Chat.ts";
import { align, areEqual } from "./JsonDiff.ts";

export type MessageChange =
  | { readonly kind: "same"; readonly message: Message }
  | { readonly kind: "removed"; readonly message: Message }
  | { readonly kind: "added"; readonly message: Message }
  /** What was written is the same; what was stored beside it is not: a model, the ids of calls. */
  | { readonly kind: "sameContent"; readonly before: Message; readonly after: Message }
  /** Another message in the same place, by the same role. */
  | { readonly kind: "changed"; readonly before: Message; readonly after: Message };

/** Compares two conversations. */
export const diffChats = (before: Chat, after: Chat): ReadonlyArray<MessageChange> =>
  align(before.messages, after.messages, contentOf).flatMap(
    ({ old, now }): ReadonlyArray<MessageChange> => {
      if (old === undefined) return now === undefined ? [] : [{ kind: "added", message: now.item }];
      if (now === undefined) return [{ kind: "removed", message: old.item }];
      if (areEqual(old.item, now.item)) return [{ kind: "same", message: now.item }];
      if (contentOf(old.item) === contentOf(now.item)) {
        return [{ kind: "sameContent", before: old.item, after: now.item }];
      }
      return areAlike(old.item, now.item)
        ? [{ kind: "changed", before: old.item, after: now.item }]
        : [
            { kind: "removed", message: old.item },
            { kind: "added", message: now.item },
          ];
    },
  );

/** Whether one message took the place of the other: a text of a call, or a call of a text, did not. */
const areAlike = (before: Message, after: Message): boolean =>
  before.role === after.role && (textOf(before) === "") === (textOf(after) === "");

/** What was written in a message. Ids of calls differ from run to run. */
export const contentOf = ({ role, parts }: Message): string =>
  JSON.stringify([role, parts.map(withoutIds)]);

const withoutIds = (part: Part): unknown =>
  part.type === "call"
    ? [part.type, part.call.name, part.call.arguments]
    : part.type === "result"
      ? [part.type, part.result.name, part.result.isError, part.result.parts.map(withoutIds)]
      : part;
