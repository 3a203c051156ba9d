import { assert, describe, it } from "@effect/vitest";
import { Ajv2020 } from "ajv/dist/2020.js";
import { Result, Schema } from "effect";
import written from "../metrics.schema.json" with { type: "json" };
import { formatIssue } from "../src/index.ts";
import * as JsonSchema from "../src/JsonSchema.ts";
import {
  maxMetricsFileLength,
  MetricsFile,
  parseMetricsFile,
  readScore,
} from "../src/metrics/index.ts";

const idA = "6f1a5c0e-3d2b-4c8a-9e7f-1a2b3c4d5e6f";
const idB = "B84E2F97-0C61-4D35-8A9B-7E6F5D4C3B2A";

const accepts = new Ajv2020({ allowUnionTypes: true }).compile(JsonSchema.MetricsFile);
const decodes = Schema.decodeUnknownResult(MetricsFile, { onExcessProperty: "error" });

const parse = (file: unknown) => parseMetricsFile(JSON.stringify(file));
const mistakesOf = (text: string): ReadonlyArray<string> => {
  const parsed = parseMetricsFile(text);
  return Result.isFailure(parsed) ? parsed.failure.issues.map(formatIssue) : [];
};
const mistakes = (file: unknown) => mistakesOf(JSON.stringify(file));
const ofMetric = (entry: unknown) => mistakes({ metrics: { [idA]: entry } });

const read = (entry: object, score: unknown) => {
  const { others } = Result.getOrThrow(parse({ metrics: { "*": { path: "/v", ...entry } } }));
  return others?.map((reading) => readScore(reading, score))[0];
};

describe("A metrics file", () => {
  it("is described by metrics.schema.json", () => {
    assert.deepStrictEqual(written, JsonSchema.MetricsFile);
  });

  it("says how to read each metric, in any case of its id", () => {
    const file = {
      $schema: "./metrics.schema.json",
      metrics: {
        [idA]: { name: "Correctness", path: "/binaryScore" },
        [idB]: [
          { name: "Helpfulness", path: "/intScore", unit: "points" },
          { name: "Helpful", path: "/intScore", pass: ">= 4" },
          { path: "/a~1b/0", better: "lower" },
        ],
      },
    };
    assert.isTrue(accepts(file));
    assert.isFalse(accepts({ metrics: { Tone: {} } }));
    assert.isTrue(Result.isSuccess(decodes(file)));
    const { metrics, others } = Result.getOrThrow(parse(file));
    assert.isUndefined(others);
    assert.deepStrictEqual([...metrics.keys()], [idA, idB.toLowerCase()]);
    assert.deepStrictEqual(
      metrics.get(idB.toLowerCase())?.map(({ name, member, path, unit, better }) => {
        return { name, member, path, unit, better };
      }),
      [
        {
          name: "Helpfulness",
          member: "intScore",
          path: ["intScore"],
          unit: "points",
          better: undefined,
        },
        {
          name: "Helpful",
          member: "intScore >= 4",
          path: ["intScore"],
          unit: undefined,
          better: undefined,
        },
        {
          name: undefined,
          member: "a~1b/0",
          path: ["a/b", "0"],
          unit: undefined,
          better: "lower",
        },
      ],
    );
  });

  it("reads an entry that does not say how as * says", () => {
    const { metrics, others } = Result.getOrThrow(
      parse({
        metrics: {
          "*": [{ path: "/passed" }, { path: "/ms", better: "lower", unit: "ms" }],
          [idA]: { name: "Tone" },
          [idB]: { name: "Cost", path: "/usd" },
        },
      }),
    );
    assert.deepStrictEqual(
      metrics.get(idA)?.map(({ name, member, better, unit }) => [name, member, better, unit]),
      [
        ["Tone passed", "passed", undefined, undefined],
        ["Tone ms", "ms", "lower", "ms"],
      ],
    );
    assert.deepStrictEqual(
      metrics.get(idB.toLowerCase())?.map(({ name, path, better }) => [name, path, better]),
      [["Cost", ["usd"], undefined]],
    );
    assert.deepStrictEqual(
      others?.map(({ member }) => member),
      ["passed", "ms"],
    );
  });

  it.each([
    [
      { nmae: "Tone" },
      `/nmae: Unknown key "nmae", expected name, path, kind, pass, better, unit: did you mean "name"?`,
    ],
    [
      { name: " Tone" },
      `/name: Expected a name on one line of at most 100 characters, without spaces at its ends, found " Tone"`,
    ],
    [{ name: "*" }, `/name: Expected a name that is no id and no *, found "*"`],
    [
      { path: "score" },
      `/path: Expected a JSON Pointer into the score such as "/score", found "score": did you mean "/score"?`,
    ],
    [
      { path: "$.scores.tone" },
      `/path: Expected a JSON Pointer into the score such as "/score", found "$.scores.tone": did you mean "/scores/tone"?`,
    ],
    [
      { path: "/a~2" },
      `/path: Expected a JSON Pointer into the score such as "/score", found "/a~2"`,
    ],
    [{ path: "" }, `/path: Expected a JSON Pointer into the score such as "/score", found ""`],
    [
      { kind: "bool" },
      `/kind: Expected "boolean" or "number" or "category", found "bool": did you mean "boolean"?`,
    ],
    [
      { better: "Higher" },
      `/better: Expected "higher" or "lower", found "Higher": did you mean "higher"?`,
    ],
    [
      { pass: ">= four" },
      `/pass: Expected a comparison such as ">= 4", "< 0.2" or "!= refused" (a list holds texts as they stand), found ">= four"`,
    ],
    [
      { pass: "=> 4" },
      `/pass: Expected a comparison such as ">= 4", "< 0.2" or "!= refused" (a list holds texts as they stand), found "=> 4"`,
    ],
    [
      { pass: "≥ 4" },
      `/pass: Expected a comparison such as ">= 4", "< 0.2" or "!= refused" (a list holds texts as they stand), found "≥ 4"`,
    ],
    [{ pass: [] }, "/pass: Expected 1 to 100 values, found 0"],
    [
      { pass: null },
      `/pass: Expected a value, a list of values, or a comparison such as ">= 4", found null`,
    ],
    [
      { pass: ["C", null] },
      `/pass: Expected a value, a list of values, or a comparison such as ">= 4", found a list`,
    ],
    [
      { kind: "number", pass: "C" },
      "/pass: Expected values of kind number, found one of kind category: nothing would ever equal it",
    ],
    [
      { kind: "category", pass: ">= 4" },
      "/pass: Expected no bound, because the kind is category: only numbers have an order",
    ],
    [{ kind: "boolean", unit: "s" }, `/unit: Expected no unit, found "s": a boolean has none`],
    [
      { pass: ">= 4", unit: "s" },
      `/unit: Expected no unit, found "s": a value that passes or fails has none`,
    ],
    ["Correctness", `: Expected an object such as { "name": "Correctness" }, found "Correctness"`],
    [[], ": Expected 1 to 50 entries, found 0"],
    [
      [{ path: "/a" }, { name: "b" }],
      "/1: Expected a path: each of several entries says where its value is",
    ],
    [
      [{ path: "/a" }, { path: "/a", kind: "number" }],
      `/1: Expected another path or pass than those of /metrics/${idA}/0`,
    ],
    [
      [
        { path: "/a", name: "A" },
        { path: "/b", name: "a" },
      ],
      `/1/name: Expected a name of its own, found that of /metrics/${idA}/0: "a"`,
    ],
  ])("refuses an entry, saying where and why: %j", (entry, mistake) => {
    assert.deepStrictEqual(ofMetric(entry), [`/metrics/${idA}${mistake}`]);
  });

  it.each([
    [`[]`, `the value: Expected an object such as { "metrics": { … } }, found an empty list`],
    [`{}`, "/metrics: Expected an object with an entry for each metric, found nothing"],
    [
      `{"metrics":{"Tone":{}}}`,
      `/metrics/Tone: Expected a metric's id (a UUID) or *, found "Tone"`,
    ],
    [
      `{"metrics":{"*":{"name":"Tone"}}}`,
      "/metrics/*/name: Expected no name: * stands for many metrics",
    ],
    [`{"metrics":{},"${idA}":{}}`, `/${idA}: Expected in "metrics", found beside it`],
    [
      `{"metric":{},"metrics":{}}`,
      `/metric: Unknown key "metric", expected $schema, metrics: did you mean "metrics"?`,
    ],
    [
      `{"metrics":{"${idA}":{},"${idA.toUpperCase()}":{}}}`,
      `/metrics/${idA.toUpperCase()}: Expected one key for each metric, found the id of ${idA} in another case`,
    ],
    [
      `{"metrics":{"${idA}":[{"path":"/a","path":"/b"}]}}`,
      `/metrics/${idA}/0/path: The key occurs twice in its object: JSON would drop the first`,
    ],
    [
      `{"metrics":{"${idA}":{"name":"A"},"${idB}":{"name":"A"}}}`,
      `/metrics/${idB}/name: Expected a name of its own, found that of /metrics/${idA}: "A"`,
    ],
  ])("is refused, with the place: %s", (text, mistake) => {
    assert.deepStrictEqual(mistakesOf(text), [mistake]);
  });

  it("reports every mistake of a file once, up to 20", () => {
    assert.lengthOf(ofMetric([{ path: "/a" }, { path: "/a", pass: "=> 4" }, { path: "b" }]), 2);
    assert.lengthOf(ofMetric({ nmae: 1, pth: 2, pass: [] }), 3);
    const entries = Array.from({ length: 40 }, (_, index) => ({ path: `/${index}`, x: 1 }));
    assert.lengthOf(ofMetric(entries), 20);
  });

  it("is JSON, of a bounded size", () => {
    assert.match(mistakesOf(`{"metrics": {,}}`)[0] ?? "", /^the value: Expected JSON: /);
    const long = " ".repeat(maxMetricsFileLength + 1);
    assert.match(mistakesOf(long)[0] ?? "", /Expected at most 1000000 characters, found 1000001/);
    assert.deepStrictEqual(mistakesOf(`\uFEFF{"metrics":{}}`), []);
  });

  it("is accepted by its schemas wherever it can be read", () => {
    const entries = [
      {},
      { name: "é – 10%" },
      { path: "/" },
      { pass: true },
      { pass: ["C", 1, false] },
      { pass: "!= refused" },
      { pass: " <= -1.5e3 " },
      { pass: "two\nlines" },
      { pass: "" },
      { pass: ["=> 4"] },
      [{ path: "/a" }],
    ];
    for (const entry of entries) {
      assert.deepStrictEqual(ofMetric(entry), []);
      assert.isTrue(accepts({ metrics: { [idB]: entry } }), JSON.stringify(entry));
      assert.isTrue(Result.isSuccess(decodes({ metrics: { [idB]: entry } })));
    }
    for (const entry of [
      { x: 1 },
      { name: " a" },
      { path: "a" },
      { pass: [] },
      { pass: "=> 4" },
      { pass: "> four" },
      { pass: "!=" },
      { kind: "x" },
      [],
    ]) {
      assert.notDeepEqual(ofMetric(entry), []);
      assert.isFalse(accepts({ metrics: { [idB]: entry } }), JSON.stringify(entry));
    }
  });
});

/** Entries of right values, with a wrong one now and then. */
const AnyPass = Schema.Literals([true, false, 4, "C", ">= 4", "< 0.2", "!= x", "=> 4"]);
const AnyEntry = Schema.Struct({
  name: Schema.optionalKey(Schema.Literals(["Tone", "tone", "Cost", "A b", "é", "*"])),
  path: Schema.optionalKey(Schema.Literals(["/score", "/a~1b/0", "/x", "/", "score"])),
  kind: Schema.optionalKey(Schema.Literals(["boolean", "number", "category", "bool"])),
  pass: Schema.optionalKey(Schema.Union([AnyPass, Schema.Array(AnyPass)])),
  better: Schema.optionalKey(Schema.Literals(["higher", "lower", "lowest"])),
  unit: Schema.optionalKey(Schema.Literals(["s", "%", "two\nlines"])),
});
const AnyFile = Schema.Struct({
  metrics: Schema.Struct({
    [idA]: Schema.Union([AnyEntry, Schema.Array(AnyEntry)]),
    [idB]: Schema.optionalKey(AnyEntry),
    [idA.toUpperCase()]: Schema.optionalKey(Schema.Literals([0])),
    "*": Schema.optionalKey(Schema.Union([AnyEntry, Schema.Null])),
  }),
});

describe("Any metrics file", () => {
  it.prop(
    "is read or refused in lines, and read only where both schemas accept it",
    { file: AnyFile },
    ({ file }) => {
      const parsed = parse(file);
      if (Result.isSuccess(parsed)) {
        assert.isTrue(accepts(file), JSON.stringify(file));
        assert.isTrue(Result.isSuccess(decodes(file)), JSON.stringify(file));
        const named = Array.from(parsed.success.metrics.values())
          .flat()
          .flatMap(({ name }) => name?.toLowerCase() ?? []);
        assert.lengthOf(new Set(named), named.length);
      } else {
        for (const line of parsed.failure.issues.map(formatIssue)) assert.notInclude(line, "\n");
      }
    },
    { arbitrary: { runs: 300 } },
  );
});

describe("A reading of a metrics file", () => {
  it.each([
    [{}, true, true],
    [{}, 4, 4],
    [{}, " C\n", "C"],
    [{}, "two\nlines", undefined],
    [{}, "", undefined],
    [{}, null, undefined],
    [{}, {}, undefined],
    [{ kind: "boolean" }, 1, true],
    [{ kind: "boolean" }, 0, false],
    [{ kind: "boolean" }, 2, undefined],
    [{ kind: "boolean" }, "true", undefined],
    [{ kind: "number" }, "0.8", 0.8],
    [{ kind: "number" }, "0.8 of 1", undefined],
    [{ kind: "number" }, "", undefined],
    [{ kind: "number" }, true, undefined],
    [{ kind: "category" }, 3, "3"],
    [{ kind: "category" }, false, "false"],
    [{ pass: ">= 4" }, 4, true],
    [{ pass: ">= 4" }, "4", true],
    [{ pass: ">= 4" }, 3.9, false],
    [{ pass: ">= 4" }, "four", undefined],
    [{ pass: ">= 4" }, true, undefined],
    [{ pass: ">= 0.8" }, 0.7 + 0.1, true],
    [{ pass: "< 0.3" }, 0.1 + 0.2, false],
    [{ pass: "> 0.3" }, 0.1 + 0.2, false],
    [{ pass: "<= 1e-3" }, 0.0005, true],
    [{ pass: "C" }, "C", true],
    [{ pass: "C" }, "c", false],
    [{ pass: ["C", "P"] }, "P", true],
    [{ pass: ["C", "P"] }, "I", false],
    [{ pass: ["C", "P"] }, null, undefined],
    [{ pass: ["> 80"] }, "> 80", true],
    [{ pass: false }, false, true],
    [{ pass: false }, true, false],
    [{ pass: "!= 0" }, 0, false],
    [{ pass: "!= 0" }, 3, true],
    [{ pass: "= 0" }, 0, true],
    [{ pass: `!= "0"` }, "0", false],
    [{ pass: "!= refused" }, "answered", true],
    [{ pass: "!= refused" }, "refused", false],
    [{ pass: 1, kind: "number" }, "1.0", true],
    [{ pass: true, kind: "boolean" }, 1, true],
  ])("with %j finds in %j: %j", (entry, v, expected) => {
    assert.strictEqual(read(entry, { v }), expected);
  });

  it("finds values in lists and behind escaped names, and none in the parents of objects", () => {
    assert.strictEqual(read({ path: "/a~1b/1" }, { "a/b": [1, 2] }), 2);
    assert.isUndefined(read({ path: "/a/01" }, { a: [1, 2] }));
    assert.isUndefined(read({ path: "/a/length" }, { a: [1, 2] }));
    assert.isUndefined(read({ path: "/constructor" }, {}));
    assert.isUndefined(read({ path: "/v/x" }, { v: null }));
  });
});
