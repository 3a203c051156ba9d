import { afterAll, assert, describe, it } from "@effect/vitest";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { Result, Schema } from "effect";
import { createHash } from "node:crypto";
import {
  ApiError,
  isRecordPage,
  isRecordWithScores,
  issuesOf,
  Record,
  RecordPage,
  RecordWithScores,
  Score,
} from "../src/index.ts";
import * as JsonSchema from "../src/JsonSchema.ts";
import * as FirstIssue from "../src/protocol/FirstIssue.ts";
import * as Standard from "../src/StandardSchema.ts";
import published from "./data/published-api-2026-07.json" with { type: "json" };
import { damaged } from "./DamagedPages.ts";

// A validator that is independent of the contract judges the published schemas. `strict` concerns how a schema is
// written (an `allOf` beside `properties`), not what it accepts.
const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
const { schemas } = published.components;
const operation = published.paths["/runs/{runId}/records"].get;
const published200 = operation.responses["200"].content["application/json"].schema;
const isPublishedPage = ajv.compile({ ...published200, components: { schemas } });

/**
 * The rules by which the contract is stricter than the published schemas, on purpose. A value on which the two disagree
 * must break one of them.
 */
const knownDifferences = {
  // ajv-formats accepts the URN form of RFC 9562 as a uuid; the API sends only the text form.
  "a uuid as URN": (page: unknown) => /"metricConfigId":"urn:uuid:/.test(JSON.stringify(page)),
  // JSON Schema's integers have no bound; JavaScript rounds a total beyond 2^53 - 1.
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
const decodeRecord = Schema.decodeUnknownResult(RecordWithScores);

const distinct = new Set<string>();
const totals = { verdicts: 0, valid: 0, invalid: 0, explained: 0 };

describe("The contract and the published schemas", () => {
  it.prop(
    "give the same verdict on valid and damaged pages, by schema, guard and decoder",
    { damaged },
    ({ damaged: { values } }) => {
      for (const value of values) {
        const ours = isPage(value);
        const theirs = isPublishedPage(value);
        totals.verdicts += 1;
        distinct.add(createHash("sha1").update(JSON.stringify(value)).digest("base64"));
        totals[ours ? "valid" : "invalid"] += 1;
        if (ours !== theirs) {
          assert.isFalse(ours, "the contract may be stricter, never laxer");
          const reasons = Object.values(knownDifferences).filter((breaks) => breaks(value));
          assert.isNotEmpty(reasons, `an unexpected disagreement: ${JSON.stringify(value)}`);
          totals.explained += 1;
        }
        assert.strictEqual(isRecordPage(value), ours, "guard");
        const decoded = decode(value);
        assert.strictEqual(Result.isSuccess(decoded), ours, "decoder");
        const [issue] = Result.isFailure(decoded) ? issuesOf(decoded.failure) : [];
        assert.deepStrictEqual(FirstIssue.ofPage(value), issue, "issue");
        const items: unknown =
          typeof value === "object" && value !== null && "data" in value ? value.data : [];
        for (const item of Array.isArray(items) ? items : [items]) {
          assert.strictEqual(isRecordWithScores(item), isRecord(item), "record guard");
          const decodedRecord = decodeRecord(item);
          const [own] = Result.isFailure(decodedRecord) ? issuesOf(decodedRecord.failure) : [];
          assert.deepStrictEqual(FirstIssue.ofRecord(item), own, "record issue");
        }
      }
    },
    { timeout: 120_000, arbitrary: { runs: 3_500 } },
  );

  afterAll(() => {
    console.log(
      `${totals.verdicts} verdicts on ${distinct.size} values: ${totals.valid} valid, ${totals.invalid} invalid; ` +
        `${totals.explained} disagreements, all explained`,
    );
    assert.isAtLeast(distinct.size, 20_000);
    assert.isAtLeast(totals.valid, 5_000);
    assert.isAtLeast(totals.invalid, 5_000);
  });

  it.each([
    ["a1b2c3d4-e5f6-7890-1234-567890abcdef", true, true],
    ["urn:uuid:a1b2c3d4-e5f6-7890-1234-567890abcdef", false, true],
    ["a1b2c3d4-e5f6-7890-1234-567890abcdef\n", false, false],
    ["a1b2c3d4e5f678901234567890abcdef", false, false],
  ])("judge the uuid %j: contract %s, published schemas %s", (metricConfigId, ours, theirs) => {
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
  ])("judge the total %d: contract %s, published schemas %s", (total, ours, theirs) => {
    const page = { data: [], nextCursor: null, hasMore: false, total };
    assert.deepStrictEqual([isRecordPage(page), isPublishedPage(page)], [ours, theirs]);
  });
});

const componentOf = (name: keyof typeof schemas) =>
  ajv.compile({ $ref: `#/components/schemas/${name}`, components: { schemas } });

describe("Every exported form of a schema", () => {
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
  it("judges an explicit undefined as the schemas do", () => {
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
