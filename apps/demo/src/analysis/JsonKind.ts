/** What a value from JSON is, in a word for people. */
export type JsonKind = "null" | "list" | "text" | "number" | "boolean" | "object";

/** The kind of a value from JSON. */
export const jsonKindOf = (value: unknown): JsonKind => {
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  switch (typeof value) {
    case "string":
      return "text";
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    default:
      return "object";
  }
};
