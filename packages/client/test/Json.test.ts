import { assert, describe, it } from "@effect/vitest";
import { Schema } from "effect";
import * as Json from "../src/Json.ts";

describe("Json.parse", () => {
  const first = String.raw`{"id":1,"\\":2}`;
  const second = String.raw`{"id":1,"\n":2}`;

  it("gives the right keys where JSON.parse, on some engines, does not", (context) => {
    JSON.parse(first);
    const plain = Object.keys(Object(JSON.parse(second)));
    assert.deepStrictEqual(Object.keys(Object(Json.parse(first))), ["id", "\\"]);
    assert.deepStrictEqual(Object.keys(Object(Json.parse(second))), ["id", "\n"]);
    // Which of the two this engine is: a note, not a verdict.
    const correct = plain[1] === "\n";
    void context.annotate(`JSON.parse of this engine ${correct ? "is right" : "loses keys"}`);
    assert.include(["\n", "\\"], plain[1]);
  });

  it("gives the right keys whatever the process has parsed before", () => {
    const kept = Array.from({ length: 3000 }, (_, index): unknown =>
      JSON.parse(`{"id":${index},"k${index}":1,"n":{"k${index}x":[{"y${index}":1}]}}`),
    );
    for (const root of ["id", "q", "n", "fresh"]) {
      Json.parse(`{"${root}":1,"\\\\":2}`);
      const parsed = Json.parse(`{"${root}":1,"\\n":2}`);
      assert.deepStrictEqual(Object.keys(Object(parsed)), [root, "\n"]);
    }
    assert.strictEqual(kept.length, 3000);
  });

  it("keeps keys apart that differ in an escape alone, one document after the other", () => {
    const keys = ["\\", "\n", "\t", '"', "\u0000", "\u2028", "/", "a\\", "a\n", "é", "\ud83d"];
    for (let round = 0; round < 3; round += 1) {
      for (const key of keys) {
        const parsed = Json.parse(`{"id":1,${JSON.stringify(key)}:{${JSON.stringify(key)}:2}}`);
        assert.deepStrictEqual<unknown>(parsed, { id: 1, [key]: { [key]: 2 } });
      }
    }
  });

  it("reads what JSON.parse reads, and refuses what it refuses", () => {
    const escaped = String.raw`"\u0061":0`;
    for (const value of [
      `{${escaped},"a":1,"a":2}`,
      `{${escaped},"n":[-0,1e308,5e-324,1E+2,0.1]}`,
      `{${escaped},"s":"\\ud800\\u00e9\\/\\b\\f\\n\\r\\t"}`,
      `{${escaped},"d":${"[".repeat(500)}${"]".repeat(500)}}`,
      ` \n\t{ ${escaped} , "t" : true , "f" : false , "z" : null } `,
    ]) {
      assert.deepStrictEqual(Json.parse(value), JSON.parse(value));
    }
    const proto = Json.parse(`{${escaped},"__proto__":{"polluted":true}}`);
    assert.isTrue(Object.hasOwn(Object(proto), "__proto__"));
    assert.isFalse("polluted" in Object(proto));
    for (const bad of [
      "",
      "{",
      `{${escaped}`,
      `{${escaped},}`,
      `{${escaped}}x`,
      `{${escaped},"n":01}`,
      `{${escaped},"s":"\n"}`,
      `{${escaped},"n":NaN}`,
      `{${escaped},'s':1}`,
    ]) {
      assert.throws(() => JSON.parse(bad));
      assert.throws(() => Json.parse(bad));
    }
  });
});

describe("hasEscapedKey", () => {
  it.each([
    ["{}", false],
    ['{"a":"b"}', false],
    [String.raw`{"a":"\n"}`, false],
    [String.raw`{"a":"say \"b\": c"}`, false],
    [String.raw`{"a":["\\","\\\\"],"b":1}`, false],
    [String.raw`{"\n":1}`, true],
    [String.raw`{"\"":1}`, true],
    [String.raw`{"a\\":1}`, true],
    [String.raw`{"a":"\n","b\u0000" : 1}`, true],
    [String.raw`[{"a":"\\"},{"x":{"\\":1}}]`, true],
    [String.raw`"\n`, false],
    ["\\", false],
  ])("of %s is %s", (text, expected) => {
    assert.strictEqual(Json.hasEscapedKey(text), expected);
  });

  it.prop(
    "finds every key that JSON spells with a backslash",
    { value: Schema.Record(Schema.String, Schema.Json) },
    ({ value }) => {
      const keysOf = (json: unknown): ReadonlyArray<string> =>
        typeof json === "object" && json !== null
          ? Object.entries(json).flatMap(([key, member]) => [
              ...(Array.isArray(json) ? [] : [key]),
              ...keysOf(member),
            ])
          : [];
      const expected = keysOf(value).some((key) => JSON.stringify(key).includes("\\"));
      assert.strictEqual(Json.hasEscapedKey(JSON.stringify(value)), expected);
    },
    { arbitrary: { runs: 500 } },
  );
});
