import { assert, describe, it } from "@effect/vitest";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openApiChanges } from "../api/openapi-changes.ts";

const text = readFileSync(
  join(import.meta.dirname, "../../packages/contract/openapi.json"),
  "utf8",
);
/** Our document, to be changed. Whatever a JSON value is. */
const document = () => JSON.parse(text);
type Document = ReturnType<typeof document>;

const operation = (own: Document) => own.paths["/runs/{runId}/records"].get;
const page = (own: Document) => operation(own).responses["200"].content["application/json"].schema;
const schemas = (own: Document) => own.components.schemas;

/** The document with alternatives for a parameter, or for a field. */
const parameter = (own: Document, anyOf: ReadonlyArray<object>) => {
  operation(own).parameters[1].schema = { anyOf };
  return own;
};
const field = (own: Document, anyOf: ReadonlyArray<object>) => {
  page(own).properties.total = { anyOf };
  return own;
};

const changes: {
  readonly [what: string]: readonly [
    change: (own: Document) => void,
    ...breaking: ReadonlyArray<boolean>,
  ];
} = {
  nothing: [() => {}],
  "a description": [(own) => (operation(own).description = "Other words.")],
  "the document's own version": [(own) => (own.info.version = "9.9.9")],
  "another path": [(own) => (own.paths["/runs"] = { get: {} }), false],
  "a path that is gone": [(own) => delete own.paths["/runs/{runId}/records"], true],
  "another method": [(own) => (own.paths["/runs/{runId}/records"].post = {}), false],
  "a method that is gone": [(own) => delete own.paths["/runs/{runId}/records"].get, true],
  "a parameter of every method": [
    (own) => (own.paths["/runs/{runId}/records"].parameters = [{ in: "query", name: "sort" }]),
    true,
  ],
  "words on a path": [(own) => (own.paths["/runs/{runId}/records"].summary = "Records.")],
  "the name of the operation": [(own) => (operation(own).operationId = "list"), true],
  "another server": [(own) => (own.servers = []), true],
  "other security": [(own) => (own.security = []), true],
  "a parameter more": [
    (own) => operation(own).parameters.push({ in: "query", name: "sort", schema: {} }),
    false,
  ],
  "a parameter more that has to be sent": [
    (own) => operation(own).parameters.push({ in: "query", name: "sort", required: true }),
    true,
  ],
  "a parameter that stands elsewhere": [
    (own) => operation(own).parameters.push({ $ref: "#/components/parameters/Sort" }),
    true,
  ],
  "a parameter that is gone": [(own) => operation(own).parameters.pop(), true],
  "a parameter that has to be sent now": [
    (own) => (operation(own).parameters[2].required = true),
    true,
  ],
  "a parameter that may be left out now": [
    (own) => delete operation(own).parameters[0].required,
    false,
  ],
  "a parameter of another default": [
    (own) => (operation(own).parameters[1].schema.default = 50),
    true,
  ],
  "a parameter of another type besides": [
    (own) => (operation(own).parameters[1].schema.type = ["integer", "string"]),
    false,
  ],
  "a parameter of another type instead": [
    (own) => (operation(own).parameters[1].schema.type = "string"),
    true,
    false,
  ],
  "a limit more on a parameter": [
    (own) => (operation(own).parameters[1].schema.maximum = 100),
    true,
  ],
  "a limit less on a parameter": [
    (own) => delete operation(own).parameters[1].schema.exclusiveMinimum,
    false,
  ],
  "alternatives for a parameter that had none": [
    (own) => (operation(own).parameters[1].schema.anyOf = [{ minimum: 1 }]),
    true,
  ],
  "alternatives for a field that had none": [
    (own) => (page(own).properties.total.anyOf = [{ minimum: 1 }]),
    true,
  ],
  "a parameter of no schema": [(own) => (operation(own).parameters[1].schema = false), true],
  "the items of no array": [(own) => (page(own).properties.total.items = false), true],
  "a body of no schema": [
    (own) => (operation(own).responses["200"].content["application/json"].schema = true),
    true,
  ],
  "a limit that moves": [(own) => (operation(own).parameters[1].schema.exclusiveMinimum = 1), true],
  "another status of failure": [(own) => (operation(own).responses["404"] = {}), false],
  "another status of success": [(own) => (operation(own).responses["206"] = {}), true],
  "a status of failure that is gone": [(own) => delete operation(own).responses["401"], false],
  "a status of success that is gone": [(own) => delete operation(own).responses["200"], true],
  "a field more": [(own) => (schemas(own).Record.properties.createdAt = {}), false],
  "a field that is gone": [(own) => delete schemas(own).Record.properties.testcaseId, true],
  "a field that is always there now": [(own) => page(own).required.push("total"), false],
  "a field that may be missing now": [(own) => page(own).required.pop(), true],
  "a field that may be null now": [
    (own) => (page(own).properties.total.type = ["integer", "null"]),
    true,
  ],
  "a field that is never null now": [
    (own) => (page(own).properties.nextCursor.type = "string"),
    false,
  ],
  "a field of any type now": [(own) => delete page(own).properties.total.type, true],
  "a limit more on a field": [(own) => (page(own).properties.total.maximum = 1_000_000), false],
  "a limit less on a field": [(own) => delete page(own).properties.total.minimum, true],
  "a format that is gone": [
    (own) => delete schemas(own).Score.properties.metricConfigId.format,
    true,
  ],
  "another value of an enum": [(own) => (schemas(own).ApiError.properties.code.enum = ["A"]), true],
  "the items of an array": [
    (own) => (page(own).properties.data.items.$ref = "#/components/schemas/Record"),
    true,
  ],
  "a field deep in an array": [
    (own) => (schemas(own).Score.properties.validationErrors.items.properties.rule = {}),
    false,
  ],
  "a schema that is gone": [(own) => delete schemas(own).ApiError, true],
  "another schema": [(own) => (schemas(own).Run = {}), false],
  "a field no longer open": [
    (own) => (schemas(own).Record.properties.inputs.additionalProperties = false),
    true,
  ],
  "what is composed": [(own) => schemas(own).RecordWithScores.allOf.push({}), true],
  "a keyword that nobody knows": [
    (own) => (schemas(own).Record.unevaluatedProperties = false),
    true,
  ],
  "a keyword that objects have anyway": [(own) => (schemas(own).Record.toString = "x"), true],
  "another key of the API": [
    (own) => (own.components.securitySchemes.ApiKeyAuth.scheme = "basic"),
    true,
  ],
};

describe("openApiChanges", () => {
  for (const [what, [change, ...breaking]] of Object.entries(changes)) {
    it(`judges ${what}`, () => {
      const after = document();
      change(after);
      assert.deepStrictEqual(
        openApiChanges(document(), after).map((own) => own.breaking),
        breaking,
      );
    });
  }

  it("knows alternatives: more may be sent, and less received", () => {
    const [one, two] = [[{ type: "string" }], [{ type: "string" }, { type: "null" }]];
    const judged = (of: typeof field, before: typeof one, after: typeof one) =>
      openApiChanges(of(document(), before), of(document(), after)).map((own) => own.breaking);
    assert.deepStrictEqual(judged(parameter, one, two), [false]);
    assert.deepStrictEqual(judged(parameter, two, one), [true]);
    assert.deepStrictEqual(judged(field, one, two), [true]);
    assert.deepStrictEqual(judged(field, two, one), [false]);
  });

  it("does not take a schema of true or false for an empty one", () => {
    const [before, after] = [document(), document()];
    schemas(before).Record.properties.more = {};
    schemas(after).Record.properties.more = false;
    assert.deepStrictEqual(
      openApiChanges(before, after).map((own) => own.breaking),
      [true],
    );
  });

  it("says where a change is", () => {
    const after = document();
    page(after).required.pop();
    assert.deepStrictEqual(openApiChanges(document(), after), [
      {
        at: "/paths//runs/{runId}/records/get/responses/200/content/application/json/schema/required",
        what: "hasMore is gone",
        breaking: true,
      },
    ]);
  });

  it("takes every schema for one that is received: no parameter refers to one, and nothing else is sent", () => {
    assert.notInclude(JSON.stringify(operation(document()).parameters), "$ref");
    assert.notInclude(text, "requestBody");
  });
});
