import * as Schema from "effect/Schema";

/**
 * Makes a struct that keeps fields it does not name, when it decodes and when it encodes: fields that the service adds
 * later survive. Its type has the named fields only. A plain `Schema.Struct` drops other fields, and so does
 * `mapFields` of an open struct. To add a field, make an open struct with the fields of the first:
 *
 * @example
 * ```ts
 * import { OpenStruct, RecordWithScores } from "@scorecard-effect/contract";
 * import { Schema } from "effect";
 *
 * const Tagged = OpenStruct({
 *   ...RecordWithScores.fields,
 *   tags: Schema.optionalKey(Schema.Array(Schema.String)),
 * });
 * ```
 */
export const OpenStruct = <const Fields extends Schema.Struct.Fields>(
  fields: Fields,
): Schema.Struct<Fields> => {
  const struct = Schema.Struct(fields);
  const open = Schema.StructWithRest(struct, [Schema.Record(Schema.String, Schema.Unknown)]);
  return struct.rebuild(open.ast);
};
