/** Which metrics the page shows, and in which order. */
import { type Catalogue, resolve, writtenName } from "./Catalogue.ts";

/** The places of the metrics to show. Names that mean no metric of this run are ignored; without any, all are shown. */
export const shownMetrics = (
  names: ReadonlyArray<string> | null,
  catalogue: Catalogue,
): ReadonlyArray<number> => {
  const found = (names ?? []).flatMap((name) => {
    const subject = resolve(name, catalogue);
    return subject.type === "metric" ? [subject.index] : [];
  });
  return found.length === 0 ? Array.from(catalogue.metrics.keys()) : Array.from(new Set(found));
};

/** The names of metrics, for a query. */
export const namesOfShown = (
  shown: ReadonlyArray<number> | null,
  catalogue: Catalogue,
): ReadonlyArray<string> | null => shown?.map((own) => writtenName(catalogue, own)) ?? null;
