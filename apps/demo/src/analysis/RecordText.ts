/** Texts of a record's free-form JSON. */
import type { JsonObject, RecordWithScores } from "@scorecard-effect/contract";

/**
 * The input of a record as one text: what the user last said, where a member is a chat that is asked (`messages`,
 * `prompt`, …); or else the first member that is a text; or else what the user last said in any other chat; or else the
 * whole input as JSON.
 */
export const inputText = ({ inputs }: Pick<RecordWithScores, "inputs">): string =>
  chatIn(inputs, "user", (name) => askedNames.has(name.toLowerCase())) ??
  textIn(inputs) ??
  chatIn(inputs, "user") ??
  jsonText(inputs);

/**
 * The output of a record as one text: the first member that is a text; or else what the assistant last said in a chat;
 * or else the whole output as JSON.
 */
export const outputText = ({ outputs }: Pick<RecordWithScores, "outputs">): string =>
  textIn(outputs) ?? chatIn(outputs, "assistant") ?? jsonText(outputs);

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

const textIn = (json: JsonObject): string | undefined =>
  Object.values(json).find((value) => typeof value === "string");

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
