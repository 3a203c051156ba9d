/** Checks API keys, and removes them from text. */
import * as Option from "effect/Option";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";

/**
 * Checks an API key: `ak_` followed by printable ASCII without spaces, as a bearer credential must be (published API,
 * `ApiKeyAuth`; RFC 6750, section 2.1). It rejects quotes and backslashes too, which JSON would escape wherever a
 * service echoes the key. The reason never quotes the key.
 */
export const check = (key: unknown): Result.Result<Redacted.Redacted, string> => {
  if (!Redacted.isRedacted(key)) {
    return Result.fail("The API key is not Redacted: wrap it in Redacted.make");
  }
  const value = Option.getOrUndefined(Option.liftThrowable(Redacted.value)(key));
  if (value === undefined) {
    return Result.fail(
      "The API key has no value: it was wiped, or another copy of effect made its Redacted (two copies of effect?)",
    );
  }
  if (typeof value === "string") {
    if (isKey(value)) return Result.succeed(Redacted.make(value, { label: "API key" }));
    // As `$(cat key.txt)` never leaves it, and an editor or a secret store does.
    if (isKey(value.trim())) {
      return Result.fail(
        "The API key is malformed: it starts or ends with white space, such as a line break",
      );
    }
  }
  return Result.fail("The API key is malformed: keys start with ak_ and have no spaces");
};

const isKey = (text: string): boolean => /^ak_[\x21\x23-\x5b\x5d-\x7e]+$/.test(text);

/** Removes the API key from a text. */
export type Redact = (text: string) => string;

/** Replaces the key in a text, in each of its {@link spellings}, by `<redacted>`. */
export const redactor = (apiKey: Redacted.Redacted): Redact => {
  const pattern = spellings(Redacted.value(apiKey));
  return (text) => text.replace(pattern, "<redacted>");
};

/**
 * Matches a key in all its spellings: a JSON string, a URL or HTML may write any of its characters in another way
 * (`\u0061k_`, `%61k_`, `&#97;k_`), and a service may change its case. JSON within JSON doubles its backslashes: a
 * match takes all of them, up to three levels deep, so that JSON without the key is still JSON.
 */
export const spellings = (key: string): RegExp =>
  new RegExp(Array.from(key, spellingsOfCharacter).join(""), "gi");

const spellingsOfCharacter = (character: string): string => {
  const code = character.charCodeAt(0);
  const hex = code.toString(16).padStart(2, "0");
  return `(?:\\\\{0,16}\\x${hex}|\\\\{1,16}u00${hex}|%${hex}|&#0*${code};|&#x0*${hex};)`;
};

/** The length of the longest usual spelling of one character, `&#x006b;`. */
export const longestSpelling = 8;
