/**
 * The last step from the `HttpApi` to the published OpenAPI document. Effect derives a document that means
 * the same; this rewrites it into the form in which Scorecard publishes its own, so that the two can be
 * compared, and so that generators for other languages name things alike. Endpoints and schemas that someone
 * adds to the API are left as they were derived.
 */
import * as Schema from "effect/Schema";
import { arrayOf, type Json, jsonOf, mapValues, plain } from "./JsonSchemaForm.ts";
import { ListRecordsQuery } from "./ListRecords.ts";

/** By status: the component that the response becomes, and the schema that Effect derives for it. */
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
export const toPublishedForm = (document: Json): Json => {
  const { paths, components, ...rest } = document;
  const operations = mapValues(jsonOf(paths), (path) => mapValues(jsonOf(path), jsonOf));
  const listRecords = Object.values(operations)
    .flatMap((path) => Object.values(path))
    .find(isListRecords);
  const { schemas, securitySchemes, ...otherComponents } = jsonOf(components);
  const { Record, RecordWithScores, Score, ApiError, ...otherSchemas } = jsonOf(schemas);
  return {
    ...without(rest, "tags"),
    // What holds for our own operation holds for the document; others say what holds for them.
    security: listRecords?.["security"],
    paths: mapValues(operations, (path) =>
      mapValues(path, (operation) =>
        isListRecords(operation) ? toListRecords(operation) : { security: [], ...operation },
      ),
    ),
    components: {
      ...otherComponents,
      schemas: {
        RecordWithScores: extend("Record", jsonOf(plain(Record)), jsonOf(plain(RecordWithScores))),
        Record: plain(Record),
        Score: plain(Score),
        ApiError: plain(ApiError),
        ...without(otherSchemas, ...Object.values(errorResponses).map(({ derived }) => derived)),
      },
      responses: Object.fromEntries(
        Object.entries(errorResponses).map(([status, { name }]) => [
          name,
          toErrorResponse(jsonOf(jsonOf(listRecords?.["responses"])[status])),
        ]),
      ),
      // Case does not matter (RFC 9110, section 11.1); the published document writes it small.
      securitySchemes: mapValues(jsonOf(securitySchemes), (scheme) => ({
        ...jsonOf(scheme),
        scheme: String(jsonOf(scheme)["scheme"]).toLowerCase(),
      })),
    },
  };
};

const isListRecords = (operation: Json): boolean => operation["operationId"] === "listRecords";

const toListRecords = (derived: Json): Json => ({
  ...without(derived, "tags", "security"),
  parameters: arrayOf(derived["parameters"]).map(toParameter),
  responses: mapValues(jsonOf(derived["responses"]), (response, status) => {
    const component = errorResponses[status];
    return component === undefined
      ? toResponse(jsonOf(response))
      : { $ref: `#/components/responses/${component.name}` };
  }),
});

const toResponse = (derived: Json): Json => ({
  ...derived,
  content: mapValues(jsonOf(derived["content"]), (media) => ({
    ...jsonOf(media),
    schema: plain(jsonOf(media)["schema"]),
  })),
});

// In a URL everything is text; the document speaks of what the text stands for.
const toParameter = (derived: Json): Json => {
  const { name, in: place, required } = derived;
  const { properties } = Schema.toJsonSchemaDocument(Schema.toType(ListRecordsQuery)).schema;
  const { description, ...schema } = jsonOf(
    plain(place === "query" ? jsonOf(properties)[String(name)] : derived["schema"]),
  );
  return { in: place, name, description, schema, ...(required === true ? { required } : {}) };
};

const toErrorResponse = ({ description }: Json): Json => ({
  description,
  content: { "application/json": { schema: { $ref: "#/components/schemas/ApiError" } } },
});

// A schema that repeats another's fields, as an extension of it.
const extend = (baseName: string, base: Json, derived: Json): Json => {
  const inherited = Object.keys(jsonOf(base["properties"]));
  const { required, properties } = derived;
  return {
    ...without(derived, "type"),
    allOf: [{ $ref: `#/components/schemas/${baseName}` }],
    properties: without(jsonOf(properties), ...inherited),
    required: Array.isArray(required) ? required.filter((key) => !inherited.includes(key)) : [],
  };
};

const without = (object: Json, ...keys: ReadonlyArray<string>): Json =>
  Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
