import { assert, describe, it } from "@effect/vitest";
import { OpenApi } from "effect/http-api";
import {
  ApiError,
  productionUrl,
  Record,
  RecordPage,
  RecordWithScores,
  Score,
  ScorecardApi,
  ScoreValidationError,
} from "../src/index.ts";
import published from "./data/published-api.json" with { type: "json" };

const document = OpenApi.fromApi(ScorecardApi);
const path = "/runs/{runId}/records";
const operation = document.paths[path]?.get;

describe("ScorecardApi", () => {
  it("covers the published operation", () => {
    const facts = published.paths[path].get;
    assert.deepStrictEqual(Object.keys(document.paths), Object.keys(published.paths));
    assert.strictEqual(operation?.operationId, facts.operationId);
    assert.deepStrictEqual(
      operation?.parameters.map(({ in: place, name, required }) => [place, name, required]),
      facts.parameters.map(({ in: place, name, required }) => [place, name, required ?? false]),
    );
    assert.deepStrictEqual(Object.keys(operation?.responses ?? {}), Object.keys(facts.responses));
    assert.deepStrictEqual(operation?.security, [{ ApiKeyAuth: [] }]);
    assert.deepStrictEqual(document.servers, [...published.servers]);
    assert.strictEqual(productionUrl, published.servers[0]?.url);
    assert.strictEqual(document.info.title, published.info.title);
    assert.strictEqual(document.info.version, published.info.version);
  });

  const { schemas } = published.components;
  const recordWithScores = {
    properties: { ...schemas.Record.properties, ...schemas.RecordWithScores.properties },
    required: [...schemas.Record.required, ...schemas.RecordWithScores.required],
  };
  const pageFacts = published.paths[path].get.responses["200"].content["application/json"].schema;

  it.each([
    ["Record", Record, schemas.Record],
    ["RecordWithScores", RecordWithScores, recordWithScores],
    ["Score", Score, schemas.Score],
    ["ScoreValidationError", ScoreValidationError, schemas.Score.properties.validationErrors.items],
    ["ApiError", ApiError, schemas.ApiError],
    ["RecordPage", RecordPage, pageFacts],
  ] as const)(
    "%s has the published fields, and requires the published ones",
    (_, schema, facts) => {
      const fields = Object.entries(schema.fields);
      assert.deepStrictEqual(
        fields.map(([name]) => name).toSorted(),
        Object.keys(facts.properties).toSorted(),
      );
      const required = fields.flatMap(([name, field]) =>
        field.ast.context?.isOptional === true ? [] : [name],
      );
      assert.deepStrictEqual(required.toSorted(), [...facts.required].toSorted());
    },
  );
});
