import { assert, describe, it } from "@effect/vitest";
import { RecordId, type RecordWithScores, TestcaseId } from "@scorecard-effect/contract";
import { FakeRun } from "@scorecard-effect/fixtures";
import { Arbitrary, Effect, Schema } from "effect";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import * as Series from "../../../src/analysis/Series.ts";
import * as HitCount from "../../../src/explore/store/HitCount.ts";
import * as RecordLine from "../../../src/explore/store/RecordLine.ts";
import * as RecordStore from "../../../src/explore/store/RecordStore.ts";
import { requiredText } from "../../../src/explore/store/RequiredText.ts";
import * as SearchText from "../../../src/explore/store/SearchText.ts";
import { hasBit, hitsIn, matcher, type Search } from "../../../src/explore/store/TextSearch.ts";

const base = FakeRun.make({ records: 1 }).record(0);

/** A record with these outputs, and nothing else in it but its id. */
const recordOf = (id: string, outputs: Record<string, Schema.Json>): RecordWithScores => {
  const { testcaseId: _, ...others } = base;
  return { ...others, id: RecordId.make(id), inputs: {}, expected: {}, outputs, scores: [] };
};

/** A store with some records of one run. */
const storeOf = Effect.fnUntraced(function* (records: ReadonlyArray<RecordWithScores>) {
  const store = yield* RecordStore.make(1);
  const series = Series.make();
  store.add(
    0,
    records.map((record) => RecordLine.write(record, series)),
  );
  const search = (wanted: Partial<Search>) =>
    Effect.map(store.search({ terms: [], patterns: [], ...wanted }, [0]), ([found]) =>
      records.flatMap((_, index) =>
        hasBit(found?.bits ?? new Uint8Array(), index) ? [index] : [],
      ),
    );
  return { store, series, search };
});

const temporaryFiles = () =>
  readdirSync(tmpdir()).filter((name) => name.startsWith("scorecard-explorer-"));

/** The parts of a text that have hits. */
const hits = (text: string, search: Partial<Search>) =>
  hitsIn(text, { terms: [], patterns: [], ...search }).map(({ start, end }) =>
    text.slice(start, end),
  );

/** Whether an expression finds the record with a text. */
const matches = (pattern: string, text: string) =>
  matcher({ terms: [], patterns: [pattern] }).matches(SearchText.ofLine(JSON.stringify([text])));

/** Whether a search for a term finds the record with this JSON. */
const isFound = (value: Schema.Json, term: string) =>
  matcher({ terms: [term], patterns: [] }).matches(SearchText.ofLine(JSON.stringify(value)));

describe("The records of a session", { timeout: 30_000 }, () => {
  it.live("are searched whole, for any text in any script, in any case", () =>
    Effect.gen(function* () {
      const { search } = yield* storeOf([
        recordOf("A1", { text: `${"x".repeat(10_000)} Needle at the END` }),
        recordOf("b2", { text: 'He said "no"\nand left', list: [1.5, true, null, "東京タワー"] }),
        recordOf("", { Straße: "İstanbul ΟΔΟΣ", nested: { key: "\\n is no line break" } }),
        recordOf("d4", {}),
      ]);
      const cases: ReadonlyArray<readonly [string, ReadonlyArray<number>]> = [
        ["needle", [0]],
        ["END", [0]],
        ["a1", [0]],
        ["京", [1]],
        ["東京", [1]],
        ["e", [0, 1, 2]],
        ['"NO"\nand', [1]],
        ["1.5", [1]],
        ["\\n", [2]],
        ["straße", [2]],
        ["οδοσ", [2]],
        ["οδος", [2]],
        ["İSTANBUL", [2]],
        ["nothing of the kind", []],
      ];
      for (const [term, expected] of cases) {
        assert.deepStrictEqual(yield* search({ terms: [term] }), expected, term);
      }
      assert.deepStrictEqual(yield* search({ terms: ["x", "end"] }), [0]);
      assert.deepStrictEqual(yield* search({ terms: ["xx", "left"] }), []);
      assert.deepStrictEqual(yield* search({ patterns: ["^he said .no.$"] }), [1]);
      assert.deepStrictEqual(yield* search({ patterns: [String.raw`\bLEFT\b`] }), [1]);
    }).pipe(Effect.scoped),
  );

  it.live("have their hits counted, up to a limit", () =>
    Effect.gen(function* () {
      const { store } = yield* storeOf([
        recordOf("a", { text: "Refund, refund; REFUND", refund: 1 }),
        recordOf("b", { text: "no match" }),
        recordOf("c", { text: "aaaa", list: ["refund", { x: "unrefundable ΟΔΟΣ οδος" }] }),
      ]);
      const counts = (wanted: Partial<Search>, from = 0, room = HitCount.maxHits) =>
        Effect.map(store.hits({ terms: [], patterns: [], ...wanted }, [from], room), ([own]) => [
          own?.to,
          ...Array.from(own?.records ?? []),
          "/",
          ...(own?.counts ?? []),
        ]);
      assert.deepStrictEqual(yield* counts({ terms: ["refund"] }), [3, 0, 2, "/", 4, 2]);
      assert.deepStrictEqual(yield* counts({ terms: ["refund"] }, 1), [3, 1, "/", 2]);
      // A record without one of the words has no hits; a word that is given twice counts once.
      assert.deepStrictEqual(yield* counts({ terms: ["refund", "AA", "aa"] }), [3, 2, "/", 4]);
      assert.deepStrictEqual(yield* counts({ terms: ["οδος"] }), [3, 2, "/", 2]);
      assert.deepStrictEqual(yield* counts({ patterns: ["^\\w*refund|z*"] }), [3, 0, 2, "/", 2, 2]);
      assert.deepStrictEqual(yield* counts({ patterns: ["nothing"] }), [3, "/"]);
      const bytes = HitCount.toBytes(yield* store.hits({ terms: ["e"], patterns: [] }, [0], 99));
      assert.deepStrictEqual(HitCount.fromBytes(bytes.buffer), [
        { from: 0, to: 3, records: Uint32Array.of(0, 1, 2), counts: Uint32Array.of(5, 1, 4) },
      ]);
    }).pipe(Effect.scoped),
  );

  it.live("have no hits counted beyond the room", () =>
    Effect.gen(function* () {
      const text = "e ".repeat(2_200_000);
      const { store } = yield* storeOf([
        recordOf("a", { text }),
        recordOf("b", { text: "e" }),
        recordOf("c", { text: "e" }),
      ]);
      const search = { terms: ["e"], patterns: [] };
      const [own] = yield* store.hits(search, [0], 1000);
      assert.strictEqual(own?.to, 1);
      assert.deepStrictEqual(Array.from(own?.counts ?? []), [2_200_001]);
      const [rest] = yield* store.hits(search, [1], 1000);
      assert.deepStrictEqual(Array.from(rest?.counts ?? []), [2, 2]);
    }).pipe(Effect.scoped),
  );

  it.live("survive a regular expression that would take for ever", () =>
    Effect.gen(function* () {
      const { search } = yield* storeOf([recordOf("1", { text: "a".repeat(40) })]);
      const error = yield* Effect.flip(search({ patterns: ["^(a+)+$x"] }));
      assert.include(error.message, "takes too long");
      assert.deepStrictEqual(yield* search({ terms: ["aaa"] }), [0]);
    }).pipe(Effect.scoped),
  );

  it.live("are found by their ids as they are, and read as they were", () =>
    Effect.gen(function* () {
      const ids = ["7", "", 'a"b\\', "\n", "7", "x".repeat(5000), "constructor"];
      const records = ids.map((id, index) => ({
        ...base,
        id: RecordId.make(id),
        testcaseId: TestcaseId.make(id),
        inputs: { [id]: index, ["\\"]: 1, "\n": 2 },
        scores: base.scores.map((score) => ({ ...score, recordId: RecordId.make(id) })),
      }));
      const { store, series } = yield* storeOf(records);
      for (const [index, id] of ids.entries()) {
        assert.strictEqual(store.find(0, id), ids.indexOf(id));
        assert.deepStrictEqual(
          RecordLine.read(store.lines(0, index) ?? "", base.runId, series),
          records[index],
        );
      }
      const all = store.findAll(0, ["", "77", "7", 'a"b\\', "x"], 0);
      assert.deepStrictEqual(all, [
        [0, 2],
        [1, 0],
        [2, 3],
        [4, 2],
      ]);
      assert.deepStrictEqual(store.findAll(0, ["7"], 1), [[4, 0]]);
      assert.isUndefined(store.find(0, "77"));
      assert.isUndefined(store.lines(0, ids.length));
    }).pipe(Effect.scoped),
  );

  it.live("have the values of a field, each once", () =>
    Effect.gen(function* () {
      const { store } = yield* storeOf([
        recordOf("1", { "a.b": { c: "x" } }),
        recordOf("2", { a: 1 }),
        recordOf("3", { "a.b": { c: "x" }, list: ["first"] }),
        recordOf("4", { "a.b": { c: null } }),
      ]);
      const column = (field: string) =>
        Effect.map(store.column(field, 0, 0), ({ values, codes }) =>
          Array.from(codes, (code) => (code === 0 ? undefined : values[code - 1])),
        );
      assert.deepStrictEqual(yield* column("/outputs/a.b/c"), ["x", undefined, "x", null]);
      assert.deepStrictEqual(yield* column("outputs.list.0"), [
        undefined,
        undefined,
        "first",
        undefined,
      ]);
      assert.deepStrictEqual(yield* column("id"), ["1", "2", "3", "4"]);
      assert.deepStrictEqual((yield* store.column("id", 0, 3)).values, ["4"]);
    }).pipe(Effect.scoped),
  );

  it.live("may have 20 MB each, between others", () =>
    Effect.gen(function* () {
      const text = `${"All work and no play. ".repeat(1_000_000)}A needle.`;
      const { store, series, search } = yield* storeOf([
        recordOf("1", { kind: "small" }),
        recordOf("2", { kind: "large", text }),
        recordOf("3", { kind: "small", text: "another needle" }),
      ]);
      assert.isAbove(store.size(0, { from: 1, to: 2 }), 20_000_000);
      assert.deepStrictEqual(yield* search({ terms: ["NEEDLE"] }), [1, 2]);
      assert.deepStrictEqual(yield* search({ terms: ["no play. a needle"] }), [1]);
      const column = yield* store.column("outputs.kind", 0, 0);
      assert.deepStrictEqual(Array.from(column.codes), [1, 2, 1]);
      assert.strictEqual(store.find(0, "2"), 1);
      const read = RecordLine.read(store.lines(0, 1) ?? "", base.runId, series);
      assert.strictEqual(read.outputs["text"], text);
    }).pipe(Effect.scoped),
  );

  it.live("leave no file behind, even while they are there", () =>
    Effect.gen(function* () {
      const before = temporaryFiles();
      const { store } = yield* storeOf([recordOf("1", {})]);
      assert.strictEqual(store.records(0), 1);
      assert.deepStrictEqual(temporaryFiles(), before);
    }).pipe(Effect.scoped),
  );
});

describe("The lines of a record", () => {
  it.effect.prop(
    "say whether a key may be escaped",
    { value: Arbitrary.schema(Schema.Json) },
    ({ value }) =>
      Effect.sync(() => {
        const json = JSON.stringify(value);
        const keysIn = (own: unknown): ReadonlyArray<string> =>
          typeof own !== "object" || own === null
            ? []
            : Object.entries(own).flatMap(([key, member]) =>
                Array.isArray(own) ? keysIn(member) : [key, ...keysIn(member)],
              );
        const isEscaped = keysIn(JSON.parse(json)).some((key) =>
          JSON.stringify(key).includes("\\"),
        );
        if (isEscaped) assert.isTrue(RecordLine.mayHaveEscapedKeys(json), json);
      }),
  );

  it("say that no key is escaped where only texts are", () => {
    const cases: ReadonlyArray<readonly [object, boolean]> = [
      [{ a: "line\nbreak", b: '{"c":1}', "d:": "\\", e: ["\\"] }, false],
      [{ text: "\n".repeat(1000), other: '"key": "value"' }, false],
      [{ 'a"': 1 }, true],
      [{ "a\\": 1 }, true],
      [{ nested: [{ "\n": "" }] }, true],
    ];
    for (const [value, expected] of cases) {
      const json = JSON.stringify(value);
      assert.strictEqual(RecordLine.mayHaveEscapedKeys(json), expected, json);
    }
  });
});

describe("The text of a record", () => {
  /** The keys and values of JSON, folded. */
  const partsOf = (value: unknown): ReadonlyArray<string> =>
    typeof value !== "object" || value === null
      ? [SearchText.fold(String(value).toWellFormed())]
      : Object.entries(value).flatMap(([key, own]: [string, unknown]) =>
          Array.isArray(value)
            ? partsOf(own)
            : [SearchText.fold(key.toWellFormed()), ...partsOf(own)],
        );

  it.effect.prop(
    "has every key and value, folded",
    { value: Arbitrary.schema(Schema.Json) },
    ({ value }) =>
      Effect.sync(() => {
        const json = JSON.stringify(value);
        const expected = partsOf(JSON.parse(json)).map((part) => `${part}\n`);
        assert.strictEqual(SearchText.partsOf(SearchText.ofLine(json)), expected.join(""));
      }),
  );

  it.effect.prop(
    "has a term where one of its keys and values has it",
    {
      value: Arbitrary.schema(Schema.Json),
      place: Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1000 }))),
      length: Arbitrary.schema(Schema.Literals([1, 2, 3, 5])),
    },
    ({ value, place, length }) =>
      Effect.sync(() => {
        const json = JSON.stringify(value);
        const parts = partsOf(JSON.parse(json));
        // Pieces of the JSON itself, which may be in the middle of an escape, or between two values.
        const at = Math.floor((place * json.length) / 1001);
        const inParts = parts.join("");
        const from = Math.floor((place * inParts.length) / 1001);
        for (const term of [json.slice(at, at + length), inParts.slice(from, from + length)]) {
          if (term === "") continue;
          const folded = SearchText.fold(term.toWellFormed());
          assert.strictEqual(
            isFound(value, term),
            parts.some((part) => part.includes(folded)),
            `${JSON.stringify(term)} in ${json}`,
          );
        }
      }),
  );

  it("is looked for by what an expression requires", () => {
    const cases: ReadonlyArray<readonly [string, string | undefined]> = [
      ["^a \\w+ crate", " crate"],
      ["Zebra", "zebra"],
      ["zebra|crate", undefined],
      ["zebras?", "zebra"],
      ["abcd*ef", "abc"],
      ["abc{0,2}defg", "defg"],
      ["abc+de", "abc"],
      ["(zebra)+", undefined],
      ["(?:un)?likely", "ely"],
      ["[abc]lemon", "lemon"],
      ["[\\]abc]lemon", "lemon"],
      ["charg(er|ed)\\b", undefined],
      ["charge(r)?\\b", "charge"],
      ["\\u0041bcdef", undefined],
      ["\\x41bcdef", undefined],
      ["\\p{L}bcdef", undefined],
      ["1\\.25 usd", "25 u"],
      ["mask", undefined],
      ["é.lan", "lan"],
    ];
    for (const [pattern, expected] of cases) {
      const known = requiredText(pattern);
      assert.strictEqual(known, expected, pattern);
    }
    assert.isTrue(matches("straß", "STRAßE"));
    assert.isTrue(matches("mask", "MA\u017F\u212A"));
    assert.isTrue(matches("^a \\w+ crate$", "x\nA Small CRATE\ny"));
    assert.isFalse(matches("^a \\w+ crate$", "A Small crates"));
  });

  it("is not mistaken for the JSON around it", () => {
    const value = {
      "a,b": "line\nend",
      path: "C:\\new\\",
      quote: '"',
      control: "\u0001",
      n: [12, 3],
    };
    const cases: ReadonlyArray<readonly [string, boolean]> = [
      ["a,b", true],
      ["b", true],
      [",", true],
      [",n", false],
      [":", true],
      ["[", false],
      ["12,3", false],
      ["12", true],
      ["nend", false],
      ["\nend", true],
      ["e\ne", true],
      ["\\n", true],
      ["\\", true],
      ["\\\\", false],
      ['"', true],
      ['","', false],
      ["0001", false],
      ["u0", false],
      ["\u0001", true],
    ];
    for (const [term, expected] of cases) assert.strictEqual(isFound(value, term), expected, term);
  });

  it("has its hits marked where they are in the text as it was", () => {
    assert.deepStrictEqual(hits("Ab aB ab", { terms: ["AB"] }), ["Ab", "aB", "ab"]);
    assert.deepStrictEqual(hits("İİ Needle", { terms: ["needle"] }), ["Needle"]);
    assert.deepStrictEqual(hits("one TWO three", { patterns: ["t\\w+"] }), ["TWO", "three"]);
  });
});
