import { assert, describe, it } from "@effect/vitest";
import { fromJson, lastText, type Message } from "../../src/content/Chat.ts";

/** Messages in short: a role, and each part in a word. */
const brief = (value: unknown): ReadonlyArray<string> | undefined =>
  fromJson(value)?.messages.map(
    ({ role, parts }) => `${role}: ${parts.map(briefPart).join(" | ")}`,
  );

const briefPart = (part: Message["parts"][number]): string => {
  switch (part.type) {
    case "text":
      return part.text;
    case "thinking":
      return `(${part.text})`;
    case "image":
      return `image ${part.url}`;
    case "call":
      return `${part.call.name}(${JSON.stringify(part.call.arguments)})`;
    case "result":
      return `${part.result.isError ? "error" : "result"} of ${part.result.name}: ${part.result.parts.map(briefPart).join(" | ")}`;
    default:
      return JSON.stringify(part.value);
  }
};

describe("A conversation", () => {
  it.each<readonly [string, unknown, ReadonlyArray<string>]>([
    [
      "of OpenAI's chat API",
      [
        { role: "developer", content: "Be brief." },
        {
          role: "user",
          content: [
            { type: "text", text: "What is this?" },
            { type: "image_url", image_url: { url: "data:image/png;base64,AA==" } },
          ],
        },
        {
          role: "assistant",
          content: null,
          refusal: null,
          tool_calls: [
            { id: "c1", type: "function", function: { name: "look", arguments: '{"at":[1]}' } },
            { id: "c2", type: "function", function: { name: "bad", arguments: "{oops" } },
          ],
        },
        { role: "tool", tool_call_id: "c1", content: "A cat" },
        { role: "assistant", content: "A cat." },
      ],
      [
        "developer: Be brief.",
        "user: What is this? | image data:image/png;base64,AA==",
        'assistant: look({"at":[1]}) | bad("{oops")',
        "tool: result of look: A cat",
        "assistant: A cat.",
      ],
    ],
    [
      "of Anthropic's API",
      [
        { role: "user", content: "Hi" },
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "Let me see", signature: "x" },
            { type: "text", text: "I look." },
            { type: "tool_use", id: "t1", name: "look", input: { at: 1 } },
          ],
        },
        {
          role: "user",
          content: [
            {
              type: "tool_result",
              tool_use_id: "t1",
              is_error: true,
              content: [{ type: "text", text: "Nothing there" }],
            },
            { type: "image", source: { type: "base64", media_type: "image/png", data: "AA==" } },
          ],
        },
      ],
      [
        "user: Hi",
        'assistant: (Let me see) | I look. | look({"at":1})',
        "user: error of look: Nothing there | image data:image/png;base64,AA==",
      ],
    ],
    [
      "of OpenAI's responses API",
      [
        { role: "user", content: [{ type: "input_text", text: "Hi" }] },
        { type: "reasoning", summary: [{ type: "summary_text", text: "Greet" }] },
        { type: "function_call", call_id: "c1", name: "greet", arguments: "{}" },
        { type: "function_call_output", call_id: "c1", output: "done" },
        { type: "message", role: "assistant", content: [{ type: "output_text", text: "Hello" }] },
      ],
      [
        "user: Hi",
        "assistant: (Greet)",
        "assistant: greet({})",
        "tool: result of greet: done",
        "assistant: Hello",
      ],
    ],
    [
      "of Google's API",
      {
        contents: [
          { role: "user", parts: [{ text: "Hi" }] },
          { role: "model", parts: [{ functionCall: { name: "look", args: { at: 1 } } }] },
          { role: "user", parts: [{ functionResponse: { name: "look", response: { ok: 1 } } }] },
        ],
      },
      ["user: Hi", 'model: look({"at":1})', 'user: result of look: {"ok":1}'],
    ],
    [
      "of Inspect",
      [
        { role: "user", content: "Go" },
        {
          role: "assistant",
          content: "",
          tool_calls: [{ function: "web_browser_go", arguments: { url: "https://a.example" } }],
        },
        {
          role: "tool",
          content: "A page",
          tool_call_id: "c1",
          function: "web_browser_go",
          error: { type: "timeout" },
        },
      ],
      [
        "user: Go",
        'assistant: web_browser_go({"url":"https://a.example"})',
        'tool: error of web_browser_go: A page | {"type":"timeout"}',
      ],
    ],
    [
      "of LangChain",
      [
        { type: "human", content: "Hi" },
        { type: "ai", content: "Hello", tool_calls: [{ id: "1", name: "look", args: { at: 1 } }] },
      ],
      ["user: Hi", 'assistant: Hello | look({"at":1})'],
    ],
    [
      "in a response",
      { choices: [{ message: { role: "assistant", content: "4" } }] },
      ["assistant: 4"],
    ],
    ["of one message", { role: "assistant", content: "4" }, ["assistant: 4"]],
    [
      "with parts of unknown forms",
      [{ role: "user", content: [{ type: "audio", id: 1 }, 7, null] }],
      ['user: {"type":"audio","id":1} | 7 | null'],
    ],
  ])("%s is read", (_, value, messages) => {
    assert.deepStrictEqual(brief(value), messages);
  });

  it.each<readonly [unknown]>([
    [[]],
    [["a", "b"]],
    [[{ role: "user" }]],
    [[{ role: "user", content: "Hi" }, { id: 1 }]],
    [[{ role: 1, content: "Hi" }]],
    [{ role: "admin" }],
    [{ content: "Hi" }],
    [{ messages: [] }],
    [{ messages: "Hi" }],
    ["text"],
    [null],
  ])("is not seen in %j", (value) => {
    assert.isUndefined(fromJson(value));
  });

  it("keeps what stands beside its messages and in them", () => {
    const chat = fromJson({
      messages: [{ role: "assistant", content: "4", model: "m", annotations: [], name: null }],
      usage: { tokens: 1 },
    });
    assert.deepStrictEqual(chat?.facts, [["usage", { tokens: 1 }]]);
    assert.deepStrictEqual(chat?.messages[0]?.facts, [["model", "m"]]);
  });

  it("has the last text of a role", () => {
    const chat = fromJson([
      { role: "user", content: "2 + 2?" },
      { role: "assistant", content: [{ type: "text", text: "Four" }] },
      { role: "assistant", content: "" },
    ]);
    assert.strictEqual(chat && lastText(chat, ["assistant"]), "Four");
    assert.isUndefined(chat && lastText(chat, ["system"]));
  });

  it("with hostile keys is plain data", () => {
    const value: unknown = JSON.parse(
      '[{"role":"user","content":"x","__proto__":{"polluted":true},"constructor":{"a":1}}]',
    );
    assert.deepStrictEqual(
      fromJson(value)?.messages[0]?.facts.map(([key]) => key),
      ["__proto__", "constructor"],
    );
    assert.isFalse("polluted" in {});
  });
});
