/** Texts of a record's free-form JSON. */
import type { JsonObject, RecordWithScores } from "@scorecard-effect/contract";

/** The input of a record as one text. */
export const inputText = ({ inputs }: RecordWithScores): string => firstText(inputs);

/** An object as one text: the first member that is a string, or else the whole object as JSON. */
export const firstText = (json: JsonObject): string =>
  Object.values(json).find((value) => typeof value === "string") ?? jsonText(json);

/** A value as JSON. Values can be nested too deeply to be written, though not to be parsed. */
export const jsonText = (value: unknown, indent = 0): string => {
  try {
    return JSON.stringify(value, null, indent);
  } catch {
    return "(nested too deeply to be shown)";
  }
};
