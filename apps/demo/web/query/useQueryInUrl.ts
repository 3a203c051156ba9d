import { useCallback, useEffect, useState } from "preact/hooks";
import { fromFragment, type Query, toFragment } from "./Query.ts";

const queryInUrl = (): Query => fromFragment(location.hash.slice(1));

/** Changes the query. While the user types, a change replaces the last step of the browser's history. */
export type SetQuery = (query: Query, isTyping?: boolean) => void;

/** The query in the URL. Each change of it is a step of the browser's history. */
export const useQueryInUrl = (): readonly [Query, SetQuery] => {
  const [query, setQuery] = useState(queryInUrl);
  useEffect(() => {
    const onChange = (): void => setQuery(queryInUrl());
    addEventListener("popstate", onChange);
    return () => removeEventListener("popstate", onChange);
  }, []);
  const change = useCallback((next: Query, isTyping = false) => {
    const url = `${location.pathname}${location.search}#${toFragment(next)}`;
    if (isTyping) history.replaceState(null, "", url);
    else history.pushState(null, "", url);
    setQuery(next);
  }, []);
  return [query, change];
};
