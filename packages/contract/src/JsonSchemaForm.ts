/** JSON Schema as the published API writes it. */
import * as Predicate from "effect/Predicate";

/** A JSON object of a document. */
export type Json = { readonly [key: string]: unknown };

/**
 * A schema of ours in the published words. Every object is open to fields that are not known yet, which is
 * what JSON Schema takes for granted: only an object without fields of its own says so. Null is one of a
 * value's types. What this does not know it leaves as it is.
 */
export const plain = (schema: unknown): unknown => {
  if (!Predicate.isObject(schema)) return schema;
  const { additionalProperties, allOf, anyOf, items, properties, ...rest } = jsonOf(schema);
  const isOpen = rest["type"] === "object" && isAnything(additionalProperties);
  return {
    ...rest,
    ...(properties === undefined ? {} : { properties: mapValues(jsonOf(properties), plain) }),
    ...(items === undefined ? {} : { items: plain(items) }),
    ...(allOf === undefined || isOpenness(allOf) ? {} : { allOf }),
    ...(anyOf === undefined ? {} : (typesOf(anyOf) ?? { anyOf })),
    ...(isOpen && properties === undefined ? { additionalProperties: true } : {}),
    ...(isOpen || additionalProperties === undefined ? {} : { additionalProperties }),
  };
};

const isAnything = (schema: unknown): boolean =>
  schema === undefined ||
  schema === true ||
  (Predicate.isObject(schema) && Object.keys(schema).length === 0);

// How an OpenStruct says that it is open.
const isOpenness = (allOf: unknown): boolean =>
  Array.isArray(allOf) &&
  allOf.every((member) => {
    const { type, additionalProperties, ...rest } = jsonOf(member);
    return type === "object" && isAnything(additionalProperties) && Object.keys(rest).length === 0;
  });

const typesOf = (anyOf: unknown): Json | undefined => {
  if (!Array.isArray(anyOf)) return undefined;
  const types = anyOf.map((member) => {
    // What a member is for is said of the whole.
    const { type, description: _, ...rest } = jsonOf(member);
    return Object.keys(rest).length === 0 ? type : undefined;
  });
  return types.every((type) => typeof type === "string") ? { type: types } : undefined;
};

/** The members of an object, each mapped. */
export const mapValues = <A, B>(
  object: { readonly [key: string]: A },
  f: (value: A, key: string) => B,
): { readonly [key: string]: B } =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, f(value, key)]));

/** A value that is an object in every document of ours. */
export const jsonOf = (value: unknown): Json => (Predicate.isObject(value) ? value : {});

/** A value that is an array of objects in every document of ours. */
export const arrayOf = (value: unknown): ReadonlyArray<Json> =>
  Array.isArray(value) ? value.map(jsonOf) : [];
