/** Markdown of records is data: whatever it holds, only elements of known kinds come out, and no text is lost. */
import { assert, describe, it } from "@effect/vitest";
import { type Element, type Node, read } from "../../web/record/Markdown.ts";

const elementsIn = (nodes: ReadonlyArray<Node>): ReadonlyArray<Element> =>
  nodes.flatMap((node) => (typeof node === "string" ? [] : [node, ...elementsIn(node.children)]));
const textIn = (nodes: ReadonlyArray<Node>): string =>
  nodes.map((node) => (typeof node === "string" ? node : textIn(node.children))).join("");
const depthOf = (nodes: ReadonlyArray<Node>): number =>
  1 + Math.max(0, ...nodes.map((node) => (typeof node === "string" ? 0 : depthOf(node.children))));
const kinds = (text: string) => elementsIn(read(text) ?? []).map(({ kind }) => kind);

describe("Markdown of a record", () => {
  it("is read as elements", () => {
    const text = [
      "# Title",
      "A **bold** and *soft* ~~old~~ `x < 1` word",
      "in two lines",
      "",
      "- one",
      "- two",
      "",
      "3. three",
      "",
      "> quoted",
      "",
      "| a | b |",
      "| - | - |",
      "| 1 | 2 |",
      "",
      "```ts",
      "const a = `<b>`;",
      "```",
    ].join("\n");
    const found = new Set(kinds(text));
    for (const kind of [
      "heading",
      "strong",
      "emphasis",
      "struck",
      "inlineCode",
      "break",
      "list",
      "numbered",
      "quote",
      "table",
      "code",
    ] as const) {
      assert.isTrue(found.has(kind), kind);
    }
    const code = elementsIn(read(text) ?? []).find(({ kind }) => kind === "code");
    assert.deepStrictEqual(code, { kind: "code", children: ["const a = `<b>`;"], detail: "ts" });
    const list = elementsIn(read(text) ?? []).find(({ kind }) => kind === "numbered");
    assert.strictEqual(list?.detail, "3");
  });

  it.each([
    "A plain text.",
    "Two lines\nand  spaces",
    "2 * 3 * 4 = 24",
    "snake_case_name and __init__.py",
    "<b>not bold</b>",
    "",
  ])("is none in %j, which stays as it is", (text) => {
    if (text.includes("__init__")) assert.isDefined(read(text));
    else assert.isUndefined(read(text));
  });

  it.each([
    "<script>alert(1)</script> **x**",
    '<img src=x onerror="alert(1)"> **x**',
    "<svg/onload=alert(1)> **x**",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe> **x**",
    "<!-- **x** -->\n\n- <style>*{}</style>",
    "<a href='javascript:alert(1)'>**x**</a>",
    "**x** <math><mtext></math><mglyph><img src onerror=alert(1)>",
  ])("keeps the HTML of %j as text", (text) => {
    const tree = read(text) ?? [];
    const shown = textIn(tree);
    for (const tag of text.match(/<[^>]+>/g) ?? []) assert.include(shown, tag.replaceAll("**", ""));
  });

  it.each([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "vbscript:x",
    "data:text/html;base64,PHNjcmlwdD4=",
    "file:///etc/passwd",
    "//evil.example/x",
    "https://user:password@evil.example",
  ])("hands the address %s on as it is, for the components to judge", (address) => {
    const [link, picture] = elementsIn(read(`[a](<${address}>) ![b](<${address}>)`) ?? []).filter(
      ({ kind }) => kind === "link" || kind === "picture",
    );
    assert.strictEqual(link?.detail, address);
    assert.strictEqual(picture?.detail, address);
  });

  it("shows definitions of links rather than dropping them", () => {
    assert.include(
      textIn(read("**x** [a][b]\n\n[b]: https://a.example") ?? []),
      "https://a.example",
    );
  });

  it("has bounds: nested and long texts end in few levels, or stay raw", () => {
    for (const text of [
      ">".repeat(5000),
      "> ".repeat(5000),
      "- ".repeat(5000),
      "*a_".repeat(5000),
      "[".repeat(5000),
      "![".repeat(5000),
      "`".repeat(5000),
      `${"*".repeat(5000)}a${"*".repeat(5000)}`,
      Array.from({ length: 200 }, (_, level) => `${" ".repeat(2 * level)}- a`).join("\n"),
    ]) {
      const tree = read(text);
      assert.isBelow(tree === undefined ? 0 : depthOf(tree), 80, text.slice(0, 10));
    }
    assert.isUndefined(read("- a\n".repeat(30_000)));
  });
});
