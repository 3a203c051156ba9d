/** A text of JSON has one parser. The tables say what each of its users makes of the same odd inputs; the verdicts are written by hand. */
import { assert, describe, it } from "@effect/vitest";
import { Replay } from "@scorecard-effect/fixtures";
import { Result } from "effect";
import { stub, readers, printed, bytes } from "../setup/RuleUsers.ts";

const recordWith = (inputs: string, id = '"1"'): string =>
  `{"id":${id},"runId":"135","inputs":${inputs},"expected":{},"outputs":{},"scores":[]}`;
const pageWith = (inputs: string): string =>
  `{"data":[${recordWith(inputs)}],"nextCursor":null,"hasMore":false}`;
const nested = (depth: number): string => `{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`;

/** Reads the records of a text as each user does; undefined where it refuses. */
const recordsOf = (value: unknown): ReadonlyArray<unknown> =>
  Array.isArray(value) ? value : Array.isArray(Object(value).data) ? Object(value).data : [value];
const textReaders: ReadonlyArray<
  readonly [string, (body: Uint8Array) => Promise<ReadonlyArray<unknown>>]
> = [
  ...readers.map(([name, user]) => {
    const read = async (body: Uint8Array) => {
      const { fetch } = stub(() => new Response(new Uint8Array(body)));
      return recordsOf(JSON.parse(await user({}, fetch)));
    };
    return [name, read] as const;
  }),
  [
    "a replay",
    (body) =>
      Promise.resolve().then(() => {
        const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
        const runs = Result.getOrThrow(Replay.parse(text));
        return runs.flatMap((run) => Array.from({ length: run.size }, (_, at) => run.record(at)));
      }),
  ],
];
describe.each(textReaders)("A text of JSON, for %s", (name, read) => {
  it.each<readonly [string, string, ReadonlyArray<string>]>([
    ["keys with escapes", String.raw`{"a\nb":1,"\u0061b":2,"\"":3}`, ["a\nb", "ab", '"']],
    [
      "keys that an engine confuses",
      String.raw`{"ab":1,"a\u0062c":2,"a\\b":3}`,
      ["ab", "abc", "a\\b"],
    ],
    ["a key twice", '{"a":1,"b":2,"a":3}', ["a", "b"]],
    ["a key twice, in two spellings", String.raw`{"a":1,"\u0061":3}`, ["a"]],
    ["keys of Object", '{"toString":1,"constructor":2}', ["toString", "constructor"]],
    ["an empty key", '{"":1}', [""]],
    ["the largest number", '{"a":1.7976931348623157e308}', ["a"]],
    ["nesting of 500 levels", nested(500), ["a"]],
  ])("keeps %s", async (_, inputs, keys) => {
    const [record] = await read(bytes(pageWith(inputs)));
    assert.deepStrictEqual(Object.keys(Object(Object(record).inputs)), keys);
  });

  it("may start with a byte order mark", async () => {
    assert.strictEqual((await read(bytes(`\uFEFF${pageWith("{}")}`))).length, 1);
  });

  it.each<readonly [string, Uint8Array]>([
    ["empty", bytes("")],
    ["white space", bytes(" \n")],
    ["cut", bytes(pageWith("{}").slice(0, -1))],
    ["with something after it", bytes(`${pageWith("{}")}x`)],
    ["with a trailing comma", bytes(pageWith('{"a":1,}'))],
    ["with NaN", bytes(pageWith('{"a":NaN}'))],
    ["with single quotes", bytes(pageWith("{'a':1}"))],
    ["with a comment", bytes(`/**/${pageWith("{}")}`)],
    ["with a line feed in a string", bytes(pageWith('{"a":"\n"}'))],
    ["with a bad escape", bytes(pageWith(String.raw`{"\x61":1}`))],
    ["of something else", bytes('"page"')],
    ["of null", bytes("null")],
    ["without hasMore", bytes('{"data":[],"nextCursor":null}')],
    ["with an id that is a number", bytes(pageWith("{}").replace('"1"', "1"))],
    ["that is not UTF-8", Uint8Array.of(...bytes(pageWith('{"a":"')), 0xff, ...bytes('"}'))],
    ["in UTF-16", new Uint8Array(Buffer.from(`\uFEFF${pageWith("{}")}`, "utf16le"))],
  ])("is refused: %s", async (_, body) => {
    assert.isNotEmpty(await printed(read(body)));
  });

  // A client delivers values; what is written to a file must be read back as it was.
  it("with a number beyond JavaScript's is refused where it is written or read back", async () => {
    const body = bytes(pageWith('{"a":[1e400]}'));
    if (name.includes("client")) assert.strictEqual((await read(body)).length, 1);
    else assert.match(await printed(read(body)), /\/data\/0\/inputs\/a\/0/);
  });
});
