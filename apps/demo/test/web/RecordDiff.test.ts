/** Differences of members: "the same" only where all of it is, and within bounds. */
import { assert, describe, it } from "@effect/vitest";
import type { Member } from "../../src/explore/ExploreProtocol.ts";
import { contentOf } from "../../web/record/Content.ts";
import { areEqual, diffJson, type JsonChange } from "../../web/record/JsonDiff.ts";
import { diffExpected, diffMembers, isSameMember } from "../../web/record/MemberDiff.ts";
import { placeOfRole } from "../../web/record/Roles.ts";
import { chunkLength, chunksOf } from "../../web/record/TextChunks.ts";
import { diffTexts } from "../../web/record/TextDiff.ts";

const text = (value: string): Member => ({ key: "k", text: value, isText: true });
const json = (value: unknown): Member => ({
  key: "k",
  text: JSON.stringify(value, null, 2),
  isText: false,
});
/** A difference with its removed and added parts in brackets. */
const marked = (before: string, after: string): string | undefined =>
  diffTexts(before, after)
    ?.segments.map(({ kind, text: own }) =>
      kind === "same" ? own : kind === "removed" ? `[-${own}-]` : `[+${own}+]`,
    )
    .join("");
/** The text before or after, put together again. */
const side = (before: string, after: string, gone: "added" | "removed"): string | undefined =>
  diffTexts(before, after)
    ?.segments.filter(({ kind }) => kind !== gone)
    .map(({ text: own }) => own)
    .join("");

const lines = (of: string) => Array.from({ length: 900 }, (_, n) => `${of} line ${n} of many\n`);
const random = (seed: number) =>
  Array.from({ length: 4000 }, (_, n) => `${(n * seed) % 9973}\n`).join("");
const deep = (levels: number): unknown => JSON.parse("[".repeat(levels) + "]".repeat(levels));
const chat = (...contents: ReadonlyArray<string>) =>
  json(
    contents.map((content, index) => ({ role: index % 2 === 0 ? "user" : "assistant", content })),
  );
const call = (id: string, model: string) =>
  json([
    {
      role: "assistant",
      model,
      tool_calls: [{ id, function: { name: "f", arguments: "{}" } }],
    },
    { role: "tool", tool_call_id: id, content: "done" },
  ]);
const kindOf = (value: string) => contentOf(text(value)).kind;

describe("The difference of two texts", () => {
  it.each([
    ["the same", "the same", "the same"],
    ["Yes, within 30 days.", "Yes, within 60 days.", "Yes, within [-30-][+60+] days."],
    ["", "new", "[+new+]"],
    ["old", "", "[-old-]"],
    ["a\nb\nc\n", "a\nc\n", "a\n[-b\n-]c\n"],
    ["إجابة قصيرة", "إجابة طويلة", "إجابة [-قصيرة-][+طويلة+]"],
  ])("of %j and %j is %j", (before, after, expected) => {
    assert.strictEqual(marked(before, after), expected);
  });

  it("loses nothing, and finds one change in a million characters", () => {
    const long = "A word after another, again and again. ".repeat(25_000);
    const after = `${long.slice(0, 500_000)}CHANGED${long.slice(500_000)}`;
    const diff = diffTexts(long, after);
    assert.strictEqual(diff?.by, "words");
    assert.strictEqual(side(long, after, "added"), long);
    assert.strictEqual(side(long, after, "removed"), after);
    const changed = diff?.segments.filter(({ kind }) => kind !== "same") ?? [];
    assert.isBelow(changed.map(({ text: own }) => own).join("").length, 100);
  });

  it("finds a change in a text without white space, between characters", () => {
    const long = "😀x".repeat(100_000);
    const after = `${long.slice(0, 150_000)}😁${long.slice(150_002)}`;
    assert.strictEqual(side(long, after, "added"), long);
    assert.strictEqual(side(long, after, "removed"), after);
    for (const { text: own } of diffTexts(long, after)?.segments ?? []) {
      assert.isTrue(own.isWellFormed());
    }
  });

  it("is by lines where texts are long, and given up where they have nothing in common", () => {
    const before = lines("a");
    const after = before.map((line, n) => (n % 10 === 0 ? line.replace("a", "b") : line));
    assert.strictEqual(diffTexts(before.join(""), after.join(""))?.by, "lines");
    assert.isUndefined(diffTexts(random(17), random(23)));
    assert.isUndefined(diffTexts("x\n".repeat(600_000), "y\n".repeat(600_000)));
  });
});

const paths = (change: JsonChange, path = ""): ReadonlyArray<string> =>
  change.kind === "inside"
    ? change.members.flatMap((member) => paths(member.change, `${path}/${member.key}`))
    : change.kind === "same"
      ? []
      : [`${change.kind} ${path}`];

describe("The difference of two JSON values", () => {
  it.each<readonly [unknown, unknown, ReadonlyArray<string>]>([
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, []],
    [{ a: 1 }, { a: 2, b: 3 }, ["replaced /a", "added /b"]],
    [{ a: { b: [1, 2, 3] } }, { a: { b: [1, 3] } }, ["removed /a/b/1"]],
    [[1, 2, 3], [0, 1, 2, 3], ["added /0"]],
    [[{ id: 1, n: 1 }, { id: 2 }], [{ id: 1, n: 2 }, { id: 2 }], ["replaced /0/n"]],
    [{ a: [] }, { a: {} }, ["replaced /a"]],
    [{ a: null }, {}, ["removed /a"]],
    [[["a", 1]], [{ a: 1 }], ["replaced /0"]],
    [1, "1", ["replaced "]],
  ])("of %j and %j is %j", (before, after, expected) => {
    const change = diffJson(before, after);
    assert.deepStrictEqual(change && paths(change), expected);
    assert.strictEqual(areEqual(before, after), expected.length === 0);
  });

  it("takes `__proto__` for a key like others", () => {
    const [before, after]: ReadonlyArray<unknown> = JSON.parse(
      '[{"__proto__":{"a":1}},{"__proto__":{"a":2}}]',
    );
    const change = diffJson(before, after);
    assert.deepStrictEqual(change && paths(change), ["replaced /__proto__/a"]);
  });

  it("has bounds", () => {
    assert.isDefined(diffJson(deep(3000), deep(2999)));
    assert.isUndefined(
      diffJson(Array.from({ length: 60_000 }), Array.from({ length: 60_000 }).fill(1)),
    );
  });
});

describe("The difference of two members", () => {
  it("compares chats message by message", () => {
    const diff = diffMembers(
      chat("Hi", "Yes, within 30 days.", "Ok"),
      chat("Hi", "No, never.", "Ok"),
    );
    assert.deepStrictEqual(diff.kind === "chat" ? diff.messages.map(({ kind }) => kind) : diff, [
      "same",
      "changed",
      "same",
    ]);
    const message = {
      role: "assistant",
      tool_calls: [{ function: { name: "f", arguments: "{}" } }],
    };
    const other = diffMembers(json([message]), json([{ role: "assistant", content: "Yes" }]));
    assert.deepStrictEqual(other.kind === "chat" ? other.messages.map(({ kind }) => kind) : other, [
      "removed",
      "added",
    ]);
    const longer = diffMembers(chat("Hi", "Hello"), chat("Hi", "Hello", "Ok"));
    assert.deepStrictEqual(
      longer.kind === "chat" ? longer.messages.map(({ kind }) => kind) : longer,
      ["same", "same", "added"],
    );
  });

  it("tells what was written from the ids and models beside it", () => {
    const diff = diffMembers(call("1", "a"), call("2", "b"));
    assert.deepStrictEqual(diff.kind === "chat" ? diff.messages.map(({ kind }) => kind) : diff, [
      "sameContent",
      "sameContent",
    ]);
    assert.isFalse(isSameMember(call("1", "a"), call("2", "b")));
  });

  it("is the same only where all is", () => {
    assert.isTrue(isSameMember(json({ a: 1, b: [2] }), json({ b: [2], a: 1 })));
    assert.isTrue(isSameMember(undefined, undefined));
    assert.isFalse(isSameMember(text("1"), { key: "k", text: "1", isText: false }));
    assert.isFalse(isSameMember(text(""), undefined));
    assert.isFalse(isSameMember(text('{"a":1,"b":2}'), text('{"b":2,"a":1}')));
    assert.strictEqual(diffMembers(undefined, text("a")).kind, "added");
    assert.strictEqual(diffMembers(text("a"), undefined).kind, "removed");
    assert.strictEqual(diffMembers(json({ a: 1 }), text("a")).kind, "text");
  });

  it("compares what is expected with the answer in a chat", () => {
    assert.strictEqual(diffExpected(text("Yes"), chat("Hi", "Yes"))?.kind, "same");
    assert.strictEqual(diffExpected(json({ a: 1 }), json({ a: 2 }))?.kind, "json");
    assert.isUndefined(diffExpected(json({ a: 1 }), text("a")));
    assert.isUndefined(diffExpected(undefined, text("a")));
  });

  it("reads texts that are JSON, and no others", () => {
    assert.strictEqual(kindOf('{"a":1}'), "json");
    assert.strictEqual(kindOf('[{"role":"user","content":"Hi"}]'), "chat");
    assert.strictEqual(kindOf("[1] a footnote"), "text");
    assert.strictEqual(kindOf("{curly}"), "text");
    assert.strictEqual(kindOf("42"), "text");
    assert.strictEqual(contentOf(json(42)).kind, "raw");
    assert.strictEqual(contentOf(json("x".repeat(3_000_000).split("x"))).kind, "raw");
  });
});

describe("The roles of members", () => {
  const detail = {
    id: "1",
    testcaseId: null,
    inputs: ["locale", "User_Query", "question"].map((key) => ({ ...text("x"), key })),
    expected: [
      { ...json([1]), key: "first" },
      { ...text("x"), key: "second" },
    ],
    outputs: [
      { ...text("refund"), key: "intent" },
      { ...text("Yes"), key: "response" },
    ],
    others: [],
    scores: [],
    cells: [],
  };

  it("are inferred from names, or else the first text", () => {
    assert.strictEqual(placeOfRole("input", [detail], {}), "inputs.question");
    assert.strictEqual(placeOfRole("expected", [detail], {}), "expected.second");
    assert.strictEqual(placeOfRole("output", [null, detail], {}), "outputs.response");
    assert.isNull(placeOfRole("output", [null], {}));
  });

  it("are those that the user chose, where a record has them", () => {
    assert.strictEqual(
      placeOfRole("input", [detail], { input: "outputs.intent" }),
      "outputs.intent",
    );
    assert.strictEqual(placeOfRole("input", [detail], { input: "inputs.gone" }), "inputs.question");
  });
});

describe("The pieces of a long text", () => {
  it("are whole lines and characters, and together the text", () => {
    for (const whole of [
      "",
      "short",
      "line\n".repeat(5000),
      "word ".repeat(5000),
      "x".repeat(5 * chunkLength + 1),
      "😀".repeat(chunkLength),
    ]) {
      const pieces = chunksOf(whole).map(({ start, end }) => whole.slice(start, end));
      assert.strictEqual(pieces.join(""), whole);
      for (const piece of pieces) {
        assert.isAtMost(piece.length, chunkLength + 1);
        assert.isTrue(piece.isWellFormed());
      }
    }
  });
});
