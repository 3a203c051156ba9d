/**
 * What a value is as a slice. Each value is a slice of its own, by these rules:
 *
 * - A text, a number and a boolean are named as they are. The number 1 and the text "1" are two slices: a text that could
 *   be taken for another value, or that a reader could not tell from another text, is in quotes.
 * - Lists and objects are named by their JSON, with the members of objects sorted by name.
 * - `null` is a slice, and so are the records without the value: `(missing)`.
 * - Texts, lists and objects of more than {@link maxSliceCharacters} characters are `(long text)`, `(long list)` and
 *   `(long object)` together.
 */

/** A value as a slice. */
export interface SliceValue {
  /** What reports and gates call the slice. Different values have different names. */
  readonly name: string;
  readonly kind: "missing" | "null" | "boolean" | "number" | "text" | "list" | "object" | "long";
  /** The value as JSON; undefined for `missing` and `long`. */
  readonly json: string | undefined;
}

/** The most characters of the JSON of a value that is a slice of its own. */
const maxSliceCharacters = 200;

const missing: SliceValue = { name: "(missing)", kind: "missing", json: undefined };
const nullSlice: SliceValue = { name: "null", kind: "null", json: "null" };
const long = (what: string): SliceValue => ({
  name: `(long ${what})`,
  kind: "long",
  json: undefined,
});
const longText = long("text");
const longList = long("list");
const longObject = long("object");

/** The slice of a value from JSON; undefined is a member that is missing. */
export const ofJson = (value: unknown): SliceValue => {
  switch (typeof value) {
    case "string":
      return isLongText(value)
        ? longText
        : { name: nameOfText(value), kind: "text", json: JSON.stringify(value) };
    case "number":
      // A number that is too large for a double is infinite, which JSON has no word for.
      return {
        name: String(value),
        kind: "number",
        json: Number.isFinite(value) ? JSON.stringify(value) : undefined,
      };
    case "boolean":
      return { name: String(value), kind: "boolean", json: String(value) };
    case "object": {
      if (value === null) return nullSlice;
      const isList = Array.isArray(value);
      const json = sortedJson(value, maxSliceCharacters);
      if (json === undefined) return isList ? longList : longObject;
      return { name: visible(json), kind: isList ? "list" : "object", json };
    }
    default:
      return missing;
  }
};

/** Whether a text is too long to be a slice of its own. */
export const isLongText = (text: string): boolean => text.length > maxSliceCharacters;

const nameOfText = (text: string): string =>
  isPlain.test(text) && !isAmbiguous.test(text) && text === text.normalize("NFC")
    ? text
    : visible(JSON.stringify(text));

/** Words with one space between them, of characters that can be seen. */
const isPlain = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]+( [\p{L}\p{M}\p{N}\p{P}\p{S}]+)*$/u;

/** A text that is JSON, or starts as JSON does, or that is a name with a meaning. */
const isAmbiguous =
  /^(["[{].*|-?\d+(\.\d+)?(e[+-]?\d+)?|-?Infinity|true|false|null|\(missing\)|\(long \w+\)|\*)$/i;

/** JSON whose characters can all be seen: others are escaped, as are spaces after a space. */
const visible = (json: string): string =>
  (json === json.normalize("NFC") ? json : json.replaceAll(/\p{M}/gu, escaped))
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, escaped)
    .replaceAll(/(?<=[ "]) | (?=")/g, escaped);

const escaped = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
  ).join("");

/** JSON with the members of objects sorted by name; undefined where it is longer than `room`. */
const sortedJson = (value: unknown, room: number): string | undefined => {
  if (room <= 0) return undefined;
  if (typeof value === "string" && value.length > room) return undefined;
  if (typeof value !== "object" || value === null) {
    const json =
      typeof value === "number" && !Number.isFinite(value) ? String(value) : JSON.stringify(value);
    return json.length > room ? undefined : json;
  }
  const isList = Array.isArray(value);
  // Each element takes at least a character and a comma, so that the room bounds the work and the depth.
  const names = isList ? [] : Object.keys(value);
  if (2 * (isList ? value.length : names.length) > room) return undefined;
  let json = "";
  const add = (text: string | undefined): boolean => {
    if (text === undefined) return false;
    json += text;
    return json.length <= room;
  };
  const left = () => room - json.length - 1;
  if (isList) {
    for (const [index, element] of value.entries()) {
      if (!add(index === 0 ? "[" : ",") || !add(sortedJson(element, left()))) return undefined;
    }
    return add(json === "" ? "[]" : "]") ? json : undefined;
  }
  for (const [index, name] of names.toSorted().entries()) {
    const isWritten =
      add(index === 0 ? "{" : ",") &&
      add(sortedJson(name, left())) &&
      add(":") &&
      add(sortedJson(Reflect.get(value, name), left()));
    if (!isWritten) return undefined;
  }
  return add(json === "" ? "{}" : "}") ? json : undefined;
};
