/** Texts of a record's free-form JSON. */
import type { JsonObject, RecordWithScores } from "@scorecard-effect/contract";
import { mainKey, type Part } from "../content/MainMember.ts";

/**
 * The input of a record as one text: what the user last said, where a member is a chat that is asked (`messages`,
 * `prompt`, …); or else the main member that is a text; or else what the user last said in any other chat; or else the
 * whole input as JSON.
 */
export const inputText = ({ inputs }: Pick<RecordWithScores, "inputs">): string =>
  chatIn(inputs, "user", (name) => askedNames.has(name.toLowerCase())) ??
  textIn("inputs", inputs) ??
  chatIn(inputs, "user") ??
  jsonText(inputs);

/**
 * The output of a record as one text: the main member that is a text; or else what the assistant last said in a chat;
 * or else the whole output as JSON.
 */
export const outputText = ({ outputs }: Pick<RecordWithScores, "outputs">): string =>
  textIn("outputs", outputs) ?? chatIn(outputs, "assistant") ?? jsonText(outputs);

/** The names of chats that hold the question itself. Others, such as `history`, stand beside it. */
const askedNames: ReadonlySet<string> = new Set([
  "messages",
  "input",
  "inputs",
  "prompt",
  "chat",
  "conversation",
  "dialog",
  "dialogue",
]);

/** The main member where it is a text, or else the first text. */
const textIn = (part: Part, json: JsonObject): string | undefined => {
  const texts = Object.entries(json).flatMap(([key, value]) =>
    typeof value === "string" ? [{ key, isText: true, value }] : [],
  );
  const key = mainKey(part, texts);
  return texts.find((text) => text.key === key)?.value;
};

/** The text of the last message with a role in the first member that is a chat; of its last message, without one. */
const chatIn = (
  json: JsonObject,
  role: string,
  isWanted: (name: string) => boolean = () => true,
): string | undefined => {
  for (const [name, value] of Object.entries(json)) {
    if (!isWanted(name) || !isChat(value)) continue;
    const messages = value.toReversed();
    const wanted = [...messages.filter((own) => own["role"] === role), ...messages];
    for (const message of wanted) {
      const text = textOf(message["content"]);
      if (text !== undefined) return text;
    }
  }
  return undefined;
};

/** Whether a value is a list of messages, each with a role. */
const isChat = (value: unknown): value is ReadonlyArray<JsonObject> =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((own: unknown) => isObject(own) && typeof own["role"] === "string");

/** The text of a message: a text, or a list of parts of which some have one. */
const textOf = (content: unknown): string | undefined => {
  if (typeof content === "string") return content.trim() === "" ? undefined : content;
  if (!Array.isArray(content)) return undefined;
  const texts = content.flatMap((part: unknown) =>
    isObject(part) && typeof part["text"] === "string" ? part["text"] : [],
  );
  return texts.length === 0 ? undefined : texts.join(" ");
};

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A value as JSON. Values can be nested too deeply to be written, though not to be parsed. */
export const jsonText = (value: unknown, indent = 0): string => {
  try {
    return JSON.stringify(value, null, indent);
  } catch {
    return "(nested too deeply to be shown)";
  }
};
