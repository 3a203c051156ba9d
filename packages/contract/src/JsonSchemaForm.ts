/** JSON Schema as the published API writes it. */
import * as Predicate from "effect/Predicate";

/** A JSON object of a document. */
export type Json = { readonly [key: string]: unknown };

/**
 * The same schemas in the published words. Every object is open to fields that are not known yet, which is
 * what JSON Schema takes for granted: only an object without fields of its own says so. Null is one of a
 * value's types.
 */
export const plain = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(plain);
  if (!Predicate.isObject(value)) return value;
  const { additionalProperties, anyOf, allOf, ...node } = mapValues(value, plain);
  if (node["type"] === "object" && node["properties"] === undefined) {
    return { ...node, additionalProperties: true };
  }
  return {
    ...node,
    // How an OpenStruct says that it is open.
    ...(isOpenness(allOf) || allOf === undefined ? {} : { allOf }),
    ...(Array.isArray(anyOf) ? { type: anyOf.map((member) => jsonOf(member)["type"]) } : {}),
    ...(Predicate.isObject(additionalProperties) && node["type"] !== "object"
      ? { additionalProperties }
      : {}),
  };
};

const isOpenness = (allOf: unknown): boolean =>
  Array.isArray(allOf) && allOf.every((member) => jsonOf(member)["additionalProperties"] === true);

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
