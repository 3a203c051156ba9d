/** Everything below the top bar: the metrics, the toolbar, the table, and the drawer with the open record. */
import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Meta, RunState } from "../../src/explore/ExploreProtocol.ts";
import type { MetricLabels } from "../../src/figures/MetricLabels.ts";
import type { Feed } from "../feed/Feed.ts";
import type { RowFreeze } from "../feed/RowFreeze.ts";
import type { Catalogue } from "../query/Catalogue.ts";
import { namesOfShown, shownMetrics } from "../query/ShownMetrics.ts";
import { everything, type Query } from "../query/Query.ts";
import type { View } from "../worker/Engine.ts";
import { Drawer } from "./Drawer.tsx";
import { focusRecords } from "./Keyboard.ts";
import { MetricCards } from "./MetricCards.tsx";
import { openedRecord } from "./OpenedRecord.ts";
import { RecordTable } from "./RecordTable.tsx";
import { Toolbar } from "./Toolbar.tsx";
import type { SetQuery } from "../query/useQueryInUrl.ts";

export interface Props {
  readonly meta: Meta;
  /** The latest view. */
  readonly view: View | null;
  /** The view that the table shows: the latest, or for a moment an earlier one. */
  readonly tableView: View | null;
  readonly freeze: RowFreeze;
  readonly query: Query;
  readonly setQuery: SetQuery;
  readonly feed: Feed;
  readonly phase: RunState["phase"];
}

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
  const isComparison = meta.runs.length > 1;
  const candidateRun = isComparison ? 1 : 0;
  const opened = useMemo(
    () => (tableView === null ? null : openedRecord(query, tableView, rows.find, candidateRun)),
    [query, tableView, rows, candidateRun],
  );
  const labelled = view?.metrics.map(({ id, label }) => `${id}\t${label}`).join("\n") ?? "";
  const labels = useMemo(() => labelsIn(labelled), [labelled]);
  const catalogue = useMemo(
    (): Catalogue => ({
      metrics: view?.metrics ?? [],
      fields: view?.fields ?? [],
      isComparison,
    }),
    [view, isComparison],
  );
  const shown = useMemo(() => shownMetrics(query.metrics, catalogue), [query.metrics, catalogue]);
  const pick = (metrics: View["metrics"]): View["metrics"] =>
    shown.flatMap((own) => metrics[own] ?? []);
  const openItem = (item: number): void => {
    const record = tableView?.records[item] ?? -1;
    const [run, index] =
      record >= 0 ? [candidateRun, record] : [0, tableView?.baselines[item] ?? -1];
    const row = rows.row(run, index);
    // Steps from record to record are one step of the browser's history.
    if (row !== undefined) {
      setQuery({ ...query, record: { run, id: row.id } }, query.record !== null);
    }
  };
  const close = (): void => setQuery({ ...query, record: null });
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
    <main class={isSplit ? "split" : ""}>
      <div class="overview">
        {view === null || tableView === null || tableView.items === 0 ? (
          <NoRecords phase={phase} />
        ) : (
          <>
            <MetricCards
              metrics={pick(view.metrics)}
              labels={labels}
              catalogue={catalogue}
              filter={query.filter}
              onFilter={(filter) => setQuery({ ...query, filter })}
            />
            <Toolbar
              query={query}
              view={view}
              catalogue={catalogue}
              labels={labels}
              shown={shown}
              onShow={(next) =>
                setQuery(
                  { ...query, metrics: namesOfShown(next, catalogue) },
                  query.metrics !== null,
                )
              }
              isComparison={isComparison}
              onChange={setQuery}
            />
            {tableView.records.length === 0 ? (
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
                row={rows.row}
                trials={rows.trials}
                isSplit={isSplit}
                opened={opened?.item ?? -1}
                onOpen={openItem}
                onTouch={freeze.touch}
                onSort={sortBy}
              />
            )}
          </>
        )}
      </div>
      {opened === null || view === null ? null : (
        <Drawer
          feed={feed}
          isComparison={isComparison}
          record={opened.record}
          baseline={opened.baseline}
          trials={[
            opened.baseline < 0 ? 0 : rows.trials(0, opened.baseline).length,
            opened.record < 0 ? 0 : rows.trials(candidateRun, opened.record).length,
          ]}
          metrics={view.metrics}
          labels={labels}
          onClose={close}
          onStep={(by) => openItem(opened.item + by)}
        />
      )}
    </main>
  );
};

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
