/**
 * The text of a record that a search reads: every key and value of its JSON, whole, one on each line, folded. Made from
 * the record's first line (`RecordLine`) byte by byte, several times faster than by parsing it.
 */

/** Ends the text of a record: no UTF-8 has this byte. */
export const end = 0xff;

/**
 * The one rule for case: two texts are the same where their lower-case forms are, by Unicode's mapping without a
 * locale, with the two small sigmas as one.
 */
export const fold = (text: string): string => text.toLowerCase().replaceAll("ς", "σ");

const byte = {
  backspace: 8,
  tab: 9,
  lineFeed: 10,
  formFeed: 12,
  carriageReturn: 13,
  quote: 34,
  comma: 44,
  colon: 58,
  upperA: 65,
  upperZ: 90,
  openBracket: 91,
  backslash: 92,
  closeBracket: 93,
  b: 98,
  f: 102,
  n: 110,
  r: 114,
  t: 116,
  u: 117,
  openBrace: 123,
  closeBrace: 125,
} as const;

/** What an escape stands for, by the byte after the backslash; 0 where it stands for that byte itself. */
const escapes = new Uint8Array(256);
escapes[byte.b] = byte.backspace;
escapes[byte.f] = byte.formFeed;
escapes[byte.n] = byte.lineFeed;
escapes[byte.r] = byte.carriageReturn;
escapes[byte.t] = byte.tab;

/** What stands between values. */
const isStructure = new Uint8Array(256);
for (const own of [
  byte.comma,
  byte.colon,
  byte.openBracket,
  byte.closeBracket,
  byte.openBrace,
  byte.closeBrace,
]) {
  isStructure[own] = 1;
}

const replacement = [0xef, 0xbf, 0xbd] as const;

/**
 * Writes the text of the JSON in `from[start, stop)` to `to` at `at`, without {@link end}. Returns where it ends. `to`
 * needs room for 1.5 times as many bytes and one more: a letter's lower case can be longer.
 */
export const write = (
  from: Uint8Array,
  start: number,
  stop: number,
  to: Uint8Array,
  at: number,
): number => {
  let place = at;
  let isAscii = true;
  let index = start;
  while (index < stop) {
    const first = from[index] ?? 0;
    index += 1;
    if (isStructure[first] === 1) continue;
    if (first !== byte.quote) {
      // A number, true, false or null.
      to[place] = first;
      place += 1;
      while (index < stop && isStructure[from[index] ?? 0] === 0) {
        to[place] = from[index] ?? 0;
        place += 1;
        index += 1;
      }
    } else {
      for (;;) {
        let own = from[index] ?? byte.quote;
        index += 1;
        if (own === byte.quote) break;
        if (own === byte.backslash) {
          own = from[index] ?? 0;
          index += 1;
          if (own === byte.u) {
            const code = hex(from, index);
            index += 4;
            if (code < 0x80) {
              to[place] = code;
              place += 1;
            } else {
              // JSON.stringify escapes half of a surrogate pair.
              isAscii = false;
              to.set(replacement, place);
              place += 3;
            }
            continue;
          }
          const escaped = escapes[own] ?? 0;
          if (escaped !== 0) own = escaped;
        } else if (own >= byte.upperA && own <= byte.upperZ) {
          own += 32;
        } else if (own >= 0x80) {
          isAscii = false;
        }
        to[place] = own;
        place += 1;
      }
    }
    to[place] = byte.lineFeed;
    place += 1;
  }
  if (isAscii) return place;
  const folded = encoder.encode(fold(decoder.decode(to.subarray(at, place))));
  to.set(folded, at);
  return at + folded.length;
};

const hex = (from: Uint8Array, at: number): number => {
  let code = 0;
  for (let index = at; index < at + 4; index++) {
    const digit = from[index] ?? 0;
    code = 16 * code + (digit <= 57 ? digit - 48 : (digit | 32) - 87);
  }
  return code;
};

const encoder = new TextEncoder();
const decoder = new TextDecoder();
