import { assert, describe, it } from "@effect/vitest";
import * as TerminalText from "../../src/protocol/TerminalText.ts";

// Controls, a colour sequence, a right-to-left override, a line separator, a lone surrogate.
const unsafeText = "a\u0000\u001b[31m\u202eb\u2028c\u009b\ud800d";
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

describe("TerminalText", () => {
  it.each([
    ["escape", TerminalText.escape],
    ["replace", TerminalText.replace],
    ["replaceInLines", TerminalText.replaceInLines],
    ["line", TerminalText.line],
    ["json", TerminalText.json],
  ] as const)("%s leaves nothing that a terminal would obey", (_, convert) => {
    assert.notMatch(convert(unsafeText), unsafe);
  });

  it("escapes, replaces, or collapses unsafe characters", () => {
    assert.strictEqual(TerminalText.escape("a\u001b[1m\u202e"), "a\\u{1b}[1m\\u{202e}");
    assert.strictEqual(TerminalText.replace("a\u001b[1m\n"), "a\uFFFD[1m\uFFFD");
    assert.strictEqual(TerminalText.replaceInLines("a\u001b\n\tb\r"), "a\uFFFD\n\tb\uFFFD");
    assert.strictEqual(TerminalText.line(" a\r\n\u001b[31mb\u2028\u202ec "), "a [31mb c");
  });

  it("writes JSON that parses to the same value", () => {
    const value = { [unsafeText]: [unsafeText, 1, null] };
    assert.deepStrictEqual<unknown>(JSON.parse(TerminalText.json(value)), value);
  });

  it("cuts long text between code points, and marks the cut", () => {
    assert.strictEqual(TerminalText.cut("👋".repeat(20), 5), "👋👋👋👋…");
    assert.strictEqual(TerminalText.line("👋".repeat(20), 5), "👋👋👋👋…");
    assert.strictEqual(TerminalText.cut("abcde", 5), "abcde");
    assert.strictEqual(TerminalText.escape("x".repeat(500)).length, 300);
    assert.strictEqual(TerminalText.quoteId("x".repeat(500)).length, 202);
  });
});
