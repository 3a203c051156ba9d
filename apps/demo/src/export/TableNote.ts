/** The notes of a table as they are in an export's journal. */
import { Schema } from "effect";
import { problems } from "./Losses.ts";
import type * as Table from "./Table.ts";

const Metric = Schema.Struct({
  metricId: Schema.String,
  member: Schema.NullOr(Schema.String),
  kind: Schema.Literals(["boolean", "number", "category", "any"]),
  column: Schema.String,
  ofTestcase: Schema.optionalKey(Schema.String),
});

const Loss = Schema.Struct({
  problem: Schema.Literals(problems),
  place: Schema.String,
  metric: Schema.String,
  records: Schema.Int,
  first: Schema.Int,
});

export const TableNote = Schema.Struct({
  columns: Schema.optionalKey(
    Schema.Struct({
      metrics: Schema.Array(Metric),
      reasoning: Schema.Array(Schema.Struct({ metricId: Schema.String, column: Schema.String })),
      renamed: Schema.Array(Schema.Struct({ wanted: Schema.String, column: Schema.String })),
      chosenFrom: Schema.Int,
    }),
  ),
  losses: Schema.Array(Loss),
});

/** Reads a note. Throws where it is invalid. */
export const read = (note: unknown): Table.Note => Schema.decodeUnknownSync(TableNote)(note);
