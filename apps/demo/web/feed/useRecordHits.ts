/** How many hits the search has in the records that are open. */
import { useEffect, useState } from "preact/hooks";
import type { Place, RowStore } from "./RowStore.ts";

/**
 * Asks for the hits in some records, and again whenever `counted` is another: a count that has arrived. Null while they
 * are unknown, or not all counted.
 */
export const useRecordHits = (
  rows: RowStore,
  places: ReadonlyArray<Place>,
  counted: unknown,
): number | null => {
  const key = places.map((place) => place.join(":")).join(" ");
  const [known, setKnown] = useState<{ readonly key: string; readonly hits: number | null }>();
  useEffect(() => {
    let isWanted = true;
    Promise.all(places.map(([run, index]) => rows.hits(run, index))).then(
      (all) => {
        const hits = all.reduce<number | null>(
          (sum, own) => (sum === null || own === null ? null : sum + own),
          0,
        );
        if (isWanted) setKnown({ key, hits });
      },
      () => {},
    );
    return () => {
      isWanted = false;
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the key stands for the places
  }, [rows, key, counted]);
  return known?.key === key ? known.hits : null;
};
