import { assert, describe, it } from "@effect/vitest";
import { Redacted, Result } from "effect";
import * as ApiKey from "../../src/protocol/ApiKey.ts";

const secret = "ak_Do-not/tell~";
const redact = ApiKey.redactor(Redacted.make(secret));
const codes = Array.from(secret, (character) => character.charCodeAt(0));

describe("check", () => {
  it.each([
    ["a plain string", secret],
    ["another prefix", Redacted.make("sk_123")],
    ["a prefix alone", Redacted.make("ak_")],
    ["a space", Redacted.make("ak_1 2")],
    ["a line feed", Redacted.make("ak_1\n")],
    ["a quote", Redacted.make('ak_1"2')],
    ["a backslash", Redacted.make("ak_1\\2")],
    ["a character beyond ASCII", Redacted.make("ak_é")],
    ["a number", Redacted.make(1)],
  ])("rejects %s without quoting it", (_, key) => {
    const checked = ApiKey.check(key);
    assert(Result.isFailure(checked));
    assert.notInclude(checked.failure, "1");
    assert.notInclude(checked.failure, secret);
  });

  it("rejects a key that was wiped", () => {
    const wiped = Redacted.make(secret);
    Redacted.wipeUnsafe(wiped);
    const checked = ApiKey.check(wiped);
    assert(Result.isFailure(checked));
    assert.include(checked.failure, "wiped");
    assert.include(checked.failure, "two copies of effect?");
  });

  it("accepts any other printable ASCII", () => {
    const checked = ApiKey.check(Redacted.make("ak_!#$%&'()*+,-./09:;<=>?@AZ[]^_`az{|}~"));
    assert.isTrue(Result.isSuccess(checked));
  });
});

describe("redactor", () => {
  it.each([
    ["as it is", secret],
    ["in lower case", secret.toLowerCase()],
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
  ])("removes a key %s", (_, spelled) => {
    assert.strictEqual(redact(`<${spelled}><${spelled}>`), "<<redacted>><<redacted>>");
  });

  it.each([0, 1, 2])(
    "leaves JSON valid that quotes JSON which holds a key, %i levels deep",
    (levels) => {
      const escaped = codes.map((code) => `\\u00${code.toString(16)}`).join("");
      const markdown = Array.from(secret, (character) => `\\${character}`).join("");
      const quoted = (text: string) =>
        Array.from({ length: levels + 1 }).reduce<string>((inner) => JSON.stringify(inner), text);
      const unquoted = (text: string) =>
        Array.from({ length: levels + 1 }).reduce<string>((inner) => JSON.parse(inner), text);
      for (const spelled of [secret, escaped, markdown]) {
        assert.strictEqual(unquoted(redact(quoted(`C:\n"${spelled}"`))), 'C:\n"<redacted>"');
        assert.strictEqual(
          unquoted(redact(quoted(`${"\\".repeat(40)}${spelled}`))).replaceAll("\\", ""),
          "<redacted>",
        );
      }
    },
  );

  it("leaves other text alone", () => {
    const text = "ak_Do-not/tell no one & %61k_ \\u0061";
    assert.strictEqual(redact(text), text);
  });
});
