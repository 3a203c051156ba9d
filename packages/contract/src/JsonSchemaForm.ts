/** Rewrites derived JSON Schema into the form that the published API uses. */
import * as Predicate from "effect/Predicate";
import * as Rec from "effect/Record";
import type { JsonObject } from "./JsonObject.ts";

/**
 * Rewrites a derived schema into the published form. Every object allows unknown fields, which is the default of JSON
 * Schema: only an object without fields of its own says so. A nullable value lists `null` among its types. Keywords
 * that this function does not know stay as they are.
 */
export const toPublishedSchema = (schema: unknown): unknown => {
  if (!Predicate.isObject(schema)) return schema;
  const { additionalProperties, allOf, anyOf, items, properties, ...rest } = asObject(schema);
  const isOpen = rest["type"] === "object" && acceptsAnything(additionalProperties);
  return {
    ...rest,
    ...(properties === undefined
      ? {}
      : { properties: Rec.map(asObject(properties), toPublishedSchema) }),
    ...(items === undefined ? {} : { items: toPublishedSchema(items) }),
    ...(allOf === undefined || isOpenMarker(allOf) ? {} : { allOf }),
    ...(anyOf === undefined ? {} : (toTypeList(anyOf) ?? { anyOf })),
    ...(isOpen && properties === undefined ? { additionalProperties: true } : {}),
    ...(isOpen || additionalProperties === undefined ? {} : { additionalProperties }),
  };
};

const acceptsAnything = (schema: unknown): boolean =>
  schema === undefined ||
  schema === true ||
  (Predicate.isObject(schema) && Object.keys(schema).length === 0);

// Effect derives this `allOf` for an OpenStruct.
const isOpenMarker = (allOf: unknown): boolean =>
  Array.isArray(allOf) &&
  allOf.every((member) => {
    const { type, additionalProperties, ...rest } = asObject(member);
    return (
      type === "object" && acceptsAnything(additionalProperties) && Object.keys(rest).length === 0
    );
  });

/** An `anyOf` of plain types as a list of types; undefined if a member is more than a type. */
const toTypeList = (anyOf: unknown): JsonObject | undefined => {
  if (!Array.isArray(anyOf)) return undefined;
  const types = anyOf.map((member) => {
    // The whole has the same description as its member.
    const { type, description: _, ...rest } = asObject(member);
    return Object.keys(rest).length === 0 ? type : undefined;
  });
  return types.every((type) => typeof type === "string") ? { type: types } : undefined;
};

/** Narrows a value that is an object in every derived document; anything else becomes an empty object. */
export const asObject = (value: unknown): JsonObject => (Predicate.isObject(value) ? value : {});

/** Narrows a value that is an array of objects in every derived document. */
export const asObjects = (value: unknown): ReadonlyArray<JsonObject> =>
  Array.isArray(value) ? value.map(asObject) : [];
