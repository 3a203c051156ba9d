import { afterAll, assert, describe, it } from "@effect/vitest";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { Result, Schema } from "effect";
import { isRecordPage, isRecordWithScores, RecordPage, RecordWithScores } from "../src/index.ts";
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
    { timeout: 120_000, arbitrary: { runs: 2_500 } },
  );

  afterAll(() => {
    console.log(
      `${sum.verdicts} verdicts: ${sum.valid} valid, ${sum.invalid} invalid; ${sum.tolerated} disagreements, all tolerated`,
    );
    assert.isAtLeast(sum.verdicts, 20_000);
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
