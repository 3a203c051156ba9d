/** The page as a whole: it holds what has arrived and the query, and shows the view that answers the query. */
import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Meta, SessionState } from "../src/explore/ExploreProtocol.ts";
import { Banner } from "./components/Banner.tsx";
import { focusRecords } from "./components/Keyboard.ts";
import { NotesContext } from "./components/NoteEditor.tsx";
import { TopBar } from "./components/TopBar.tsx";
import { useQueryInUrl } from "./query/useQueryInUrl.ts";
import { type HitsOfQuery, Workspace } from "./components/Workspace.tsx";
import * as Feed from "./feed/Feed.ts";
import * as Notes from "./feed/Notes.ts";
import * as RowFreeze from "./feed/RowFreeze.ts";
import { throttle } from "./feed/Throttle.ts";
import { fromFragment, toQuestion, toRequest } from "./query/Query.ts";
import type { View } from "./worker/View.ts";
import type { Connection } from "./worker/WorkerProtocol.ts";

/** The state of the session is drawn at most once in this time. */
const statePauseMillis = 250;

export const App = ({ meta }: { readonly meta: Meta }): JSX.Element => {
  const [query, setQuery] = useQueryInUrl();
  const [view, setView] = useState<View | null>(null);
  const [tableView, setTableView] = useState<View | null>(null);
  const [hits, setHits] = useState<HitsOfQuery | null>(null);
  const [session, setSession] = useState<SessionState | null>(null);
  const [connection, setConnection] = useState<Connection>("open");
  const freeze = useMemo(() => RowFreeze.make(setTableView), []);
  const feed = useMemo(
    () =>
      Feed.open(meta, {
        view: (latest) => {
          setView(latest);
          freeze.offer(latest);
        },
        hits: (own, items, found) => setHits({ question: toQuestion(own), items, ...found }),
        state: throttle(statePauseMillis, setSession),
        connection: setConnection,
      }),
    [meta, freeze],
  );
  const noteStore = useMemo(() => Notes.open(meta), [meta]);
  const [notes, setNotes] = useState(noteStore?.current() ?? null);
  useEffect(() => noteStore?.subscribe(setNotes), [noteStore]);
  const { rows } = feed;
  useEffect(() => {
    if (notes !== null) rows.setNotes(notes.all);
  }, [rows, notes]);
  const request = toRequest(query);
  const asked = useRef<string | null>(null);
  if (asked.current !== request) {
    // Before the page is rendered, so that the worker computes meanwhile.
    asked.current = request;
    rows.ask(fromFragment(request));
  }

  const runs = session?.runs ?? [];
  const phase = runs.some((run) => run.phase === "failed")
    ? "failed"
    : runs.length > 0 && runs.every((run) => run.phase === "done")
      ? "done"
      : "reading";
  // The session's state changes far more often than the workspace.
  const workspace = useMemo(
    () => <Workspace {...{ meta, view, tableView, hits, freeze, query, setQuery, feed, phase }} />,
    [meta, view, tableView, hits, freeze, query, setQuery, feed, phase],
  );

  return (
    <NotesContext.Provider value={notes}>
      <a
        class="skip"
        href="#records"
        onClick={(event) => {
          // The fragment of the URL holds the query.
          event.preventDefault();
          focusRecords();
        }}
      >
        Skip to the records
      </a>
      <TopBar
        meta={meta}
        session={session}
        feed={feed}
        onOpen={(run, id) => setQuery({ ...query, record: { run, id } })}
      />
      <Banner
        runs={runs}
        isRetrying={session?.isRetrying ?? false}
        connection={connection}
        isSaved={meta.mode === "saved"}
        leftOut={feed.leftOut}
        onResume={feed.resume}
      />
      {workspace}
    </NotesContext.Provider>
  );
};
