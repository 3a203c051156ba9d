import { assert, describe, it } from "@effect/vitest";
import { inputText, outputText } from "../../src/analysis/RecordText.ts";

const user = (content: unknown) => ({ role: "user", content });
const system = { role: "system", content: "Be brief." };
const assistant = (content: unknown) => ({ role: "assistant", content });

describe("The input of a record as a text", () => {
  it.each<readonly [string, Readonly<Record<string, unknown>>]>([
    ["What is 2 + 2?", { question: "What is 2 + 2?", history: [user("Hello")] }],
    [
      "What is 2 + 2?",
      { messages: [system, user("Hello"), assistant("Hi"), user("What is 2 + 2?")] },
    ],
    ["What is 2 + 2?", { model: "a model", messages: [system, user("What is 2 + 2?")] }],
    ["What is 2 + 2?", { n: 1, history: [user("What is 2 + 2?"), assistant("4")] }],
    [
      "What is this? And that?",
      {
        input: [
          user([
            { type: "text", text: "What is this?" },
            { type: "image_url", image_url: { url: "data:…" } },
            { type: "text", text: "And that?" },
          ]),
        ],
      },
    ],
    ["What is 2 + 2?", { input: [user("What is 2 + 2?"), user([{ type: "image" }]), user(" ")] }],
    ["Be brief.", { prompt: [system] }],
    ['{"messages":[]}', { messages: [] }],
    ['{"input":[{"role":"user"}]}', { input: [{ role: "user" }] }],
    ['{"input":["a","b"]}', { input: ["a", "b"] }],
    ['{"a":1}', { a: 1 }],
    ["What is 2 + 2?", { locale: "en", question: "What is 2 + 2?" }],
    ["{}", {}],
  ])("is %s", (text, inputs) => {
    assert.strictEqual(inputText({ inputs }), text);
  });
});

describe("The output of a record as a text", () => {
  it.each<readonly [string, Readonly<Record<string, unknown>>]>([
    ["4", { completion: "4", messages: [user("What is 2 + 2?"), assistant("four")] }],
    ["4", { messages: [user("What is 2 + 2?"), assistant("4"), { role: "tool", content: "ok" }] }],
    ["Yes, within 30 days.", { intent: "refund", response: "Yes, within 30 days." }],
    ['{"tokens":3}', { tokens: 3 }],
  ])("is %s", (text, outputs) => {
    assert.strictEqual(outputText({ outputs }), text);
  });
});
