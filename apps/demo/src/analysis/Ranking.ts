/** Keeps the few elements with the lowest keys, and no others in memory. */
export interface Ranking<A> {
  /** Offers an element by its key. `make` is called only where the element is kept. */
  readonly offer: (key: number, make: () => A) => void;
  /** The elements kept so far, lowest key first; of equal keys, the one offered first. */
  readonly entries: () => ReadonlyArray<A>;
}

/** Makes a ranking that keeps `places` elements. */
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
