/** The page as a whole: what has arrived, what is asked, and what is shown of it. */
import type { JSX } from "preact";
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Meta, RunState, SessionState } from "../src/explore/ExploreProtocol.ts";
import { Banner } from "./components/Banner.tsx";
import { Drawer } from "./components/Drawer.tsx";
import type { View } from "./worker/Engine.ts";
import * as Feed from "./feed/Feed.ts";
import * as Fmt from "./Figures.ts";
import { focusRecords, isFree } from "./components/Keyboard.ts";
import { labelOf, MetricCards } from "./components/MetricCards.tsx";
import {
  conditionWord,
  everything,
  fromFragment,
  type Query,
  toFragment,
  toggle,
} from "./Query.ts";
import * as RowFreeze from "./feed/RowFreeze.ts";
import { RecordTable } from "./components/RecordTable.tsx";
import { SafeText } from "./components/SafeText.tsx";
import * as Theme from "./components/Theme.ts";
import type { Connection } from "./worker/worker.ts";

const queryOf = (): Query => fromFragment(location.hash.slice(1));

/** The query in the URL. Each change is a step of the browser's history, except while somebody types. */
const useQuery = (): readonly [Query, (query: Query, isTyping?: boolean) => void] => {
  const [query, setQuery] = useState(queryOf);
  useEffect(() => {
    const onChange = (): void => setQuery(queryOf());
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

/** Hands the latest value on, and not more often than every so many milliseconds. */
const atMostEvery = <A,>(pause: number, take: (value: A) => void): ((value: A) => void) => {
  let latest: { readonly value: A } | undefined;
  let isPausing = false;
  const hand = (): void => {
    isPausing = latest !== undefined;
    if (latest === undefined) return;
    take(latest.value);
    latest = undefined;
    setTimeout(hand, pause);
  };
  return (value) => {
    latest = { value };
    if (!isPausing) hand();
  };
};

export const App = ({ meta }: { readonly meta: Meta }): JSX.Element => {
  const [query, setQuery] = useQuery();
  const [view, setView] = useState<View | null>(null);
  const [session, setSession] = useState<SessionState | null>(null);
  const [connection, setConnection] = useState<Connection>("open");
  const [steady, setSteady] = useState<View | null>(null);
  const hand = useMemo(() => RowFreeze.make(setSteady), []);
  const feed = useMemo(
    () =>
      Feed.open(meta, {
        view: (latest) => {
          setView(latest);
          hand.offer(latest);
        },
        state: atMostEvery(100, setSession),
        connection: setConnection,
      }),
    [meta, hand],
  );
  const { rows } = feed;
  const question = toFragment({ ...query, record: null });
  useEffect(() => rows.ask(fromFragment(question)), [rows, question]);

  const runs = session?.runs ?? [];
  const phase = runs.some((run) => run.phase === "failed")
    ? "failed"
    : runs.length > 0 && runs.every((run) => run.phase === "done")
      ? "done"
      : "reading";
  // How far the reading has come changes far more often than what is shown of it.
  const content = useMemo(
    () => <Content {...{ meta, view, steady, hand, query, setQuery, feed, phase }} />,
    [meta, view, steady, hand, query, setQuery, feed, phase],
  );

  return (
    <>
      <a
        class="skip"
        href="#records"
        onClick={(event) => {
          // The fragment of the URL is the query's.
          event.preventDefault();
          focusRecords();
        }}
      >
        Skip to the records
      </a>
      <TopBar meta={meta} session={session} feed={feed} />
      <Banner
        runs={runs}
        isRetrying={session?.isRetrying ?? false}
        connection={connection}
        isSaved={meta.mode === "saved"}
        onResume={feed.resume}
      />
      {content}
    </>
  );
};

interface ContentProps {
  readonly meta: Meta;
  readonly view: View | null;
  /** What the rows are shown from: the same, or for a moment one before it. */
  readonly steady: View | null;
  readonly hand: RowFreeze.RowFreeze;
  readonly query: Query;
  readonly setQuery: (query: Query, isTyping?: boolean) => void;
  readonly feed: Feed.Feed;
  readonly phase: RunState["phase"];
}

const Content = ({
  meta,
  view,
  steady,
  hand,
  query,
  setQuery,
  feed,
  phase,
}: ContentProps): JSX.Element => {
  const { rows } = feed;
  const isComparison = meta.runs.length > 1;
  const own = isComparison ? 1 : 0;
  const opened = useMemo(() => {
    const { record } = query;
    const index = record === null ? undefined : rows.find(record.run, record.id);
    if (record === null || index === undefined || steady === null) return null;
    const side = record.run === own ? steady.records : steady.baselines;
    return { run: record.run, index, item: side.indexOf(index) };
  }, [query, steady, rows, own]);
  const openItem = (item: number): void => {
    const record = steady?.records[item] ?? -1;
    const run = record < 0 ? 0 : own;
    const row = rows.row(run, record < 0 ? (steady?.baselines[item] ?? -1) : record);
    // Walking from record to record is one step of the history.
    if (row !== undefined)
      setQuery({ ...query, record: { run, id: row.id } }, query.record !== null);
  };
  const close = (): void => setQuery({ ...query, record: null });
  const isSplit = opened !== null;
  const wasSplit = useRef(isSplit);
  // Once the records are there again: in a narrow window the open one hides them.
  useEffect(() => {
    if (wasSplit.current && !isSplit) focusRecords();
    wasSplit.current = isSplit;
  }, [isSplit]);
  const sortBy = (by: string): void =>
    setQuery({ ...query, sort: by, isDescending: query.sort === by && !query.isDescending });

  return (
    <main class={isSplit ? "split" : ""}>
      <div class="overview">
        {view === null || steady === null || steady.items === 0 ? (
          <Nothing phase={phase} />
        ) : (
          <>
            <MetricCards
              metrics={view.metrics}
              query={query}
              onToggle={(filter) => setQuery(toggle(query, filter))}
            />
            <Toolbar query={query} view={view} isComparison={isComparison} onChange={setQuery} />
            {steady.records.length === 0 ? (
              <div class="state">
                <p>No record matches.</p>
                <button type="button" onClick={() => setQuery({ ...everything, sort: query.sort })}>
                  Show all
                </button>
              </div>
            ) : (
              <RecordTable
                view={steady}
                query={query}
                isComparison={isComparison}
                row={rows.row}
                isSplit={isSplit}
                opened={opened?.item ?? -1}
                onOpen={openItem}
                onTouch={hand.touch}
                onSort={sortBy}
              />
            )}
          </>
        )}
      </div>
      {opened === null || view === null || steady === null ? null : (
        <Drawer
          feed={feed}
          isComparison={isComparison}
          record={
            opened.item < 0
              ? opened.run === own
                ? opened.index
                : -1
              : (steady.records[opened.item] ?? -1)
          }
          baseline={
            opened.item < 0
              ? opened.run === own
                ? -1
                : opened.index
              : (steady.baselines[opened.item] ?? -1)
          }
          metrics={view.metrics}
          onClose={close}
          onStep={(by) => openItem(opened.item + by)}
        />
      )}
    </main>
  );
};

const Nothing = ({ phase }: Pick<ContentProps, "phase">): JSX.Element => (
  <div class="state">
    <p>
      {phase === "done"
        ? "This run has no records."
        : phase === "failed"
          ? "Nothing has arrived."
          : "Waiting for the first records…"}
    </p>
  </div>
);

interface TopBarProps {
  readonly meta: Meta;
  readonly session: SessionState | null;
  readonly feed: Feed.Feed;
}

const TopBar = ({ meta, session, feed }: TopBarProps): JSX.Element => {
  const [theme, setTheme] = useState(Theme.stored);
  useEffect(() => Theme.apply(theme), [theme]);
  return (
    <header class="top">
      <h1>
        {meta.runs.map((run, index) => (
          <span key={run}>
            {index > 0 ? <i> → </i> : ""}
            <SafeText>{index === 0 ? `Run ${run}` : run}</SafeText>
          </span>
        ))}
      </h1>
      <p class="source">
        <SafeText>{meta.source}</SafeText>
        {meta.savedAt === null ? "" : `, saved ${meta.savedAt.slice(0, 16).replace("T", " ")} UTC`}
      </p>
      <div class="progresses">
        {session?.runs.map((run, index) => (
          <Progress key={index} run={run} isOneOfTwo={meta.runs.length > 1} />
        ))}
        {session === null || session.retries === 0 ? null : (
          <span class="progress">{Fmt.plural(session.retries, "retry", "retries")}</span>
        )}
      </div>
      {meta.faults.length === 0 ? null : (
        <label class="fault">
          Fake API
          <select
            value={session?.fault ?? ""}
            onChange={({ currentTarget }) => feed.setFault(currentTarget.value)}
          >
            {meta.faults.map(({ name, label }) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
          </select>
        </label>
      )}
      {meta.faults.length === 0 ? null : (
        <button type="button" onClick={feed.restart}>
          Read again
        </button>
      )}
      {meta.mode === "live" ? (
        <a class="button" href="report.html" download="report.html">
          Save report
        </a>
      ) : null}
      <button
        type="button"
        class="quiet"
        aria-label={`Appearance: ${theme}`}
        title={`Appearance: ${theme}`}
        onClick={() => setTheme(Theme.next(theme))}
      >
        {Theme.icon(theme)}
      </button>
    </header>
  );
};

const Progress = ({
  run,
  isOneOfTwo,
}: {
  readonly run: RunState;
  readonly isOneOfTwo: boolean;
}): JSX.Element => {
  const { records, total, phase, pages, seconds, runId } = run;
  const share = total === null || total === 0 ? undefined : Math.min(1, records / total);
  const perSecond = seconds > 0 ? records / seconds : 0;
  const left = total === null || perSecond === 0 ? undefined : (total - records) / perSecond;
  const parts = [
    `${Fmt.count(records)}${phase === "done" || total === null ? "" : ` of ${Fmt.count(total)}`} records`,
    ...(isOneOfTwo ? [] : [Fmt.plural(pages, "page")]),
    ...(phase === "reading" && perSecond > 0 ? [`${Fmt.count(Math.round(perSecond))}/s`] : []),
    ...(phase === "reading" && left !== undefined && left > 1
      ? [`${Fmt.duration(left)} left`]
      : []),
  ];
  return (
    <div class={`progress ${phase}`}>
      <span>{parts.join(" · ")}</span>
      {phase === "done" ? null : (
        <progress
          aria-label={`Reading of run ${runId}`}
          max={1}
          {...(share === undefined ? {} : { value: share })}
        />
      )}
    </div>
  );
};

interface ToolbarProps {
  readonly query: Query;
  readonly view: View;
  readonly isComparison: boolean;
  readonly onChange: (query: Query, isTyping?: boolean) => void;
}

const Toolbar = ({ query, view, isComparison, onChange }: ToolbarProps): JSX.Element => {
  const search = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key === "/" && isFree(event)) {
        event.preventDefault();
        search.current?.focus();
      }
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, []);
  const noun = isComparison ? "testcase" : "record";
  const shown = view.records.length;
  return (
    <div class="toolbar">
      <input
        ref={search}
        type="search"
        aria-label="Search"
        aria-keyshortcuts="/"
        title="All of these words, in the first 4,000 characters of a record"
        placeholder="Search ids, texts and reasoning ( / )"
        spellcheck={false}
        maxLength={500}
        value={query.text}
        onKeyDown={(event) => {
          if (event.isComposing || !["ArrowDown", "Enter", "Escape"].includes(event.key)) return;
          // Escape would empty the field.
          event.preventDefault();
          focusRecords();
          if (document.activeElement === event.currentTarget) event.currentTarget.blur();
        }}
        onInput={({ currentTarget }) => onChange({ ...query, text: currentTarget.value }, true)}
      />
      {isComparison ? (
        <select
          aria-label="Testcases"
          value={query.only ?? ""}
          onChange={({ currentTarget: { value } }) =>
            onChange({ ...query, only: fromFragment(`only=${value}`).only })
          }
        >
          <option value="">All testcases</option>
          <option value="both">In both runs ({Fmt.count(view.parts.both)})</option>
          <option value="baseline">Baseline only ({Fmt.count(view.parts.baseline)})</option>
          <option value="candidate">Candidate only ({Fmt.count(view.parts.candidate)})</option>
        </select>
      ) : null}
      <ul class="chips" aria-label="Filters">
        {query.filters.map((filter) => (
          <li key={`${filter.metric}:${conditionWord(filter.condition)}`}>
            <button
              type="button"
              aria-label={`Remove filter ${Fmt.shortId(filter.metric)} ${labelOf(filter.condition)}`}
              onClick={() => onChange(toggle(query, filter))}
            >
              <SafeText>{Fmt.shortId(filter.metric)}</SafeText> <b>{labelOf(filter.condition)}</b>
              <i aria-hidden="true">✕</i>
            </button>
          </li>
        ))}
      </ul>
      <output class="count">
        {shown === view.items
          ? Fmt.plural(shown, noun)
          : `${Fmt.count(shown)} of ${Fmt.plural(view.items, noun)}`}
      </output>
    </div>
  );
};
