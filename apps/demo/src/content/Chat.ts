/**
 * Conversations in the forms that evaluation tools store: messages of OpenAI's chat and responses APIs, of Anthropic's
 * and Google's, of LangChain and of Inspect. Members that a form does not know are kept, so that nothing is hidden.
 */
import * as Json from "@scorecard-effect/contract/protocol/Json";

/** A piece of a message. */
export type Part =
  | { readonly type: "text"; readonly text: string }
  /** What a model thought before it answered. */
  | { readonly type: "thinking"; readonly text: string }
  | { readonly type: "image"; readonly url: string }
  | { readonly type: "call"; readonly call: ToolCall }
  | { readonly type: "result"; readonly result: ToolResult }
  /** A piece of a form that is not known. */
  | { readonly type: "other"; readonly value: unknown };

/** A call of a tool by a model. */
export interface ToolCall {
  readonly id: string | null;
  readonly name: string;
  /** JSON, or a text where the model wrote invalid JSON. */
  readonly arguments: unknown;
}

/** What a tool returned. */
export interface ToolResult {
  /** The id of the call that it answers. */
  readonly id: string | null;
  /** The name of the tool, where the result or an earlier call has it. */
  readonly name: string | null;
  readonly parts: ReadonlyArray<Part>;
  readonly isError: boolean;
}

/** A message of a conversation. */
export interface Message {
  /** As it is stored: `user`, `assistant`, `system`, `tool`. */
  readonly role: string;
  readonly parts: ReadonlyArray<Part>;
  /** The members that are not part of what was written: a model, a stop reason. */
  readonly facts: ReadonlyArray<readonly [key: string, value: unknown]>;
}

/** A conversation, and what was stored beside it. */
export interface Chat {
  readonly messages: ReadonlyArray<Message>;
  readonly facts: ReadonlyArray<readonly [key: string, value: unknown]>;
}

type Fields = ReadonlyMap<string, unknown>;

/** The most messages that are read as a conversation. */
const maxMessages = 5000;

/** Reads a JSON value as a conversation. Returns undefined where it is something else. */
export const fromJson = (value: unknown): Chat | undefined => {
  if (Array.isArray(value)) return fromList(value);
  const fields = fieldsOf(value);
  if (fields === undefined) return undefined;
  for (const key of ["messages", "contents", "output", "choices"]) {
    const list = fields.get(key);
    if (!Array.isArray(list)) continue;
    const items: ReadonlyArray<unknown> =
      key === "choices" ? list.map((choice) => fieldsOf(choice)?.get("message")) : list;
    const chat = fromList(items);
    if (chat === undefined) continue;
    return { messages: chat.messages, facts: without(fields, [key]) };
  }
  return isMessage(fields) && fields.has("content") ? fromList([value]) : undefined;
};

const fromList = (items: ReadonlyArray<unknown>): Chat | undefined => {
  if (items.length === 0 || items.length > maxMessages) return undefined;
  const tools = new Map<string, string>();
  const messages: Array<Message> = [];
  for (const item of items) {
    const fields = fieldsOf(item);
    if (fields === undefined || !isMessage(fields)) return undefined;
    const message = toMessage(fields, tools);
    for (const part of message.parts) {
      if (part.type === "call" && part.call.id !== null) tools.set(part.call.id, part.call.name);
    }
    messages.push(message);
  }
  return { messages, facts: [] };
};

/** Roles that a message names by its type: LangChain's, and the items of OpenAI's responses API. */
const rolesByType: ReadonlyMap<unknown, string> = new Map([
  ["human", "user"],
  ["ai", "assistant"],
  ["system", "system"],
  ["tool", "tool"],
  ["function_call", "assistant"],
  ["function_call_output", "tool"],
  ["reasoning", "assistant"],
]);

const contentKeys = [
  "content",
  "parts",
  "tool_calls",
  "function_call",
  "refusal",
  "reasoning_content",
  "arguments",
  "output",
  "summary",
];

const isMessage = (fields: Fields): boolean =>
  (typeof fields.get("role") === "string" || rolesByType.has(fields.get("type"))) &&
  contentKeys.some((key) => fields.has(key));

const toMessage = (fields: Fields, tools: ReadonlyMap<string, string>): Message => {
  const type = fields.get("type");
  const role = textOr(fields.get("role"), rolesByType.get(type) ?? "");
  const used = ["role"];
  const take = (key: string): unknown => {
    used.push(key);
    return fields.get(key);
  };
  if (rolesByType.has(type) || type === "message") used.push("type");
  if (type === "function_call") {
    const call = callOf(new Map([...fields].filter(([key]) => key !== "type")));
    used.push("call_id", "name", "arguments");
    return { role, parts: [{ type: "call", call }], facts: without(fields, used) };
  }
  if (type === "function_call_output") {
    const parts = toParts(take("output"), tools);
    return {
      role,
      parts: [{ type: "result", result: resultOf(fields, parts, tools, used) }],
      facts: without(fields, used),
    };
  }
  const parts: Array<Part> = [];
  const thought = take("reasoning_content");
  if (typeof thought === "string" && thought !== "")
    parts.push({ type: "thinking", text: thought });
  if (type === "reasoning") {
    for (const part of toParts(take("summary"), tools)) {
      parts.push(part.type === "text" ? { type: "thinking", text: part.text } : part);
    }
  }
  parts.push(...toParts(take("content"), tools), ...toParts(take("parts"), tools));
  const refusal = take("refusal");
  if (typeof refusal === "string" && refusal !== "") parts.push({ type: "text", text: refusal });
  const calls = take("tool_calls");
  for (const call of Array.isArray(calls) ? calls : []) {
    const own = fieldsOf(call);
    parts.push(
      own === undefined ? { type: "other", value: call } : { type: "call", call: callOf(own) },
    );
  }
  const legacyCall = fieldsOf(take("function_call"));
  if (legacyCall !== undefined) parts.push({ type: "call", call: callOf(legacyCall) });
  const isResult = role === "tool" || role === "function";
  return {
    role,
    parts: isResult ? [{ type: "result", result: resultOf(fields, parts, tools, used) }] : parts,
    facts: without(fields, used),
  };
};

/** A result in a message of its own. */
const resultOf = (
  fields: Fields,
  parts: ReadonlyArray<Part>,
  tools: ReadonlyMap<string, string>,
  used: Array<string>,
): ToolResult => {
  used.push("tool_call_id", "call_id", "function", "name", "error", "is_error");
  const id = firstString(fields.get("tool_call_id"), fields.get("call_id"));
  const error = fields.get("error");
  const hasError = error !== undefined && error !== null;
  return {
    id,
    name: firstString(fields.get("function"), fields.get("name"), tools.get(id ?? "")),
    parts: hasError ? [...parts, { type: "other", value: error }] : parts,
    isError: hasError || fields.get("is_error") === true,
  };
};

/** A call in any form: its function may be a name, or an object with the name and the arguments. */
const callOf = (fields: Fields): ToolCall => {
  const inner = fieldsOf(fields.get("function")) ?? fields;
  const written = [inner.get("arguments"), inner.get("args"), inner.get("input")].find(
    (own) => own !== undefined,
  );
  return {
    id: firstString(fields.get("call_id"), fields.get("id")),
    name: firstString(fields.get("function"), inner.get("name")) ?? "(no name)",
    arguments: typeof written === "string" ? parsed(written) : (written ?? {}),
  };
};

const parsed = (text: string): unknown => {
  try {
    return Json.parse(text);
  } catch {
    return text;
  }
};

const toParts = (content: unknown, tools: ReadonlyMap<string, string>): ReadonlyArray<Part> => {
  if (content === undefined || content === null || content === "") return [];
  if (typeof content === "string") return [{ type: "text", text: content }];
  if (!Array.isArray(content)) return [toPart(content, tools)];
  return content.map((item) => toPart(item, tools));
};

const toPart = (item: unknown, tools: ReadonlyMap<string, string>): Part => {
  if (typeof item === "string") return { type: "text", text: item };
  const fields = fieldsOf(item);
  if (fields === undefined) return { type: "other", value: item };
  switch (fields.get("type")) {
    case "text":
    case "input_text":
    case "output_text":
    case "summary_text":
    case "refusal": {
      const text = fields.get("text") ?? fields.get("refusal");
      return typeof text === "string" ? { type: "text", text } : { type: "other", value: item };
    }
    case "thinking":
    case "reasoning": {
      const text = firstString(fields.get("thinking"), fields.get("reasoning"), fields.get("text"));
      return text === null ? { type: "other", value: item } : { type: "thinking", text };
    }
    case "image":
    case "image_url":
    case "input_image": {
      const url = imageUrlOf(fields);
      return url === null ? { type: "other", value: item } : { type: "image", url };
    }
    case "tool_use":
    case "tool-call":
    case "server_tool_use":
      return { type: "call", call: callOf(fields) };
    case "tool_result": {
      const id = firstString(fields.get("tool_use_id"), fields.get("id"));
      return {
        type: "result",
        result: {
          id,
          name: firstString(fields.get("name"), tools.get(id ?? "")),
          parts: toParts(fields.get("content"), tools),
          isError: fields.get("is_error") === true,
        },
      };
    }
    default:
      return untypedPart(fields, item);
  }
};

/** A part without a type: Google's. */
const untypedPart = (fields: Fields, item: unknown): Part => {
  const text = fields.get("text");
  if (typeof text === "string" && fields.size === 1) return { type: "text", text };
  const call = fieldsOf(fields.get("functionCall"));
  if (call !== undefined) return { type: "call", call: callOf(call) };
  const response = fieldsOf(fields.get("functionResponse"));
  if (response !== undefined) {
    return {
      type: "result",
      result: {
        id: firstString(response.get("id")),
        name: firstString(response.get("name")),
        parts: [{ type: "other", value: response.get("response") }],
        isError: false,
      },
    };
  }
  return { type: "other", value: item };
};

const imageUrlOf = (fields: Fields): string | null => {
  const url = fields.get("image_url") ?? fields.get("image");
  if (typeof url === "string") return url;
  const source = fieldsOf(fields.get("source"));
  const data = source?.get("data");
  if (typeof data === "string") {
    return `data:${firstString(source?.get("media_type")) ?? ""};base64,${data}`;
  }
  return firstString(fieldsOf(url)?.get("url"), source?.get("url"));
};

const fieldsOf = (value: unknown): Fields | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? new Map<string, unknown>(Object.entries(value))
    : undefined;

const without = (fields: Fields, used: ReadonlyArray<string>): Message["facts"] =>
  [...fields].filter(([key, value]) => !used.includes(key) && !isNothing(value));

const isNothing = (value: unknown): boolean =>
  value === null || value === undefined || (Array.isArray(value) && value.length === 0);

const firstString = (...values: ReadonlyArray<unknown>): string | null =>
  values.find((value) => typeof value === "string") ?? null;

const textOr = (value: unknown, otherwise: string): string =>
  typeof value === "string" ? value : otherwise;

/** What was written in a message, without its tool calls and images. */
export const textOf = ({ parts }: Message): string =>
  parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n\n");

/** The last message by a role that has a text, as one text; undefined where there is none. */
export const lastText = ({ messages }: Chat, roles: ReadonlyArray<string>): string | undefined =>
  messages
    .toReversed()
    .filter(({ role }) => roles.includes(role))
    .map(textOf)
    .find((text) => text !== "");
