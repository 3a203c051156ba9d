/** The word that somebody may have meant. */

/** The most edits between a word and what was meant. */
const maxEdits = 3;

/** The most similar of some words; undefined where none is similar. Case does not matter. */
export const nearestWord = (given: string, words: ReadonlyArray<string>): string | undefined => {
  const own = given.toLowerCase();
  if (own.length > 50) return undefined;
  const [nearest] = words
    .map((word) => ({ word, edits: editsBetween(own, word.toLowerCase()) }))
    .filter(
      ({ word, edits }) =>
        edits <= Math.min(maxEdits, Math.max(own.length, word.length) / 2) ||
        (own.length >= 3 && word.toLowerCase().startsWith(own)) ||
        (word.length >= 3 && own.startsWith(word.toLowerCase())),
    )
    .toSorted((a, b) => a.edits - b.edits);
  return nearest?.word;
};

/** How many characters are inserted, removed, replaced or swapped with their neighbours (Damerau and Levenshtein). */
const editsBetween = (from: string, to: string): number => {
  let beforePrevious: ReadonlyArray<number> = [];
  let previous: ReadonlyArray<number> = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const isEqual = from[i - 1] === to[j - 1];
      let edits = Math.min(
        (previous[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (previous[j - 1] ?? 0) + (isEqual ? 0 : 1),
      );
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) {
        edits = Math.min(edits, (beforePrevious[j - 2] ?? 0) + 1);
      }
      row.push(edits);
    }
    beforePrevious = previous;
    previous = row;
  }
  return previous[to.length] ?? 0;
};
