/** The index of the record that a query opens. */
import { useEffect, useState } from "preact/hooks";
import type { Query } from "../query/Query.ts";
import type { RowStore } from "./RowStore.ts";

/** A record that was looked for. */
export interface OpenedIndex {
  readonly run: number;
  readonly id: string;
  /** Null where no record of the run has the id (yet). */
  readonly index: number | null;
}

/**
 * Looks for the record that a query opens; null while none is open, or until the answer arrives. Looks again for one that
 * is not there whenever `items` changes: the record may have arrived.
 */
export const useOpenedIndex = (
  rows: RowStore,
  { record }: Query,
  items: number,
): OpenedIndex | null => {
  const [found, setFound] = useState<OpenedIndex | null>(null);
  const [wantedRun, wantedId] = [record?.run, record?.id];
  const isKnown = found?.run === wantedRun && found?.id === wantedId && found?.index !== null;
  const attempt = isKnown ? 0 : items;
  useEffect(() => {
    if (wantedRun === undefined || wantedId === undefined || isKnown) return undefined;
    let isWanted = true;
    rows.find(wantedRun, wantedId).then(
      (index) => {
        if (isWanted) setFound({ run: wantedRun, id: wantedId, index });
      },
      // The session has ended: the banner says so.
      () => {},
    );
    return () => {
      isWanted = false;
    };
  }, [rows, wantedRun, wantedId, isKnown, attempt]);
  return record === null ? null : found;
};
