/** What a member of a record holds, and so how it is shown. */
import * as Json from "@scorecard-effect/contract/protocol/Json";
import * as Chat from "../../src/content/Chat.ts";
import type { Member } from "../../src/explore/ExploreProtocol.ts";

/** What a member holds. */
export type Content =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "chat"; readonly text: string; readonly chat: Chat.Chat }
  /** An object or a list. */
  | { readonly kind: "json"; readonly text: string; readonly value: unknown }
  /** A number, `true`, `false` or `null`; or JSON that is too long to be shown as a tree. */
  | { readonly kind: "raw"; readonly text: string };

/** The most characters of JSON that are read: longer JSON is shown as it is. */
export const maxParsedCharacters = 2_000_000;

/** The most characters of a text that may itself be JSON. */
const maxParsedText = 200_000;

/** Reads what a member holds. A text that is itself JSON, an object or a list, is shown as such. */
export const contentOf = ({ text, isText }: Member): Content => {
  const looksLikeJson = /^\s*[[{]/.test(text);
  const isReadable = looksLikeJson && text.length <= (isText ? maxParsedText : maxParsedCharacters);
  const value = isReadable ? parsed(text) : undefined;
  if (value === undefined) return isText ? { kind: "text", text } : { kind: "raw", text };
  const chat = Chat.fromJson(value);
  return chat === undefined ? { kind: "json", text, value } : { kind: "chat", text, chat };
};

const parsed = (text: string): object | undefined => {
  try {
    const value = Json.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
};

/** The content as one text to compare with another text; undefined where it has none. */
export const plainText = (content: Content): string | undefined => {
  switch (content.kind) {
    case "chat":
      return Chat.lastText(content.chat, ["assistant", "model", "ai"]);
    case "json":
      return undefined;
    default:
      return content.text;
  }
};
