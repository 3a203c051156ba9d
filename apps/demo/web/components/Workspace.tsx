/** Everything below the top bar: the metrics, the toolbar, the table, and the drawer with the open record. */
import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Meta, RunState } from "../../src/explore/ExploreProtocol.ts";
import type { MetricLabels } from "../../src/figures/MetricLabels.ts";
import type { Feed } from "../feed/Feed.ts";
import type { RowFreeze } from "../feed/RowFreeze.ts";
import { useOpenedIndex } from "../feed/useOpenedIndex.ts";
import type { Catalogue } from "../query/Catalogue.ts";
import { filterClicks } from "../query/FilterClick.ts";
import { namesOfShown, shownMetrics } from "../query/ShownMetrics.ts";
import { everything, focusOf, type Query, searchOf, toQuestion } from "../query/Query.ts";
import { useFieldValues } from "../query/useFieldValues.ts";
import type { ShownHits } from "../worker/CountedHits.ts";
import type { View } from "../worker/View.ts";
import type { Place, RowStore } from "../feed/RowStore.ts";
import { useRecordHits } from "../feed/useRecordHits.ts";
import type { TableRow } from "../worker/WorkerProtocol.ts";
import { Drawer, type Side } from "./Drawer.tsx";
import { focusRecords } from "./Keyboard.ts";
import { MetricCards } from "./MetricCards.tsx";
import { MissingRecord } from "./MissingRecord.tsx";
import { type OpenedRecord, openedRecord } from "./OpenedRecord.ts";
import { RecordTable } from "./RecordTable.tsx";
import { RunChooser, withFocus } from "./RunChooser.tsx";
import { runTitle } from "./RunName.ts";
import { SearchHits } from "./SearchHits.tsx";
import { SliceTable } from "./SliceTable.tsx";
import { Toolbar } from "./Toolbar.tsx";
import type { SetQuery } from "../query/useQueryInUrl.ts";

/** What the search hits in the records that a question shows. */
export interface HitsOfQuery extends ShownHits {
  readonly question: string;
  /** How many items the view had: with more of them, the count is outdated. */
  readonly items: number;
}

export interface Props {
  readonly meta: Meta;
  /** The latest view. */
  readonly view: View | null;
  /** The view that the table shows: the latest, or for a moment an earlier one. */
  readonly tableView: View | null;
  /** The latest count of hits; null before the first. */
  readonly hits: HitsOfQuery | null;
  readonly freeze: RowFreeze;
  readonly query: Query;
  readonly setQuery: SetQuery;
  readonly feed: Feed;
  readonly phase: RunState["phase"];
}

const noPlaces: ReadonlyArray<Place> = [];

/** The labels of metrics, by id: a line each. Equal texts keep the page's parts as they are. */
const labelsIn = (lines: string): MetricLabels =>
  new Map(
    lines.split("\n").map((line) => {
      const [id = "", label = ""] = line.split("\t");
      return [id, label];
    }),
  );

export const Workspace = (props: Props): JSX.Element => {
  const { meta, view, tableView, freeze, query, setQuery, feed, phase } = props;
  const { rows } = feed;
  const { runs } = meta;
  const isComparison = runs.length > 1;
  /** The run whose record stands for a testcase. */
  const mainRun = tableView?.focus ?? focusOf(query, runs.length);
  const focus = view?.focus ?? mainRun;
  const setFocus = (run: number): void => setQuery(withFocus(query, run), true);
  const wanted = useOpenedIndex(rows, query, tableView?.items ?? 0);
  const opened = useMemo(() => {
    if (tableView === null) return null;
    const find = (run: number, id: string): number | undefined =>
      wanted?.run === run && wanted.id === id ? (wanted.index ?? undefined) : undefined;
    const trials = query.isFolded ? rows.siblings : rows.trials;
    return openedRecord(query, tableView, { find, trials });
  }, [query, tableView, rows, wanted]);
  const labelled = view?.metrics.map(({ id, label }) => `${id}\t${label}`).join("\n") ?? "";
  const labels = useMemo(() => labelsIn(labelled), [labelled]);
  const catalogue = useMemo(
    (): Catalogue => ({
      metrics: view?.metrics ?? [],
      fields: view?.fields ?? [],
      runs: meta.runs.length,
      hasNotes: meta.notes !== undefined,
    }),
    [view, meta],
  );
  const shown = useMemo(() => shownMetrics(query.metrics, catalogue), [query.metrics, catalogue]);
  const pick = (metrics: View["metrics"]): View["metrics"] =>
    shown.flatMap((own) => metrics[own] ?? []);
  const valuesOf = useFieldValues(rows.values, tableView?.items ?? 0);
  const latestStep = useRef(0);
  const openItem = (item: number): void => {
    const indexes = tableView?.records.map((own) => own[item] ?? -1) ?? [];
    const run = (indexes[mainRun] ?? -1) >= 0 ? mainRun : indexes.findIndex((own) => own >= 0);
    const index = indexes[run] ?? -1;
    latestStep.current += 1;
    const step = latestStep.current;
    const open = (row: TableRow | null | undefined): void => {
      // Steps from record to record are one step of the browser's history.
      if (row === null || row === undefined || step !== latestStep.current) return;
      setQuery({ ...query, record: { run, id: row.id } }, query.record !== null);
    };
    const loaded = rows.row(run, index);
    if (loaded !== undefined) open(loaded);
    else if (index >= 0) rows.load(run, index).then(open, () => {});
  };
  const close = (): void => setQuery({ ...query, record: null });
  /** The row that the keyboard is on. */
  const active = useRef(0);
  /** The item before or after the open one. One that has left the table was where the keyboard is. */
  const beside = (item: number, by: number): number =>
    item >= 0 ? item + by : by > 0 ? active.current : active.current - 1;
  /** Opens the record before or after the open one; without one, the one that the keyboard is on. */
  const openBeside = (by: 1 | -1): boolean => {
    const count = tableView?.matching ?? 0;
    const item = opened === null ? active.current : beside(opened.item, by);
    if (item < 0 || item >= count) return false;
    openItem(item);
    return true;
  };
  const openedPlaces =
    opened === null || searchOf(query) === null
      ? noPlaces
      : opened.records.flatMap((first, run) =>
          first < 0
            ? []
            : (isComparison || query.isFolded ? rows.siblings(run, first) : [first]).map(
                (index) => [run, index] as const,
              ),
        );
  const hitsShown =
    searchOf(query) !== null && view?.searchProblem === null
      ? props.hits?.question === toQuestion(query) && props.hits.items === view.items
        ? props.hits
        : "counting"
      : null;
  const isSplit = opened !== null;
  const wasSplit = useRef(isSplit);
  // After the drawer has gone: in a narrow window it hides the records.
  useEffect(() => {
    if (wasSplit.current && !isSplit) focusRecords();
    wasSplit.current = isSplit;
  }, [isSplit]);
  const sortBy = (by: string): void =>
    setQuery({ ...query, sort: by, isDescending: query.sort === by && !query.isDescending });

  return (
    <main class={`${isSplit ? "split" : ""}${runs.length > 2 ? " several" : ""}`}>
      <div class="overview">
        {wanted?.index === null && query.record !== null ? (
          <MissingRecord
            id={query.record.id}
            runId={meta.runs[query.record.run] ?? ""}
            isReading={phase === "reading"}
            onClose={close}
          />
        ) : null}
        {view === null || tableView === null || tableView.items === 0 ? (
          <NoRecords phase={phase} />
        ) : (
          <>
            {runs.length > 2 ? (
              <RunChooser
                runs={runs}
                focus={focus}
                query={query}
                tested={view.tested}
                onChange={setQuery}
              />
            ) : null}
            <MetricCards
              metrics={pick(view.metrics)}
              labels={labels}
              catalogue={catalogue}
              filter={query.filter}
              onFilter={(filter) => setQuery({ ...query, filter })}
              runs={runs}
              focus={focus}
              onFocus={setFocus}
              tested={view.tested}
              noun={isComparison || query.isFolded ? "testcase" : "record"}
            />
            <Toolbar
              query={query}
              view={view}
              hits={hitsShown}
              catalogue={catalogue}
              labels={labels}
              shown={shown}
              onShow={(next) =>
                setQuery(
                  { ...query, metrics: namesOfShown(next, catalogue) },
                  query.metrics !== null,
                )
              }
              valuesOf={valuesOf}
              exported={{
                lines: view.matching,
                noun: isComparison || query.isFolded ? "testcase" : "record",
                areOfRuns: isComparison,
                name: `run-${meta.runs.join("-")}`,
                make: rows.exported,
              }}
              runs={runs}
              reduction={meta.reduction}
              onChange={setQuery}
            />
            {view.slices === null ? null : (
              <SliceTable
                slices={view.slices}
                metrics={shown.flatMap((place) => {
                  const metric = view.metrics[place];
                  return metric === undefined ? [] : [[place, metric] as const];
                })}
                labels={labels}
                isComparison={isComparison}
                runs={runs}
                focus={focus}
                isByWorst={query.isByWorst}
                clicks={filterClicks(query.filter, catalogue)}
                onFilter={(filter) => setQuery({ ...query, filter })}
                sort={query.bySort}
                onSort={(bySort) => setQuery({ ...query, bySort }, true)}
                onClose={() => setQuery({ ...query, by: null, bySort: null })}
              />
            )}
            {tableView.matching === 0 ? (
              <div class="state" id="records" tabIndex={-1}>
                <p>No record matches.</p>
                <button type="button" onClick={() => setQuery({ ...everything, sort: query.sort })}>
                  Show all
                </button>
              </div>
            ) : (
              <RecordTable
                view={{ ...tableView, metrics: pick(tableView.metrics) }}
                labels={labels}
                query={query}
                isComparison={isComparison}
                reduction={meta.reduction}
                rows={rows}
                isSplit={isSplit}
                active={active}
                opened={opened?.item ?? -1}
                onOpen={openItem}
                onTouch={freeze.touch}
                onSort={sortBy}
              />
            )}
          </>
        )}
      </div>
      <SearchHits
        query={query}
        isOpen={isSplit}
        inRecord={useRecordHits(rows, openedPlaces, hitsShown)}
        onRecord={openBeside}
      />
      {opened === null || view === null ? null : (
        <Drawer
          feed={feed}
          sides={sidesOf(opened, rows, runs)}
          focus={focus}
          onFocus={setFocus}
          cellOf={(run, index, { column, whole }) => {
            const cells = rows.cells(run, index);
            return cells?.[column] ?? cells?.[whole] ?? null;
          }}
          metrics={view.metrics}
          labels={labels}
          roles={query.roles}
          onRole={(role, place) => setQuery({ ...query, roles: { ...query.roles, [role]: place } })}
          link={() => location.href}
          onClose={close}
          onStep={(by) => openItem(beside(opened.item, by))}
        />
      )}
    </main>
  );
};

/** The records of the open testcase in each run. */
const sidesOf = (
  { records, openedRun, openedRecord: index }: OpenedRecord,
  rows: RowStore,
  runs: ReadonlyArray<string>,
): ReadonlyArray<Side> =>
  records.map((first, run) => {
    const title = runTitle(runs, run);
    const trials = first < 0 ? [] : rows.siblings(run, first);
    const opened = run === openedRun ? trials.indexOf(index) : -1;
    return { run, title, trials, opened: Math.max(0, opened) };
  });

const NoRecords = ({ phase }: Pick<Props, "phase">): JSX.Element => (
  <div class="state">
    <p>
      {phase === "done"
        ? "This run has no records."
        : phase === "failed"
          ? "No records arrived."
          : "Waiting for the first records…"}
    </p>
  </div>
);
