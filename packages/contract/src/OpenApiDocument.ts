/**
 * Rewrites the OpenAPI document that Effect derives from the `HttpApi` into the form that Scorecard publishes. Both
 * mean the same; in one form they can be compared, and generators for other languages produce the same names. Endpoints
 * and schemas that someone adds to the API keep their derived form.
 */
import * as Rec from "effect/Record";
import * as Schema from "effect/Schema";
import * as Struct from "effect/Struct";
import type { JsonObject } from "./JsonObject.ts";
import { asObject, asObjects, toPublishedSchema } from "./JsonSchemaForm.ts";
import { ListRecordsQuery } from "./ListRecords.ts";

/** By status: the component that an error response refers to, and the schema that Effect derives for it. */
const errorResponses: {
  readonly [status: string]: { readonly name: string; readonly derived: string };
} = {
  401: {
    name: "UnauthenticatedError",
    derived: "_scorecard-effect_contract_ApiUnauthenticatedErrorEncoded",
  },
  500: { name: "ServiceError", derived: "_scorecard-effect_contract_ApiServiceErrorEncoded" },
};

/** Rewrites a derived OpenAPI document into the published form. */
export const toPublishedForm = (document: JsonObject): JsonObject => {
  const { paths, components, tags: _, ...rest } = document;
  const operations = Rec.map(asObject(paths), (path) => Rec.map(asObject(path), asObject));
  const listRecords = Object.values(operations)
    .flatMap((path) => Object.values(path))
    .find(isListRecords);
  const { schemas, securitySchemes, ...otherComponents } = asObject(components);
  const { Record, RecordWithScores, Score, ApiError, ...otherSchemas } = asObject(schemas);
  return {
    ...rest,
    // The security of listRecords is the default of the document; other operations declare their own.
    security: listRecords?.["security"],
    paths: Rec.map(operations, (path) =>
      Rec.map(path, (operation) =>
        isListRecords(operation) ? toListRecords(operation) : { security: [], ...operation },
      ),
    ),
    components: {
      ...otherComponents,
      schemas: {
        RecordWithScores: extend(
          "Record",
          asObject(toPublishedSchema(Record)),
          asObject(toPublishedSchema(RecordWithScores)),
        ),
        Record: toPublishedSchema(Record),
        Score: toPublishedSchema(Score),
        ApiError: toPublishedSchema(ApiError),
        ...Struct.omit(
          otherSchemas,
          Object.values(errorResponses).map(({ derived }) => derived),
        ),
      },
      responses: Object.fromEntries(
        Object.entries(errorResponses).map(([status, { name }]) => [
          name,
          toErrorResponse(asObject(asObject(listRecords?.["responses"])[status])),
        ]),
      ),
      // The published document uses lower case. Case does not matter (RFC 9110, section 11.1).
      securitySchemes: Rec.map(asObject(securitySchemes), (scheme) => ({
        ...asObject(scheme),
        scheme: String(asObject(scheme)["scheme"]).toLowerCase(),
      })),
    },
  };
};

const isListRecords = (operation: JsonObject): boolean =>
  operation["operationId"] === "listRecords";

const toListRecords = (derived: JsonObject): JsonObject => ({
  ...Struct.omit(derived, ["tags", "security"]),
  parameters: asObjects(derived["parameters"]).map(toParameter),
  responses: Rec.map(asObject(derived["responses"]), (response, status) => {
    const component = errorResponses[status];
    return component === undefined
      ? toResponse(asObject(response))
      : { $ref: `#/components/responses/${component.name}` };
  }),
});

const toResponse = (derived: JsonObject): JsonObject => ({
  ...derived,
  content: Rec.map(asObject(derived["content"]), (media) => ({
    ...asObject(media),
    schema: toPublishedSchema(asObject(media)["schema"]),
  })),
});

// A URL has text only; the published document describes the value that the text stands for.
const toParameter = (derived: JsonObject): JsonObject => {
  const { name, in: place, required } = derived;
  const { properties } = Schema.toJsonSchemaDocument(Schema.toType(ListRecordsQuery)).schema;
  const { description, ...schema } = asObject(
    toPublishedSchema(place === "query" ? asObject(properties)[String(name)] : derived["schema"]),
  );
  return { in: place, name, description, schema, ...(required === true ? { required } : {}) };
};

const toErrorResponse = ({ description }: JsonObject): JsonObject => ({
  description,
  content: { "application/json": { schema: { $ref: "#/components/schemas/ApiError" } } },
});

// Writes a schema that repeats the fields of another one as an extension of it.
const extend = (baseName: string, base: JsonObject, derived: JsonObject): JsonObject => {
  const inherited = Object.keys(asObject(base["properties"]));
  const { required, properties } = derived;
  return {
    ...Struct.omit(derived, ["type"]),
    allOf: [{ $ref: `#/components/schemas/${baseName}` }],
    properties: Struct.omit(asObject(properties), inherited),
    required: Array.isArray(required) ? required.filter((key) => !inherited.includes(key)) : [],
  };
};
