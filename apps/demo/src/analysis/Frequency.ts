/** How often something occurs. */
export interface Frequency {
  readonly name: string;
  readonly count: number;
}

/** Counts as a list: the most frequent first; of equal counts, by name. */
export const byFrequency = (counts: ReadonlyMap<string, number>): ReadonlyArray<Frequency> =>
  Array.from(counts, ([name, count]) => ({ name, count })).toSorted(
    (a, b) => b.count - a.count || (a.name < b.name ? -1 : 1),
  );

/** How often each of some names occurs. */
export const countNames = (names: ReadonlyArray<string>): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
};
