/** The records as a grid: only the rows in sight are in the document, and the arrow keys move through all of them. */
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Cell } from "../../src/analysis/Cell.ts";
import type { Reduction } from "../../src/analysis/Reduction.ts";
import { cellOfTrials } from "../../src/analysis/Trials.ts";
import type { MetricLabels } from "../../src/figures/MetricLabels.ts";
import { type Query, toQuestion } from "../query/Query.ts";
import type { Place, RowStore } from "../feed/RowStore.ts";
import type { MetricView, View } from "../worker/View.ts";
import { isFree } from "./Keyboard.ts";
import { RecordLine } from "./RecordLine.tsx";
import { runBadge } from "./RunName.ts";
import { RunScoresHead, widthOfRunScores } from "./RunScores.tsx";
import { LongName } from "./LongName.tsx";
import { visible } from "./SafeText.tsx";
import { deviationOf } from "./TrialSpread.ts";
import { type RowWindow, useRowWindow } from "./useRowWindow.ts";

/** In pixels: two lines of text. */
const rowHeight = 46;

/** In pixels: one line, and a second with the badges of several runs. */
const headerHeights = { one: 32, several: 48 };

/** How many rows beyond those in sight are in the document, on either side. */
const overscannedRows = 12;

export interface Props {
  readonly view: View;
  readonly labels: MetricLabels;
  readonly query: Query;
  readonly isComparison: boolean;
  /** How the trials of a testcase become one value. */
  readonly reduction: Reduction;
  readonly rows: RowStore;
  /** Receives the row that the keyboard is on. */
  readonly active: { current: number };
  /** Whether the drawer is open. Its record may be one that the table does not show. */
  readonly isSplit: boolean;
  /** The item that is open in the drawer; -1 for none. */
  readonly opened: number;
  readonly onOpen: (item: number) => void;
  /** Runs when the user moves a pointer over the table or presses a key: a row may be chosen next. */
  readonly onTouch: () => void;
  readonly onSort: (by: string) => void;
}

/** The place of an item with these records in a view; -1 where the view does not show it. */
const placeOf = ({ records }: View, wanted: ReadonlyArray<number>): number => {
  const run = wanted.findIndex((index) => index >= 0);
  const place = records[run]?.indexOf(wanted[run] ?? -1) ?? -1;
  return place >= 0 && records.every((own, other) => (own[place] ?? -1) === wanted[other])
    ? place
    : -1;
};

/** The indexes of an item's first records, by run. */
const recordsAt = ({ records }: View, item: number): ReadonlyArray<number> =>
  records.map((own) => own[item] ?? -1);

/** Keeps the top row in its place when records arrive above it. */
const useScrollAnchor = (view: View, { top, moveBy }: RowWindow): void => {
  const latestTop = useRef(top);
  latestTop.current = top;
  const anchor = useRef<{ readonly records: ReadonlyArray<number>; readonly top: number }>(
    undefined,
  );
  useLayoutEffect(() => {
    const { current: before } = anchor;
    if (before === undefined || latestTop.current === 0) return;
    const now = placeOf(view, before.records);
    if (now >= 0 && now !== before.top) moveBy(now - before.top);
  }, [view, moveBy]);
  useLayoutEffect(() => {
    anchor.current = { records: recordsAt(view, top), top };
  });
};

/** Loads the rows of some items, and renders when they have arrived. */
const useRows = (rows: RowStore, places: ReadonlyArray<Place>): void => {
  const [, render] = useState(0);
  useEffect(() => rows.onRows(() => render((n) => n + 1)), [rows]);
  useEffect(() => rows.want(places));
};

export const RecordTable = (props: Props): JSX.Element => {
  const { view, query, isComparison, rows, isSplit, opened, onOpen, onTouch } = props;
  const scroll = useRef<HTMLDivElement>(null);
  const [lastActive, setActive] = useState(0);
  const items = view.matching;
  const runs = view.records.length;
  const headerHeight = runs > 2 ? headerHeights.several : headerHeights.one;
  const rowWindow = useRowWindow({
    scroll,
    rows: items,
    rowHeight,
    headerHeight,
    overscan: overscannedRows,
  });
  const active = Math.min(lastActive, items - 1);
  props.active.current = active;
  const { moveToTop, reveal } = rowWindow;
  useScrollAnchor(view, rowWindow);
  const { focus: mainRun } = view;
  const areTestcases = isComparison || query.isFolded;
  const shown = Array.from({ length: rowWindow.to - rowWindow.from }, (_, offset) => {
    const item = rowWindow.from + offset;
    return { item, records: recordsAt(view, item) };
  });
  useRows(
    rows,
    shown.flatMap(({ records }) =>
      records.flatMap((index, run): ReadonlyArray<Place> => (index < 0 ? [] : [[run, index]])),
    ),
  );

  // A new question starts at the top; the same question about more records does not.
  const question = toQuestion(query);
  useEffect(() => {
    moveToTop();
    setActive(0);
  }, [question, moveToTop]);

  useEffect(() => {
    if (opened < 0) return;
    setActive(opened);
    reveal(opened);
  }, [opened, reveal]);

  const moveTo = (item: number): void => {
    const next = Math.max(0, Math.min(items - 1, item));
    setActive(next);
    reveal(next);
    if (isSplit) onOpen(next);
    else scroll.current?.focus();
  };
  const rowsPerPage = Math.max(1, Math.floor((scroll.current?.clientHeight ?? 0) / rowHeight) - 2);
  // A layout effect, because keys can be faster than frames.
  useLayoutEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      // The open record may have left the table: then the next one is where the keyboard is.
      const from = isSplit && opened < 0 ? active - 0.5 : active;
      const to = isFree(event) ? actionOf(event, from, rowsPerPage, items) : undefined;
      if (to === undefined || items === 0) return;
      if (event.target !== scroll.current && !isForRecords(event, isSplit)) return;
      event.preventDefault();
      if (to === "open") onOpen(active);
      else moveTo(to);
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  });

  const columns = view.metrics.length;
  return (
    <div
      ref={scroll}
      id="records"
      onPointerMove={onTouch}
      onPointerDown={onTouch}
      onKeyDown={onTouch}
      onWheel={onTouch}
      class="grid"
      role="grid"
      tabIndex={0}
      aria-label="Records"
      aria-rowcount={items + 1}
      aria-colcount={columns + 2}
      aria-activedescendant={items > 0 ? `item-${active}` : undefined}
      style={{
        // Narrower beside the drawer.
        "--columns": `${
          isSplit
            ? "92px minmax(150px, 1fr)"
            : runs > 2
              ? "min(104px, 16vw) minmax(min(260px, 28vw), 1fr)"
              : "104px minmax(min(260px, 45vw), 1fr)"
        } ${
          runs > 2
            ? view.metrics.map((metric) => `${widthOfRunScores(metric, runs)}px`).join(" ")
            : isSplit
              ? repeated(columns, isComparison ? 124 : 72)
              : repeated(columns, isComparison ? 132 : 104)
        }`,
        "--header": `${headerHeight}px`,
      }}
    >
      <div class="sheet">
        <Header {...props} />
        <div class="rows" role="rowgroup" style={{ height: `${rowWindow.height}px` }}>
          {shown.map(({ item, records }) => {
            const sides = records.map((index, run) =>
              index < 0 ? undefined : rows.row(run, index),
            );
            const isLoaded = records.every((index, run) => index < 0 || sides[run] !== undefined);
            if (!isLoaded) return null;
            return (
              <RecordLine
                key={records.join("/")}
                item={item}
                top={rowWindow.placeOf(item)}
                rows={sides}
                mainRun={mainRun}
                metrics={view.metrics}
                cellOf={(run, metric) => {
                  const row = sides[run];
                  if (row === undefined) return undefined;
                  return areTestcases
                    ? cellOfTrials(
                        row.trialCells.map((cells) => cellIn(cells, metric)),
                        metric.kind,
                        { reduction: props.reduction, isLowerBetter: metric.isLowerBetter },
                      )
                    : cellIn(row.cells, metric);
                }}
                spreadOf={(metric) => {
                  const row = isComparison || !areTestcases ? undefined : sides[0];
                  return row === undefined
                    ? undefined
                    : deviationOf(
                        row.trialCells.map((cells) => cellIn(cells, metric)),
                        metric,
                      );
                }}
                trials={sides.map((row) => row?.trials.length ?? 0)}
                isComparison={isComparison}
                areTestcases={areTestcases}
                isActive={item === active}
                isOpen={item === opened}
                onOpen={() => onOpen(item)}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
};

/** The widths of the columns of metrics. A style without columns to repeat is invalid, and with it all of them. */
const repeated = (columns: number, width: number): string =>
  columns === 0 ? "" : `repeat(${columns}, ${width}px)`;

/** The cell of a metric in a row: the metric as a whole says why it has none. */
const cellIn = (cells: ReadonlyArray<Cell>, { column, whole }: MetricView): Cell =>
  cells[column] ?? cells[whole] ?? null;

/** Whether a key that was pressed outside the grid moves through the records all the same. */
const isForRecords = ({ key, target }: KeyboardEvent, isSplit: boolean): boolean => {
  if (key === "j" || key === "k") return true;
  // Elements that scroll keep their arrow keys.
  if (key === "ArrowDown" || key === "ArrowUp") {
    return !(target instanceof Element && target.matches(".content, .json, .metrics"));
  }
  return target === document.body && !isSplit;
};

/** What a key does: opens the active record, or moves to another item. */
const actionOf = (
  { key }: KeyboardEvent,
  active: number,
  rowsPerPage: number,
  items: number,
): number | "open" | undefined => {
  switch (key) {
    case "ArrowDown":
    case "j":
      return Math.floor(active + 1);
    case "ArrowUp":
    case "k":
      return Math.ceil(active - 1);
    case "PageDown":
      return Math.floor(active + rowsPerPage);
    case "PageUp":
      return Math.ceil(active - rowsPerPage);
    case "Home":
      return 0;
    case "End":
      return items - 1;
    case "Enter":
    case " ":
      return "open";
    default:
      return undefined;
  }
};

/** The names of the default order: of one run, of two; ascending, descending. */
const worstFirstNames = [
  ["failing first", "passing first"],
  ["regressions first", "improvements first"],
];

const Header = ({ view, labels, query, isComparison, onSort }: Props): JSX.Element => {
  const runs = view.records.length;
  const areSeveral = runs > 2;
  const ofRun = areSeveral ? (query.isByWorst ? "of any run" : `of ${runBadge(view.focus)}`) : "";
  const column = (by: string, name: string, title: string, metric?: MetricView) => {
    const isNumeric = metric !== undefined;
    const isSorted = query.sort === by;
    const found = worstFirstNames[Number(isComparison)]?.[Number(query.isDescending)];
    const order =
      by === "worst" ? (areSeveral ? found?.replace(" first", ` ${ofRun} first`) : found) : "";
    return (
      <div
        key={by}
        role="columnheader"
        class={isNumeric ? "numeric" : ""}
        aria-sort={isSorted ? (query.isDescending ? "descending" : "ascending") : "none"}
      >
        <button type="button" title={title} onClick={() => onSort(by)}>
          <LongName>{name}</LongName>
          {isSorted ? (
            <small>{order ? ` ${order}` : query.isDescending ? " ↓" : " ↑"}</small>
          ) : null}
        </button>
        {metric !== undefined && areSeveral ? (
          <RunScoresHead metric={metric} runs={runs} focus={view.focus} />
        ) : null}
      </div>
    );
  };
  return (
    <div class="head" role="rowgroup">
      <div role="row" aria-rowindex={1}>
        {column(
          "listed",
          isComparison || query.isFolded ? "Testcase" : "Record",
          "Sort as listed by the service",
        )}
        {column(
          "worst",
          "Input and output",
          isComparison ? "Sort regressions first" : "Sort failing first",
        )}
        {view.metrics.map((metric) => {
          const { id } = metric;
          const change = isComparison ? "the change of " : "";
          const label = labels.get(id) ?? id;
          return column(id, label, `Sort by ${change}${visible(label)} ${ofRun}`.trim(), metric);
        })}
      </div>
    </div>
  );
};
