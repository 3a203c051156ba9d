import { useEffect, useState } from "preact/hooks";
import type { Detail } from "../../src/explore/ExploreProtocol.ts";
import type { Feed } from "../feed/Feed.ts";

/** A record in full, while it is loaded and after. */
export type LoadedDetail =
  | { readonly status: "loading" }
  | { readonly status: "failed"; readonly reason: string }
  | { readonly status: "ready"; readonly detail: Detail | null };

const loading: LoadedDetail = { status: "loading" };

/** The previous record stays in sight for this long while the next one is loaded. */
const staleMillis = 150;

/** Loads a record in full, again whenever another one is wanted or `attempt` changes. An index of -1 is no record. */
export const useDetail = (
  feed: Feed,
  run: number,
  index: number,
  attempt: number,
): LoadedDetail => {
  const [loaded, setLoaded] = useState<LoadedDetail>(loading);
  useEffect(() => {
    if (index < 0) {
      setLoaded({ status: "ready", detail: null });
      return undefined;
    }
    const controller = new AbortController();
    const stale = setTimeout(() => setLoaded(loading), staleMillis);
    const settle = (next: LoadedDetail): void => {
      clearTimeout(stale);
      if (!controller.signal.aborted) setLoaded(next);
    };
    feed.detail(run, index, controller.signal).then(
      (detail) => settle({ status: "ready", detail }),
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
  }, [feed, run, index, attempt]);
  return loaded;
};
