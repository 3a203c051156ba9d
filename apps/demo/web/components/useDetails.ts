import { useEffect, useState } from "preact/hooks";
import type { Detail } from "../../src/explore/ExploreProtocol.ts";
import type { Feed } from "../feed/Feed.ts";

/** Where a record is: its run, and its index there. An index of -1 is no record. */
export interface RecordPlace {
  readonly run: number;
  readonly index: number;
}

/** Records in full, while they are loaded and after. */
export type LoadedDetails =
  | { readonly status: "loading" }
  | { readonly status: "failed"; readonly reason: string }
  | {
      readonly status: "ready";
      readonly details: ReadonlyArray<Detail | null>;
      /** Whether they are the previous ones, while those that are wanted are loaded. */
      readonly isStale: boolean;
    };

const loading: LoadedDetails = { status: "loading" };

/** The previous records stay in sight for this long while the next ones are loaded. */
const staleMillis = 150;

/** Loads records in full, again whenever others are wanted or `attempt` changes. */
export const useDetails = (
  feed: Feed,
  places: ReadonlyArray<RecordPlace>,
  attempt: number,
): LoadedDetails => {
  const [loaded, setLoaded] = useState<LoadedDetails>(loading);
  const [loadedFor, setLoadedFor] = useState("");
  const wanted = places.map(({ run, index }) => `${run}/${index}`).join(" ");
  useEffect(() => {
    const controller = new AbortController();
    const stale = setTimeout(() => setLoaded(loading), staleMillis);
    const settle = (next: LoadedDetails): void => {
      clearTimeout(stale);
      if (controller.signal.aborted) return;
      setLoaded(next);
      setLoadedFor(wanted);
    };
    const details = wanted.split(" ").map(async (place) => {
      const [run = 0, index = -1] = place.split("/").map(Number);
      return index < 0 ? null : feed.detail(run, index, controller.signal);
    });
    Promise.all(details).then(
      (ready) => settle({ status: "ready", details: ready, isStale: false }),
      (error: unknown) =>
        settle({
          status: "failed",
          reason: error instanceof Error ? error.message : String(error),
        }),
    );
    return () => {
      controller.abort();
      clearTimeout(stale);
    };
  }, [feed, wanted, attempt]);
  return loaded.status === "ready" && loadedFor !== wanted ? { ...loaded, isStale: true } : loaded;
};
