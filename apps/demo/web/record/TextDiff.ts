/** What changed from one text to another, within bounds: a comparison never takes long. */
import { diffArrays, diffLines } from "diff";

export interface Segment {
  readonly kind: "same" | "removed" | "added";
  readonly text: string;
}

/** A difference, and what was compared: words, or lines where the texts are long or have little in common. */
export interface TextDiff {
  readonly by: "words" | "lines";
  readonly segments: ReadonlyArray<Segment>;
}

/** The most characters that are compared by words, and by lines, once the equal start and end are set aside. */
const maxCharacters = { words: 20_000, lines: 1_000_000 };

/** The most words and lines that may differ. A comparison takes time in proportion to their square. */
const maxEdits = { words: 800, lines: 600 };

/** Compares two texts. Returns undefined where they have too little in common, or are too long. */
export const diffTexts = (before: string, after: string): TextDiff | undefined => {
  if (before === after) return { by: "words", segments: segment("same", before) };
  const start = equalStart(before, after);
  const end = equalEnd(before, after, start);
  const gone = before.slice(start, before.length - end);
  const come = after.slice(start, after.length - end);
  const middle = compare(gone, come);
  return (
    middle && {
      by: middle.by,
      segments: [
        ...segment("same", before.slice(0, start)),
        ...middle.segments,
        ...segment("same", before.slice(before.length - end)),
      ],
    }
  );
};

const segment = (kind: Segment["kind"], text: string): ReadonlyArray<Segment> =>
  text === "" ? [] : [{ kind, text }];

const compare = (before: string, after: string): TextDiff | undefined => {
  if (before === "" || after === "") {
    return {
      by: "words",
      segments: [...segment("removed", before), ...segment("added", after)],
    };
  }
  const length = before.length + after.length;
  for (const by of ["words", "lines"] as const) {
    if (length > maxCharacters[by]) continue;
    const bounds = { maxEditLength: maxEdits[by] };
    const changes =
      by === "words"
        ? diffArrays(wordsOf(before), wordsOf(after), bounds)?.map(({ value, ...change }) => ({
            ...change,
            value: value.join(""),
          }))
        : diffLines(before, after, bounds);
    // No line in common: nothing would be marked.
    if (changes?.some(({ added, removed }) => !added && !removed) !== true && by === "lines") break;
    if (changes === undefined) continue;
    return {
      by,
      segments: changes.flatMap(({ value, added, removed }) =>
        segment(added ? "added" : removed ? "removed" : "same", value),
      ),
    };
  }
  return undefined;
};

/** Scripts that have no spaces between words: their letters are compared one by one. */
const unspaced = String.raw`[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]`;

const word = new RegExp(String.raw`(?:(?!${unspaced})[\p{L}\p{M}\p{N}_])+|\s+|[^]\p{M}*`, "gu");

const wordsOf = (text: string): Array<string> => text.match(word) ?? [];

/** How many characters two texts share at their start: whole lines, or whole words of the first line that differs. */
const equalStart = (before: string, after: string): number => {
  const most = Math.min(before.length, after.length);
  let length = 0;
  while (length < most && before.charCodeAt(length) === after.charCodeAt(length)) length += 1;
  return length - stepsToBoundary(before, length, -1);
};

const equalEnd = (before: string, after: string, start: number): number => {
  const most = Math.min(before.length, after.length) - start;
  let length = 0;
  while (
    length < most &&
    before.charCodeAt(before.length - 1 - length) === after.charCodeAt(after.length - 1 - length)
  ) {
    length += 1;
  }
  return length - stepsToBoundary(before, before.length - length, 1);
};

/** How far the next place is where words end, at most. */
const maxStepsToBoundary = 200;

/** How far it is from a place in a text to one where it can be cut: after white space, or else between characters. */
const stepsToBoundary = (text: string, at: number, by: -1 | 1): number => {
  const isEnd = (place: number): boolean => place <= 0 || place >= text.length;
  for (let steps = 0; steps < maxStepsToBoundary; steps++) {
    const place = at + by * steps;
    if (isEnd(place) || /\s/.test(text.charAt(place - 1))) return steps;
  }
  const isInside = /[\uD800-\uDBFF]/.test(text.charAt(at - 1));
  return isInside && !isEnd(at) ? 1 : 0;
};
