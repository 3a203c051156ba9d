import { assert, describe, it } from "@effect/vitest";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { Result, Schema } from "effect";
import * as Contract from "../src/index.ts";
import * as JsonSchema from "../src/JsonSchema.ts";
import * as Standard from "../src/StandardSchema.ts";
import { damaged } from "./DamagedPages.ts";

const ajv = new Ajv2020({ allowUnionTypes: true });
addFormats.default(ajv);
describe("JSON Schema", () => {
  it.each([
    ["ApiError", JsonSchema.ApiError, Standard.ApiError],
    ["Record", JsonSchema.Record, Standard.Record],
    ["RecordPage", JsonSchema.RecordPage, Standard.RecordPage],
    ["RecordWithScores", JsonSchema.RecordWithScores, Standard.RecordWithScores],
    ["Score", JsonSchema.Score, Standard.Score],
    ["ScoreValidationError", JsonSchema.ScoreValidationError, Standard.ScoreValidationError],
  ] as const)("%s is a strict, self-contained draft 2020-12 document", (_, document, standard) => {
    assert.strictEqual(document["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert.isFunction(ajv.compile(document));
    const { $schema } = standard["~standard"].jsonSchema.input({ target: "draft-2020-12" });
    assert.strictEqual($schema, document["$schema"]);
  });

  const accepts = ajv.compile(JsonSchema.RecordPage);
  const decode = Schema.decodeUnknownResult(Contract.RecordPage);
  it.prop(
    "of a page gives the contract's verdict, except on URN uuids and inexact totals",
    { damaged },
    ({ damaged: { values } }) => {
      for (const value of values) {
        const text = JSON.stringify(value);
        const ours = Result.isSuccess(decode(value));
        if (ours || !/"urn:uuid:|"total":(?:1e\+308|9007199254740992)/.test(text)) {
          assert.strictEqual(accepts(value), ours, text);
        }
      }
    },
    { arbitrary: { runs: 200 } },
  );
});
