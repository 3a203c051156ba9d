/** What changed from one member of a record to another: by the finest rule that both allow. */
import type { Chat } from "../../src/content/Chat.ts";
import type { Member } from "../../src/explore/ExploreProtocol.ts";
import { type MessageChange, diffChats } from "./ChatDiff.ts";
import { contentOf, maxParsedCharacters, plainText } from "./Content.ts";
import { areEqual, diffJson, type JsonChange } from "./JsonDiff.ts";
import { diffTexts, type TextDiff } from "./TextDiff.ts";

export type MemberDiff =
  | { readonly kind: "same" }
  | { readonly kind: "text"; readonly diff: TextDiff }
  | { readonly kind: "json"; readonly change: JsonChange }
  | {
      readonly kind: "chat";
      readonly messages: ReadonlyArray<MessageChange>;
      readonly facts: readonly [before: Chat["facts"], after: Chat["facts"]];
    }
  /** One of the two is missing. */
  | { readonly kind: "added" | "removed" }
  /** They differ, and have too little in common to show how, or are too long to be compared. */
  | { readonly kind: "tooDifferent" };

/** Whether two members hold the same: the same text, or the same JSON but for the order of members of its objects. */
export const isSameMember = (before: Member | undefined, after: Member | undefined): boolean => {
  if (before === undefined || after === undefined) return before === after;
  if (before.isText !== after.isText) return false;
  if (before.text === after.text) return true;
  if (before.isText || Math.max(before.text.length, after.text.length) > maxParsedCharacters) {
    return false;
  }
  const [old, now] = [contentOf(before), contentOf(after)];
  return old.kind === "json" && now.kind === "json"
    ? areEqual(old.value, now.value)
    : old.kind === "chat" && now.kind === "chat" && areEqual(old.chat, now.chat);
};

/** Compares two members. */
export const diffMembers = (before: Member | undefined, after: Member | undefined): MemberDiff => {
  if (isSameMember(before, after)) return { kind: "same" };
  if (before === undefined) return { kind: "added" };
  if (after === undefined) return { kind: "removed" };
  const [old, now] = [contentOf(before), contentOf(after)];
  if (old.kind === "chat" && now.kind === "chat") {
    return {
      kind: "chat",
      messages: diffChats(old.chat, now.chat),
      facts: [old.chat.facts, now.chat.facts],
    };
  }
  if (old.kind === "json" && now.kind === "json") {
    const change = diffJson(old.value, now.value);
    if (change !== undefined) return { kind: "json", change };
  }
  const diff = diffTexts(before.text, after.text);
  return diff === undefined ? { kind: "tooDifferent" } : { kind: "text", diff };
};

/** Compares what is expected with what came out: a conversation by its answer. Undefined where they cannot be compared. */
export const diffExpected = (
  expected: Member | undefined,
  output: Member | undefined,
): MemberDiff | undefined => {
  if (expected === undefined || output === undefined) return undefined;
  const [wanted, got] = [contentOf(expected), contentOf(output)];
  if (wanted.kind === got.kind) return diffMembers(expected, output);
  const [text, answer] = [plainText(wanted), plainText(got)];
  if (text === undefined || answer === undefined) return undefined;
  return diffMembers(
    { ...expected, text, isText: true },
    { ...output, text: answer, isText: true },
  );
};
