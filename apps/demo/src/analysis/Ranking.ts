/** An element with what it is ranked by. */
interface Ranked<A> {
  readonly key: number;
  readonly id: string;
  readonly element: A;
}

/** Keeps the few elements with the lowest keys, and no others in memory. */
export interface Ranking<A> {
  /**
   * Offers an element by its key and its id, which decides between equal keys: so the order of the offers does not
   * matter. `make` is called only where the element is kept.
   */
  readonly offer: (key: number, id: string, make: () => A) => void;
  /** The elements kept so far, lowest key first; of equal keys, the lowest id first. */
  readonly entries: () => ReadonlyArray<A>;
  /** The same, with their keys and ids. */
  readonly ranked: () => ReadonlyArray<Ranked<A>>;
}

/** Makes a ranking that keeps `places` elements. */
export const make = <A>(places: number): Ranking<A> => {
  const ranked: Array<Ranked<A>> = [];
  return {
    offer: (key, id, makeElement) => {
      const isBefore = (other: Ranked<A>): boolean =>
        key < other.key || (key === other.key && compareIds(id, other.id) < 0);
      const last = ranked.at(-1);
      if (ranked.length >= places && (last === undefined || !isBefore(last))) return;
      const place = ranked.findIndex(isBefore);
      const element = makeElement();
      ranked.splice(place === -1 ? ranked.length : place, 0, { key, id, element });
      if (ranked.length > places) ranked.pop();
    },
    entries: () => ranked.map(({ element }) => element),
    ranked: () => ranked,
  };
};

/** Orders ids as numbers of any length are ordered: shorter ones first. */
export const compareIds = (a: string, b: string): number =>
  a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
