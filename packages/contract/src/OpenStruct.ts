import * as Schema from "effect/Schema";

/**
 * A struct that keeps the fields it does not name, in decoding and encoding: what the service adds
 * tomorrow survives. Its type names the known fields alone; a plain `Schema.Struct` would drop the others, and
 * so would `mapFields` of an open one. To know a field more, open the struct again.
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
