import { assert, describe, it } from "@effect/vitest";
import { Arbitrary, Redacted, Result, Schema } from "effect";
import * as ApiKey from "../../src/protocol/ApiKey.ts";

const secret = "ak_Do-not/tell~";
const redact = ApiKey.redactor(Redacted.make(secret));
const codes = Array.from(secret, (character) => character.charCodeAt(0));
const hexOf = (text: string): string =>
  Array.from(text, (character) => character.charCodeAt(0).toString(16).padStart(2, "0")).join("");

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
    ["in a JSON Pointer", secret.replaceAll("~", "~0").replaceAll("/", "~1")],
    [
      "in a JSON Pointer, with its slash escaped before",
      secret.replaceAll("~", "~0").replaceAll("/", "\\~1"),
    ],
    ["in decimal HTML references", codes.map((code) => `&#${code};`).join("")],
    ["in hexadecimal HTML references", codes.map((code) => `&#x00${code.toString(16)};`).join("")],
    ["percent-encoded twice", codes.map((code) => `%25${code.toString(16)}`).join("")],
    ["in JavaScript escapes", codes.map((code) => `\\x${code.toString(16)}`).join("")],
    ["in code point escapes", codes.map((code) => `\\u{${code.toString(16)}}`).join("")],
    ["in quoted-printable", codes.map((code) => `=${code.toString(16).toUpperCase()}`).join("")],
    ["with a named reference", secret.replace("_", "&lowbar;").replace("/", "&sol;")],
    ["with references escaped again", codes.map((code) => `&amp;#${code};`).join("")],
    ["over two lines", secret.replace("t/", "t\r\n    /")],
    ["with spaces between all characters", Array.from(secret).join(" ")],
    ["with zero-width spaces", Array.from(secret).join("\u200b")],
    ["with a zero byte", secret.replace("-", "\u0000-")],
    ["with tags in it", secret.replace("Do", "</b><span class='x'>Do")],
    ["without its prefix", secret.slice(3)],
    ["in hexadecimal", codes.map((code) => code.toString(16)).join("")],
    ["in capital hexadecimal", codes.map((code) => code.toString(16).toUpperCase()).join("")],
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

  it.each(["", "u", "us", "user:", "Bearer "])("removes a key in base64 after %j", (before) => {
    for (const after of ["", ":", "::", ": and more"]) {
      const encoded = btoa(`${before}${secret}${after}`);
      for (const text of [encoded, encoded.replaceAll("+", "-").replaceAll("/", "_")]) {
        const redacted = redact(`Basic ${text}`);
        assert.include(redacted, "<redacted>");
        // No more of the key than the bits that its neighbours share.
        const [start = "", end = ""] = redacted.slice("Basic ".length).split("<redacted>");
        assert.notInclude(atob(start.slice(0, start.length - (start.length % 4))), "ak");
        assert.isAtMost(end.length, btoa(`${after}  `).length);
      }
    }
  });

  it("leaves other text alone", () => {
    for (const text of [
      "ak_Do-not/tell no one & %61k_ \\u0061",
      "Do-not/tell",
      btoa("ak_Do-not"),
      "ak_ ".repeat(1000),
      "<b>ak_</b>",
    ]) {
      assert.strictEqual(redact(text), text);
    }
  });

  // A quick test for a hint of the key decides whether a text is searched at all.
  const Draws = Schema.Array(
    Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 2 ** 20 })),
  ).check(Schema.isMinLength(8), Schema.isMaxLength(40));

  it.prop(
    "finds all that a search for each spelling finds, whatever the key",
    { draws: Arbitrary.schema(Draws) },
    ({ draws }) => {
      let at = 0;
      const draw = (): number => {
        at += 1;
        // Each round through the draws gives other numbers.
        return Math.imul((draws[at % draws.length] ?? 0) + at, 0x9e3779b1) >>> 8;
      };
      const pick = <A>(first: A, ...others: ReadonlyArray<A>): A =>
        [first, ...others][draw() % (others.length + 1)] ?? first;
      const key = `ak_${Array.from({ length: 1 + (draw() % 40) }, () => {
        const code = 0x21 + (draw() % 94);
        return code === 0x22 || code === 0x5c ? "x" : String.fromCharCode(code);
      }).join("")}`;
      const spell = (character: string): string => {
        const code = character.charCodeAt(0);
        const hex = code.toString(16).padStart(2, "0");
        return pick(
          character,
          character.toUpperCase(),
          character.toLowerCase(),
          `\\\\${character}`,
          `\\u00${hex}`,
          `\\x${hex}`,
          `\\u{${hex}}`,
          `%${hex.toUpperCase()}`,
          `%2525${hex}`,
          `=${hex}`,
          `&#${code};`,
          `&amp;#x0${hex};`,
        );
      };
      // A tag cannot be told from a key with a bracket.
      const tags = key.includes("<") ? [] : ["<b>", "</b>\t<i>"];
      const separate = (): string => pick("", "", "", " ", "\r\n  ", "\u200b", ...tags);
      const asIt = draw() % 2 === 0;
      const spelled = Array.from(
        key,
        (character) => (asIt ? character : spell(character)) + (draw() % 3 === 0 ? separate() : ""),
      ).join("");
      const whole = pick(spelled, btoa(key), btoa(`u:${key}`), btoa(`user:${key}`), hexOf(key));
      const text = [spelled, whole, spelled.slice(3), spelled.slice(0, -1), key.slice(3)]
        .map((part) => `${pick("a", "{", "%", "&#", "\\", "ak_", key.slice(0, 4))}"${part}"`)
        .join(pick(", ", "\n", ""));
      const found = ApiKey.spellings(key).reduce(
        (left, pattern) => left.replace(pattern, "<redacted>"),
        text,
      );
      assert.strictEqual(ApiKey.removing(key)(text), found);
      assert.include(found, "<redacted>");
    },
    { arbitrary: { runs: 120, seed: 7 } },
  );

  it("takes the name of a short key for any other word", () => {
    assert.strictEqual(ApiKey.redactor(Redacted.make("ak_error"))("error"), "error");
  });
});

describe("startRedactor", () => {
  const redactStart = ApiKey.startRedactor(Redacted.make(secret));

  it("reads no more than the start of a long text", () => {
    for (const piece of ["p ", "ak_ ", " ", "%61", "&#97;"]) {
      assert.isAtMost(redactStart(piece.repeat(1_000_000)).length, ApiKey.maxStartLength);
    }
  });

  it("shows no part of a key, wherever the cut falls", () => {
    const spelled = [secret, secret.replace("t/", "t\n /"), encodeURIComponent(secret)];
    for (const text of spelled) {
      for (let length = 4; length <= text.length; length += 1) {
        const before = `${" ".repeat(ApiKey.maxStartLength - length - 1)}:`;
        const shown = redactStart(`${before}${text}${" ".repeat(100)}`).trim();
        assert.isTrue([":", ":<redacted>"].includes(shown), shown);
      }
    }
  });
});

describe("partialKeyDropper", () => {
  const dropPartialKey = ApiKey.partialKeyDropper(Redacted.make(secret));

  it.each([
    ["as it is", "ak_Do-n"],
    ["over two lines", "ak_D\n o"],
    ["with tags in it", "ak_</b>Do"],
    ["that ends in half an escape", "ak_Do\\u002"],
    ["that ends in half a reference", "ak_Do&#x2"],
    ["that ends in half a percent-encoding", "ak_Do%2"],
  ])("removes the start of a key %s", (_, start) => {
    assert.strictEqual(dropPartialKey(`key: ${start}`), "key: ");
  });

  it("leaves a prefix alone, and what does not end the text", () => {
    for (const text of ["keys start with ak_", "ak_Do-n?", ""]) {
      assert.strictEqual(dropPartialKey(text), text);
    }
  });
});
