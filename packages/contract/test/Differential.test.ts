import { afterAll, assert, describe, it } from "@effect/vitest";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { Result, Schema } from "effect";
import { createHash } from "node:crypto";
import {
  ApiError,
  isRecordPage,
  isRecordWithScores,
  Record,
  RecordPage,
  RecordWithScores,
  Score,
} from "../src/index.ts";
import * as JsonSchema from "../src/JsonSchema.ts";
import * as Standard from "../src/StandardSchema.ts";
import published from "./data/published-api.json" with { type: "json" };
import { damaged } from "./Wire.ts";

// The published schemas, judged by a validator that knows nothing of ours. `strict` is about how a schema
// is written (an `allOf` beside `properties`), not about how it is read.
const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
const { schemas } = published.components;
const operation = published.paths["/runs/{runId}/records"].get;
const published200 = operation.responses["200"].content["application/json"].schema;
const isPublishedPage = ajv.compile({ ...published200, components: { schemas } });

/**
 * Where the contract is stricter than the published schemas, on purpose. A value on which the two disagree
 * has to break one of these rules.
 */
const tolerated = {
  // ajv-formats takes the URN form of RFC 9562 for a uuid too; the text form alone is what the API sends.
  "a uuid as URN": (page: unknown) => /"metricConfigId":"urn:uuid:/.test(JSON.stringify(page)),
  // JSON Schema's integers have no bound; a total beyond 2^53 - 1 is not what the service sent any more.
  "a total that is not exact": (page: unknown) =>
    typeof page === "object" &&
    page !== null &&
    "total" in page &&
    typeof page.total === "number" &&
    page.total > Number.MAX_SAFE_INTEGER,
} as const;

const isPage = Schema.is(RecordPage);
const decode = Schema.decodeUnknownResult(RecordPage);
const isRecord = Schema.is(RecordWithScores);

const distinct = new Set<string>();
const sum = { verdicts: 0, valid: 0, invalid: 0, tolerated: 0 };

describe("The contract and the published schemas", () => {
  it.prop(
    "give the same verdict on valid and damaged pages, by every way of asking",
    { damaged },
    ({ damaged: { judged } }) => {
      for (const value of judged) {
        const ours = isPage(value);
        const theirs = isPublishedPage(value);
        sum.verdicts += 1;
        distinct.add(createHash("sha1").update(JSON.stringify(value)).digest("base64"));
        sum[ours ? "valid" : "invalid"] += 1;
        if (ours !== theirs) {
          assert.isFalse(ours, "the contract may be stricter, never laxer");
          const reasons = Object.values(tolerated).filter((breaks) => breaks(value));
          assert.isNotEmpty(reasons, `an unexplained disagreement: ${JSON.stringify(value)}`);
          sum.tolerated += 1;
        }
        assert.strictEqual(isRecordPage(value), ours, "guard");
        assert.strictEqual(Result.isSuccess(decode(value)), ours, "decoder");
        const items: unknown =
          typeof value === "object" && value !== null && "data" in value ? value.data : [];
        for (const item of Array.isArray(items) ? items : [items]) {
          assert.strictEqual(isRecordWithScores(item), isRecord(item), "record guard");
        }
      }
    },
    { timeout: 120_000, arbitrary: { runs: 3_500 } },
  );

  afterAll(() => {
    console.log(
      `${sum.verdicts} verdicts on ${distinct.size} values: ${sum.valid} valid, ${sum.invalid} invalid; ${sum.tolerated} disagreements, all tolerated`,
    );
    assert.isAtLeast(distinct.size, 20_000);
    assert.isAtLeast(sum.valid, 5_000);
    assert.isAtLeast(sum.invalid, 5_000);
  });

  it.each([
    ["a1b2c3d4-e5f6-7890-1234-567890abcdef", true, true],
    ["urn:uuid:a1b2c3d4-e5f6-7890-1234-567890abcdef", false, true],
    ["a1b2c3d4-e5f6-7890-1234-567890abcdef\n", false, false],
    ["a1b2c3d4e5f678901234567890abcdef", false, false],
  ])("read the uuid %j as listed", (metricConfigId, ours, theirs) => {
    const score = { recordId: "1", metricConfigId, score: {} };
    const record = { id: "1", runId: "1", inputs: {}, expected: {}, outputs: {}, scores: [score] };
    const page = { data: [record], nextCursor: null, hasMore: false };
    assert.deepStrictEqual([isRecordPage(page), isPublishedPage(page)], [ours, theirs]);
  });

  it.each([
    [0, true, true],
    [-0, true, true],
    [-1, false, false],
    [1.5, false, false],
    [2 ** 53 - 1, true, true],
    [2 ** 53, false, true],
    [1e308, false, true],
  ])("read the total %d as listed", (total, ours, theirs) => {
    const page = { data: [], nextCursor: null, hasMore: false, total };
    assert.deepStrictEqual([isRecordPage(page), isPublishedPage(page)], [ours, theirs]);
  });
});

const componentOf = (name: keyof typeof schemas) =>
  ajv.compile({ $ref: `#/components/schemas/${name}`, components: { schemas } });

describe("Every schema, in every form that it is exported in,", () => {
  const forms = [
    ["ApiError", ApiError, JsonSchema.ApiError, Standard.ApiError],
    ["Record", Record, JsonSchema.Record, Standard.Record],
    ["RecordWithScores", RecordWithScores, JsonSchema.RecordWithScores, Standard.RecordWithScores],
    ["Score", Score, JsonSchema.Score, Standard.Score],
  ] as const;
  const score = {
    recordId: "1",
    metricConfigId: "00000000-0000-0000-0000-000000000000",
    score: {},
  };
  const record = { id: "1", runId: "2", inputs: {}, expected: {}, outputs: {} };
  const error = { code: "X", message: "", details: {} };
  const values = [error, record, { ...record, scores: [score] }, score].flatMap((value) => [
    value,
    ...Object.keys(value).flatMap((key) => [
      Object.fromEntries(Object.entries(value).filter(([own]) => own !== key)),
      ...[null, 1, "x", [], {}, [null], true].map((other) => ({ ...value, [key]: other })),
    ]),
  ]);

  it.each(forms)("agrees with the published %s", async (name, schema, jsonSchema, standard) => {
    const isComponent = componentOf(name);
    const exported = ajv.compile(jsonSchema);
    const counts = { valid: 0, invalid: 0 };
    for (const value of values) {
      const verdict = isComponent(value);
      counts[verdict ? "valid" : "invalid"] += 1;
      assert.deepStrictEqual(
        {
          schema: Schema.is(schema)(value),
          json: exported(value),
          standard: (await standard["~standard"].validate(value)).issues === undefined,
        },
        { schema: verdict, json: verdict, standard: verdict },
        JSON.stringify(value),
      );
    }
    assert.isAbove(counts.valid, 1);
    assert.isAbove(counts.invalid, 50);
  });
});

describe("The guard", () => {
  it("takes an explicit undefined as the schemas do, though JSON has none", () => {
    const record = { id: "1", runId: "2", inputs: {}, expected: {}, outputs: {}, scores: [] };
    const score = {
      recordId: "1",
      metricConfigId: "00000000-0000-0000-0000-000000000000",
      score: {},
    };
    for (const value of [
      { ...record, testcaseId: undefined },
      { ...record, inputs: undefined },
      { ...record, scores: [{ ...score, validationErrors: undefined }] },
    ]) {
      assert.strictEqual(isRecordWithScores(value), isRecord(value));
    }
    const page = { data: [], nextCursor: null, hasMore: false, total: undefined };
    assert.strictEqual(isRecordPage(page), isPage(page));
  });
});
