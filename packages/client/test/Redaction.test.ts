import { assert, describe, it } from "@effect/vitest";
import { Redacted } from "effect";
import * as Redaction from "../src/diagnostics/Redaction.ts";

const secret = "ak_Do-not/tell~";
const redaction = Redaction.make(Redacted.make(secret));
const codes = Array.from(secret, (character) => character.charCodeAt(0));
const bytes = (text: string) => new TextEncoder().encode(text);

describe("excerpt", () => {
  it("is undefined for an empty body, and has at most 1,024 bytes", () => {
    assert.isUndefined(redaction.excerpt(bytes("")));
    assert.strictEqual(redaction.excerpt(bytes("x".repeat(5000)))?.length, 1024);
    const umlauts = redaction.excerpt(bytes("ä".repeat(5000))) ?? "";
    assert.strictEqual(bytes(umlauts).length, 1024);
    assert.strictEqual(umlauts, "ä".repeat(512));
  });

  it("shows no part of a key, wherever the cut falls", () => {
    for (const spelled of [secret, codes.map((code) => `&#x00${code.toString(16)};`).join("")]) {
      for (let before = 1024 - spelled.length; before <= 1024; before += 1) {
        const text = redaction.excerpt(bytes(`${".".repeat(before)}${spelled}`)) ?? "";
        assert.match(text, /^\.+(?:<r?e?d?a?c?t?e?d?>?)?$/);
      }
    }
  });

  it("ends before a partial key at the end of the body", () => {
    for (let length = 4; length < secret.length; length += 1) {
      assert.strictEqual(
        redaction.excerpt(bytes(`you sent ${secret.slice(0, length)}`)),
        "you sent ",
      );
    }
  });

  it("has nothing that a terminal would obey", () => {
    assert.strictEqual(
      redaction.excerpt(bytes("a\u001b[2J\u202eb\u2028c\u0000\n\td\u007f\u009b")),
      "a\uFFFD[2J\uFFFDb\uFFFDc\uFFFD\n\td\uFFFD\uFFFD",
    );
  });
});

describe("apiError", () => {
  it("keeps a short error unchanged", () => {
    const error = { code: "C", message: "m", details: { a: [1, null, { b: true }], c: "d" } };
    assert.deepStrictEqual(redaction.apiError(error), error);
  });

  it("keeps fields that the contract does not name, bounded and without the key", () => {
    const error = { code: "C", message: "m", details: {}, docs: "https://x.test", more: { a: 1 } };
    assert.deepStrictEqual(redaction.apiError(error), error);
    const odd = { code: "C", message: "m", details: {}, [secret]: [secret, "x".repeat(9000)] };
    const kept = redaction.apiError(odd);
    assert.notInclude(JSON.stringify(kept), "tell");
    assert.isBelow(JSON.stringify(kept).length, 5000);
  });

  it("removes the key from every text and name", () => {
    const details = { [secret]: [{ deep: `<${secret}>` }] };
    const kept = redaction.apiError({ code: secret, message: secret, details });
    assert.notInclude(JSON.stringify(kept), "tell");
    assert.deepStrictEqual(kept.details, { "<redacted>": [{ deep: "<<redacted>>" }] });
  });

  it("bounds the size of an error", () => {
    const deep: unknown = JSON.parse(`${'{"a":['.repeat(50_000)}1${"]}".repeat(50_000)}`);
    const kept = redaction.apiError({
      code: "c".repeat(9000),
      message: "m".repeat(9000),
      details: { deep, wide: Array.from({ length: 100_000 }, (_, index) => index) },
    });
    assert.isBelow(JSON.stringify(kept).length, 20_000);
    assert.strictEqual(kept.message.length, 4000);
  });
});

describe("A message", () => {
  const wrapped = [
    secret.replace("t/", "t\n   /"),
    Array.from(secret).join("\u200b"),
    secret.replace("Do", "</b>Do"),
    secret.slice(3),
    btoa(`${secret}:`),
    codes.map((code) => code.toString(16)).join(""),
  ];

  it("is without the key, even one that white space or an encoding hides", () => {
    for (const spelled of wrapped) {
      const text = `key ${spelled} rejected`;
      const { code, details } = redaction.apiError({ code: text, message: "m", details: { text } });
      for (const line of [
        redaction.line(text),
        redaction.text(text),
        redaction.serverMessage(text),
        redaction.excerpt(bytes(text)),
        code,
        details["text"],
      ]) {
        assert.match(String(line), /^key (?:<\/b>)?<redacted>\S{0,4} rejected$/);
      }
      assert.isTrue(redaction.hasKey(text));
    }
  });

  it("is made from the start of a long text", () => {
    for (const piece of ["p ", "ak_ ", " \n"]) {
      const text = piece.repeat(1_000_000);
      assert.isAtMost(redaction.text(text).length, 2 ** 16);
      assert.isAtMost(redaction.line(text).length, 1000);
    }
  });
});
