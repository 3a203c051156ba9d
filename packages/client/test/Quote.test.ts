import { assert, describe, it } from "@effect/vitest";
import { Redacted } from "effect";
import * as Quote from "../src/Quote.ts";

const secret = "ak_Do-not/tell~";
const apiKey = Redacted.make(secret);
const redact = Quote.redactor(apiKey);
const codes = Array.from(secret, (character) => character.charCodeAt(0));
const bytes = (text: string) => new TextEncoder().encode(text);

describe("redactor", () => {
  it.each([
    ["as it is", secret],
    ["in small letters", secret.toLowerCase()],
    ["percent-encoded", encodeURIComponent(secret)],
    ["percent-encoded throughout", codes.map((code) => `%${code.toString(16)}`).join("")],
    [
      "in JSON escapes",
      codes.map((code) => `\\u${code.toString(16).padStart(4, "0").toUpperCase()}`).join(""),
    ],
    ["with its slash escaped", secret.replace("/", "\\/")],
    ["in decimal HTML references", codes.map((code) => `&#${code};`).join("")],
    ["in hexadecimal HTML references", codes.map((code) => `&#x00${code.toString(16)};`).join("")],
    ["in one of each", secret.replace("D", "%44").replace("t", "\\u0074").replace("_", "&#95;")],
  ])("takes out a key %s", (_, spelled) => {
    assert.strictEqual(redact(`<${spelled}><${spelled}>`), "<<redacted>><<redacted>>");
  });

  it("leaves other text alone", () => {
    const text = "ak_Do-not/tell no one & %61k_ \\u0061";
    assert.strictEqual(redact(text), text);
  });
});

describe("excerpt", () => {
  it("is nothing of an empty body, and at most 1,024 bytes of a long one", () => {
    assert.isUndefined(Quote.excerpt(bytes(""), apiKey));
    assert.strictEqual(Quote.excerpt(bytes("x".repeat(5000)), apiKey)?.length, 1024);
    const umlauts = Quote.excerpt(bytes("ä".repeat(5000)), apiKey) ?? "";
    assert.strictEqual(bytes(umlauts).length, 1024);
    assert.strictEqual(umlauts, "ä".repeat(512));
  });

  it("shows no part of a key, wherever the cut falls", () => {
    for (const spelled of [secret, codes.map((code) => `&#x00${code.toString(16)};`).join("")]) {
      for (let before = 1024 - spelled.length; before <= 1024; before += 1) {
        const text = Quote.excerpt(bytes(`${".".repeat(before)}${spelled}`), apiKey) ?? "";
        assert.match(text, /^\.+(?:<r?e?d?a?c?t?e?d?>?)?$/);
      }
    }
  });

  it("ends before a key that the body breaks off in", () => {
    for (let length = 4; length < secret.length; length += 1) {
      assert.strictEqual(
        Quote.excerpt(bytes(`you sent ${secret.slice(0, length)}`), apiKey),
        "you sent ",
      );
    }
  });

  it("holds nothing that a terminal would obey", () => {
    assert.strictEqual(
      Quote.excerpt(bytes("a\u001b[2J\u202eb\u2028c\u0000\n\td\u007f\u009b"), apiKey),
      "a\uFFFD[2J\uFFFDb\uFFFDc\uFFFD\n\td\uFFFD\uFFFD",
    );
  });
});

describe("line", () => {
  it("is one line without controls, cut where it is long", () => {
    assert.strictEqual(Quote.line(" a\r\n\u001b[31mb\u2028\u202ec "), "a [31mb c");
    assert.strictEqual(Quote.line("👋".repeat(20), 5), "👋👋👋👋…");
  });
});

describe("apiError", () => {
  it("keeps what is short as it is", () => {
    const error = { code: "C", message: "m", details: { a: [1, null, { b: true }], c: "d" } };
    assert.deepStrictEqual(Quote.apiError(error, redact), error);
  });

  it("takes the key out of every text and name", () => {
    const details = { [secret]: [{ deep: `<${secret}>` }] };
    const kept = Quote.apiError({ code: secret, message: secret, details }, redact);
    assert.notInclude(JSON.stringify(kept), "tell");
    assert.deepStrictEqual(kept.details, { "<redacted>": [{ deep: "<<redacted>>" }] });
  });

  it("bounds what it keeps", () => {
    const deep: unknown = JSON.parse(`${'{"a":['.repeat(50_000)}1${"]}".repeat(50_000)}`);
    const kept = Quote.apiError(
      {
        code: "c".repeat(9000),
        message: "m".repeat(9000),
        details: { deep, wide: Array.from({ length: 100_000 }, (_, index) => index) },
      },
      redact,
    );
    assert.isBelow(JSON.stringify(kept).length, 20_000);
    assert.strictEqual(kept.message.length, 4000);
  });
});
