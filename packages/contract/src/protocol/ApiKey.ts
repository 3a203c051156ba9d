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
export const redactor = (apiKey: Redacted.Redacted): Redact => removing(Redacted.value(apiKey));

/** Replaces a text that need not be a valid key, in each of its {@link spellings}, by `<redacted>`. */
export const removing = (key: string): Redact => {
  const searches = searchesFor(key);
  return (text) =>
    searches.reduce(
      (left, { hint, patterns }) =>
        hint.test(left)
          ? patterns.reduce((rest, pattern) => rest.replace(pattern, "<redacted>"), left)
          : left,
      text,
    );
};

/** The longest text that {@link startRedactor} reads, in UTF-16 code units. No message quotes as much. */
export const maxStartLength = 2 ** 16;

/**
 * Redacts the start of a text, for a message: a text may be as long as the longest body. Where the text is cut, it ends
 * before a key that the cut broke.
 */
export const startRedactor = (apiKey: Redacted.Redacted): Redact => {
  const redact = redactor(apiKey);
  const dropPartialKey = partialKeyDropper(apiKey);
  return (text) =>
    text.length <= maxStartLength
      ? redact(text)
      : dropPartialKey(redact(text.slice(0, maxStartLength)));
};

/** Removes the first characters of a key, four or more, from the end of a text that broke off there. */
export const partialKeyDropper = (apiKey: Redacted.Redacted): Redact => {
  const key = Redacted.value(apiKey);
  const separators = separatorsIn(key);
  const [first = "", ...others] = Array.from(key, spellingsOfCharacter);
  const patternOfFirst = new RegExp(first, "gi");
  const patterns = others.map((spelled) => new RegExp(`${separators}${spelled}`, "iy"));
  const rest = new RegExp(`${separators}(?:${brokenSpelling})?$`, "iy");
  const isPartialKey = (text: string, afterFirst: number): boolean => {
    let at = afterFirst;
    let matched = 1;
    for (const pattern of patterns) {
      pattern.lastIndex = at;
      if (!pattern.test(text)) break;
      at = pattern.lastIndex;
      matched += 1;
    }
    rest.lastIndex = at;
    return matched >= minPartialKey && rest.test(text);
  };
  return (text) => {
    const searched = Math.max(0, text.length - maxSpelledLength);
    for (const start of text.slice(searched).matchAll(patternOfFirst)) {
      const at = searched + start.index;
      if (isPartialKey(text, at + start[0].length)) return text.slice(0, at);
    }
    return text;
  };
};

const minPartialKey = 4;

// No longer end of a text is searched for a partial key.
const maxSpelledLength = 2 ** 13;

const brokenSpelling = String.raw`\\{1,16}(?:u\{?|x)?[\da-f]{0,4}|[%=][\da-f]{0,9}|&[#\da-z;]{0,24}`;

/**
 * Matches a key in all its spellings: a JSON string, a URL or HTML may write any of its characters in another way
 * (`\u0061k_`, `%61k_`, `&#97;k_`), a JSON Pointer some of them (`~1`), more than once (`%2561`), and a service may
 * change its case, or wrap it over lines and tags. JSON within JSON doubles its backslashes: a match takes all of them,
 * up to three levels deep, so that JSON without the key is still JSON. A key of at least 12 characters after `ak_` also
 * matches without `ak_`, in hexadecimal, and in base64, alone or within another text (`user:key` of basic
 * authentication).
 */
export const spellings = (key: string): ReadonlyArray<RegExp> =>
  searchesFor(key).flatMap(({ patterns }) => patterns);

/** A search for some spellings of a key. */
interface Search {
  /**
   * Matches a part of every text that a pattern matches, and hardly any other text. Most texts have no hint of the key:
   * to find that out takes about a sixth of the time that the patterns take.
   */
  readonly hint: RegExp;
  readonly patterns: ReadonlyArray<RegExp>;
}

const searchesFor = (key: string): ReadonlyArray<Search> => {
  const characters = Array.from(key, spellingsOfCharacter);
  const toPattern = (parts: ReadonlyArray<string>): RegExp =>
    new RegExp(parts.join(separatorsIn(key)), "gi");
  const whole = toPattern(characters);
  if (key.length < prefix.length + minNameLength) {
    return [{ hint: hintOf(key), patterns: [whole] }];
  }
  const encodings = [hexOf(key), ...base64sOf(key)];
  return [
    {
      hint: hintOf(key),
      patterns: [whole, toPattern(characters.slice(prefix.length))],
    },
    {
      hint: anyOf(
        encodings.map((encoding) => encoding.slice(0, encodedHintLength)),
        "i",
      ),
      patterns: [anyOf(encodings, "gi")],
    },
  ];
};

const anyOf = (encodings: ReadonlyArray<string>, flags: string): RegExp =>
  new RegExp(encodings.join("|").replaceAll("+", String.raw`\+`), flags);

/** Matches the last characters of a key in a row as they are, or one of them as an escape. */
const hintOf = (key: string): RegExp => {
  // Never the prefix of a long key, which a text may leave out.
  const part = Array.from(key.slice(-hintLength));
  const inARow = part.map(itself).join(String.raw`${separatorsIn(key)}\\{0,16}`);
  return new RegExp([inARow, ...part.flatMap(escapesOf)].join("|"), "i");
};

/** How many characters of a key in a row are a hint of it. */
const hintLength = 4;

/** How many characters of a key in hexadecimal or base64 are a hint of it. */
const encodedHintLength = 4;

const prefix = "ak_";

// Shorter texts may occur by chance.
const minNameLength = 12;

/**
 * What may stand between two characters of a key: white space, characters that no terminal shows, and tags. Bounded, so
 * that a match takes linear time. A key that contains `<` could be taken for a tag.
 */
const separatorsIn = (key: string): string =>
  key.includes("<") ? `${invisible}{0,64}` : `(?:${invisible}|<[^<>]{0,200}>){0,64}`;

const invisible = String.raw`[\s\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufff9-\ufffb]`;

const codeOf = (character: string): string => character.charCodeAt(0).toString(16).padStart(2, "0");

const hexOf = (key: string): string => Array.from(key, codeOf).join("");

/** Base64 writes three bytes as four characters: a key within a text has three encodings. Both alphabets. */
const base64sOf = (key: string): ReadonlyArray<string> =>
  [0, 1, 2].flatMap((offset) => {
    const encoded = btoa(" ".repeat(offset) + key).replace(/=+$/, "");
    const bits = 8 * (offset + key.length);
    // The first and the last character may hold bits of the neighbours.
    const inner = encoded.slice(Math.ceil((8 * offset) / 6), Math.floor(bits / 6));
    const forUrls = inner.replaceAll("+", "-").replaceAll("/", "_");
    return forUrls === inner ? [inner] : [inner, forUrls];
  });

/** The names that HTML has for characters that keys and encoders use most. */
const entityNames: { readonly [character: string]: string } = {
  "&": "amp",
  "'": "apos",
  "+": "plus",
  ".": "period",
  "/": "sol",
  ":": "colon",
  "<": "lt",
  "=": "equals",
  ">": "gt",
  _: "lowbar",
};

/** What JSON Pointer writes for characters of a member's name. */
const pointerEscapes: { readonly [character: string]: string } = { "~": "~0", "/": "~1" };

const spellingsOfCharacter = (character: string): string =>
  `(?:${[String.raw`\\{0,16}${itself(character)}`, ...escapesOf(character)].join("|")})`;

/** A character as it is, or as JSON Pointer writes it. */
const itself = (character: string): string => {
  const hex = codeOf(character);
  // The escape comes before the character itself, with which it may start.
  const escape = pointerEscapes[character];
  return escape === undefined ? String.raw`\x${hex}` : String.raw`(?:${escape}|\x${hex})`;
};

/** What stands for a character in JSON, JavaScript, URLs, quoted-printable text and HTML. */
const escapesOf = (character: string): ReadonlyArray<string> => {
  const code = character.charCodeAt(0);
  const hex = codeOf(character);
  const name = entityNames[character];
  const references = [`#0{0,8}${code}`, `#x0{0,8}${hex}`, ...(name === undefined ? [] : [name])];
  return [
    String.raw`\\{1,16}(?:u00${hex}|x${hex}|u\{0{0,4}${hex}\})`,
    `%(?:25){0,4}${hex}`,
    `=${hex}`,
    `&(?:amp;){0,4}(?:${references.join("|")});`,
  ];
};

/** The length of the longest usual spelling of one character, `&#x006b;`. */
export const longestSpelling = 8;
