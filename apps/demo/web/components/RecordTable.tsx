/** The records as a grid: only the rows in sight are in the document, and the arrow keys walk through all of them. */
import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
} from "@tanstack/virtual-core";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Cell, Row } from "../../src/explore/ExploreProtocol.ts";
import type { MetricView, View } from "../worker/Engine.ts";
import * as Fmt from "../Figures.ts";
import { isFree } from "./Keyboard.ts";
import { type Query, toFragment } from "../Query.ts";
import { SafeText } from "./SafeText.tsx";

/** In pixels: two lines of text. */
const rowHeight = 46;

export interface Props {
  readonly view: View;
  readonly query: Query;
  readonly isComparison: boolean;
  /** The row of a record, by its run and its index there. */
  readonly row: (run: number, index: number) => Row | undefined;
  /** Whether a record is shown in full; it may be one that is not in the table. */
  readonly isSplit: boolean;
  /** The item that is open in the drawer; -1 for none. */
  readonly opened: number;
  readonly onOpen: (item: number) => void;
  /** Somebody is about to choose a row. */
  readonly onTouch: () => void;
  readonly onSort: (by: string) => void;
}

const useVirtualizer = (count: number, scroll: { readonly current: HTMLDivElement | null }) => {
  const [, render] = useState(0);
  const options = {
    count,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    // What scrolls under the header is not seen.
    scrollPaddingStart: headerHeight,
    overscan: 12,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: () => render((n) => n + 1),
  };
  const [virtualizer] = useState(() => new Virtualizer<HTMLDivElement, HTMLDivElement>(options));
  virtualizer.setOptions(options);
  // oxlint-disable-next-line no-underscore-dangle -- how the library's adapters mount it
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  // oxlint-disable-next-line no-underscore-dangle
  useLayoutEffect(() => virtualizer._willUpdate());
  return virtualizer;
};

const headerHeight = 32;

/** Where an item stands now; -1 where it is not shown. */
const placeOf = ({ records, baselines }: View, record: number, baseline: number): number => {
  const [own, other, wanted, counterpart] =
    record >= 0 ? [records, baselines, record, baseline] : [baselines, records, baseline, record];
  const place = own.indexOf(wanted);
  return place >= 0 && (other[place] ?? -1) === counterpart ? place : -1;
};

export const RecordTable = (props: Props): JSX.Element => {
  const { view, query, isComparison, isSplit, opened, onOpen, onTouch } = props;
  const scroll = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const items = view.records.length;
  const virtualizer = useVirtualizer(items, scroll);
  const at = Math.min(active, items - 1);

  // Records that arrive above what is being read do not push it away.
  const anchor = useRef<{
    readonly record: number;
    readonly baseline: number;
    readonly top: number;
  }>(undefined);
  const top = Math.floor((scroll.current?.scrollTop ?? 0) / rowHeight);
  useLayoutEffect(() => {
    const { current: element } = scroll;
    const { current: was } = anchor;
    if (element === null || was === undefined || element.scrollTop < rowHeight) return;
    const now = placeOf(view, was.record, was.baseline);
    if (now >= 0 && now !== was.top) element.scrollTop += (now - was.top) * rowHeight;
  }, [view]);
  useLayoutEffect(() => {
    anchor.current = {
      record: view.records[top] ?? -1,
      baseline: view.baselines[top] ?? -1,
      top,
    };
  });

  // A new question is answered from the top; the same one about more records is not.
  const question = toFragment({ ...query, record: null });
  useEffect(() => {
    scroll.current?.scrollTo({ top: 0 });
    setActive(0);
  }, [question]);

  useEffect(() => {
    if (opened < 0) return;
    setActive(opened);
    virtualizer.scrollToIndex(opened, { align: "auto" });
  }, [opened, virtualizer]);

  const go = (to: number): void => {
    const next = Math.max(0, Math.min(items - 1, to));
    setActive(next);
    virtualizer.scrollToIndex(next, { align: "auto" });
    if (isSplit) onOpen(next);
    else scroll.current?.focus();
  };
  const page = Math.max(1, Math.floor((scroll.current?.clientHeight ?? 0) / rowHeight) - 2);
  // In layout, not after paint: keys can come faster than frames.
  useLayoutEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const to = isFree(event) ? stepOf(event, at, page, items) : undefined;
      if (to === undefined || items === 0) return;
      if (event.target !== scroll.current && !isForRecords(event, isSplit)) return;
      event.preventDefault();
      if (to === "open") onOpen(at);
      else go(to);
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
      aria-activedescendant={items > 0 ? `item-${at}` : undefined}
      style={{
        // Beside an open record there is less room.
        "--columns": !isSplit
          ? `104px minmax(min(260px, 45vw), 1fr) repeat(${columns}, ${isComparison ? 132 : 104}px)`
          : `92px minmax(150px, 1fr) repeat(${columns}, ${isComparison ? 124 : 72}px)`,
      }}
    >
      <div class="sheet">
        <Header {...props} />
        <div class="rows" role="rowgroup" style={{ height: `${virtualizer.getTotalSize()}px` }}>
          {virtualizer.getVirtualItems().map(({ index, start }) => {
            const record = view.records[index];
            if (record === undefined) return null;
            return (
              <Line
                key={`${record}/${view.baselines[index] ?? -1}`}
                {...props}
                index={index}
                start={start}
                record={record}
                baseline={view.baselines[index] ?? -1}
                isActive={index === at}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
};

/** Whether a key that was pressed outside the grid walks the records all the same. */
const isForRecords = ({ key, target }: KeyboardEvent, isSplit: boolean): boolean => {
  if (key === "j" || key === "k") return true;
  // What scrolls keeps its arrows, and a button its Enter.
  if (key === "ArrowDown" || key === "ArrowUp") {
    return !(target instanceof Element && target.matches(".content, .json, .metrics"));
  }
  return target === document.body && !isSplit;
};

const stepOf = (
  { key }: KeyboardEvent,
  at: number,
  page: number,
  items: number,
): number | "open" | undefined => {
  switch (key) {
    case "ArrowDown":
    case "j":
      return at + 1;
    case "ArrowUp":
    case "k":
      return at - 1;
    case "PageDown":
      return at + page;
    case "PageUp":
      return at - page;
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

/** How the order by `worst` reads: of one run, of two; ascending, descending. */
const worst = [
  ["failing first", "passing first"],
  ["regressions first", "improvements first"],
];

const Header = ({ view, query, isComparison, onSort }: Props): JSX.Element => {
  const column = (by: string, name: string, title: string, isNumeric = false) => {
    const isSorted = query.sort === by;
    const order = by === "worst" ? worst[Number(isComparison)]?.[Number(query.isDescending)] : "";
    return (
      <div
        key={by}
        role="columnheader"
        class={isNumeric ? "numeric" : ""}
        aria-sort={isSorted ? (query.isDescending ? "descending" : "ascending") : "none"}
      >
        <button type="button" title={title} onClick={() => onSort(by)}>
          <SafeText>{name}</SafeText>
          {isSorted ? (
            <small>{order ? ` ${order}` : query.isDescending ? " ↓" : " ↑"}</small>
          ) : null}
        </button>
      </div>
    );
  };
  return (
    <div class="head" role="rowgroup">
      <div role="row" aria-rowindex={1}>
        {column("listed", isComparison ? "Testcase" : "Record", "Sort as listed by the service")}
        {column(
          "worst",
          "Input and output",
          isComparison ? "Sort regressions first" : "Sort failing first",
        )}
        {view.metrics.map(({ id }) =>
          column(id, Fmt.shortId(id), `Sort by ${isComparison ? "the change of " : ""}${id}`, true),
        )}
      </div>
    </div>
  );
};

interface LineProps extends Props {
  readonly index: number;
  readonly start: number;
  readonly record: number;
  readonly baseline: number;
  readonly isActive: boolean;
}

const Line = (props: LineProps): JSX.Element | null => {
  const { view, isComparison, row, index, start, record, baseline, isActive, opened, onOpen } =
    props;
  const own = record < 0 ? undefined : row(isComparison ? 1 : 0, record);
  const before = baseline < 0 ? undefined : row(0, baseline);
  const shown = own ?? before;
  if (shown === undefined) return null;
  const fails = own?.cells.some(
    (cell, metric) => cell === false && view.metrics[metric]?.kind === "boolean",
  );
  return (
    <div
      id={`item-${index}`}
      role="row"
      class={`line${isActive ? " active" : ""}${index === opened ? " open" : ""}${fails ? " fails" : ""}`}
      aria-rowindex={index + 2}
      aria-selected={index === opened}
      style={{ transform: `translateY(${start}px)` }}
      onClick={() => onOpen(index)}
    >
      <div role="gridcell" class="id">
        <SafeText>{isComparison ? (shown.testcaseId ?? shown.id) : shown.id}</SafeText>
        <small>
          {isComparison ? (
            own === undefined ? (
              "baseline only"
            ) : before === undefined ? (
              "candidate only"
            ) : (
              ""
            )
          ) : shown.testcaseId === null ? (
            "no testcase"
          ) : (
            <SafeText>{`testcase ${shown.testcaseId}`}</SafeText>
          )}
        </small>
      </div>
      <div role="gridcell" class="text">
        <SafeText>{shown.input}</SafeText>
        <small>
          <SafeText>{shown.output}</SafeText>
        </small>
      </div>
      {view.metrics.map((metric, column) => (
        <div key={metric.id} role="gridcell" class="numeric">
          {isComparison ? (
            <Change
              kind={metric.kind}
              before={before === undefined ? undefined : (before.cells[column] ?? null)}
              after={own === undefined ? undefined : (own.cells[column] ?? null)}
            />
          ) : (
            <Score cell={shown.cells[column] ?? null} kind={metric.kind} />
          )}
        </div>
      ))}
    </div>
  );
};

interface ScoreProps {
  readonly cell: Cell;
  readonly kind: MetricView["kind"];
}

/** A score in a word. Missing and invalid ones are never shown as a value. */
export const Score = ({ cell, kind }: ScoreProps): JSX.Element => {
  if (cell === null)
    return (
      <span class="score missing" title="No score">
        –
      </span>
    );
  if (cell === "invalid" || (cell !== "other" && typeof cell !== kind)) {
    return <span class="score invalid">invalid</span>;
  }
  if (cell === "other") return <span class="score other">other</span>;
  if (typeof cell === "number") return <span class="score">{Fmt.number(cell)}</span>;
  return cell ? (
    <span class="score pass">
      <i aria-hidden="true">✓</i> pass
    </span>
  ) : (
    <span class="score fail">
      <i aria-hidden="true">✕</i> fail
    </span>
  );
};

interface ChangeProps {
  readonly kind: MetricView["kind"];
  /** Undefined where the run does not have the testcase. */
  readonly before: Cell | undefined;
  readonly after: Cell | undefined;
}

const Change = ({ kind, before, after }: ChangeProps): JSX.Element => {
  if (before === undefined || after === undefined) {
    const cell = after ?? before ?? null;
    return <Score cell={cell} kind={kind} />;
  }
  const isComparable = typeof before === kind && typeof after === kind;
  const by = isComparable ? Number(after) - Number(before) : 0;
  const verdict = by < 0 ? "worse" : by > 0 ? "better" : "same";
  if (before === after) return <Score cell={after} kind={kind} />;
  return (
    <span class={`change ${verdict}`}>
      <Score cell={before} kind={kind} />
      <span aria-label="to"> → </span>
      <Score cell={after} kind={kind} />
    </span>
  );
};
