/** The lowest few of many, in memory for those few alone. */
export interface Ranking<A> {
  /** Offers an element by its key: the lower, the better its place. `make` is called if it has one. */
  readonly offer: (key: number, make: () => A) => void;
  /** Those with the lowest keys so far, lowest first; of equal ones the first that came. */
  readonly entries: () => ReadonlyArray<A>;
}

/** Begins a ranking of so many places. */
export const make = <A>(places: number): Ranking<A> => {
  const ranked: Array<{ readonly key: number; readonly element: A }> = [];
  return {
    offer: (key, makeElement) => {
      if (ranked.length === places && !(key < (ranked.at(-1)?.key ?? key))) return;
      const place = ranked.findIndex((other) => key < other.key);
      ranked.splice(place === -1 ? ranked.length : place, 0, { key, element: makeElement() });
      if (ranked.length > places) ranked.pop();
    },
    entries: () => ranked.map(({ element }) => element),
  };
};
