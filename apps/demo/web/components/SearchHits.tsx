/** Marks what the search finds wherever the page shows it, and steps through the hits of the open record. */
import type { JSX } from "preact";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { count } from "../../src/figures/Figures.ts";
import { expressionsOf, type Query } from "../query/Query.ts";
import { isFree } from "./Keyboard.ts";

/** The most hits that are marked, and the most characters that are looked at: a record can have megabytes. */
const maxHits = 2000;
const maxCharacters = 4_000_000;

/** The wait after a change of the page before it is marked again, in milliseconds. */
const pauseMillis = 60;

/** What the page says itself, and what it says of a folded text, which says it again once it is unfolded. */
const ownWords = "button, select, h3, .note, .brief, .stacked-title, .state";

/** The hits in the texts of an element. */
const hitsIn = (
  root: Element,
  expressions: ReadonlyArray<RegExp>,
  room: number,
): ReadonlyArray<Range> => {
  const hits: Array<Range> = [];
  const walker = document.createTreeWalker(
    root,
    NodeFilter.SHOW_ELEMENT + NodeFilter.SHOW_TEXT,
    (node) =>
      !(node instanceof Element)
        ? NodeFilter.FILTER_ACCEPT
        : node.matches(ownWords)
          ? NodeFilter.FILTER_REJECT
          : NodeFilter.FILTER_SKIP,
  );
  let characters = 0;
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = node.nodeValue ?? "";
    characters += text.length;
    if (characters > maxCharacters) break;
    const found = expressions.flatMap((expression) =>
      Array.from(text.matchAll(expression), ({ index, 0: hit }) => ({
        index,
        end: index + hit.length,
      })),
    );
    // As they are read, not word by word.
    for (const { index, end } of found.toSorted((a, b) => a.index - b.index || a.end - b.end)) {
      if (end === index) continue;
      if (hits.length >= room) return hits;
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, end);
      hits.push(range);
    }
  }
  return hits;
};

const show = (name: string, ranges: ReadonlyArray<Range>): void => {
  if (!("highlights" in CSS)) return;
  CSS.highlights.set(name, new Highlight(...ranges));
};

type WaitingStep =
  /** Into the first hit of a record other than `from`, or backwards into its last. */
  | { readonly type: "record"; readonly from: string; readonly by: 1 | -1 }
  /** From this hit to the next one, or to the one before. */
  | { readonly type: "unfold"; readonly from: Range | undefined; readonly by: 1 | -1 };

/** The place of the hit after one, or of the one before; without one, of the first or the last. -1 for none. */
const besideIn = (hits: ReadonlyArray<Range>, from: Range | undefined, by: 1 | -1): number => {
  if (from === undefined || !from.startContainer.isConnected) {
    return by > 0 && hits.length > 0 ? 0 : hits.length - 1;
  }
  const isBeyond = (hit: Range): boolean => by * hit.compareBoundaryPoints(0, from) > 0;
  return by > 0 ? hits.findIndex(isBeyond) : hits.findLastIndex(isBeyond);
};

/** Opens all that is folded in the open record. Returns whether there was something. */
const unfold = (): boolean => {
  const folded = document.querySelectorAll<HTMLDetailsElement>(
    ".drawer .content details:not([open])",
  );
  for (const details of folded) details.open = true;
  return folded.length > 0;
};

interface Props {
  readonly query: Query;
  /** Whether a record is open. */
  readonly isOpen: boolean;
  /** How many hits the open record has, shown or not; null where that is unknown. */
  readonly inRecord: number | null;
  /** Opens the next record, or the one before; without an open one, the active one. Returns false where there is none. */
  readonly onRecord: (by: 1 | -1) => boolean;
}

export const SearchHits = ({ query, isOpen, inRecord, onRecord }: Props): JSX.Element | null => {
  const { text, isPattern } = query;
  const expressions = useMemo(() => expressionsOf({ text, isPattern }), [text, isPattern]);
  const [hits, setHits] = useState<ReadonlyArray<Range>>([]);
  const [current, setCurrent] = useState(-1);
  /** In which direction there was no record to step into. */
  const [end, setEnd] = useState<1 | -1 | null>(null);
  const opened = query.record === null ? "" : `${query.record.run}:${query.record.id}`;
  const openedNow = useRef(opened);
  openedNow.current = opened;
  /** A step that waits: for another record to be loaded, or for what is folded to unfold. */
  const entry = useRef<WaitingStep | null>(null);
  const currentHit = useRef<Range>(undefined);
  const inRecordNow = useRef(inRecord);
  inRecordNow.current = inRecord;
  const bar = useRef<HTMLDivElement>(null);
  // Another record starts before its first hit.
  useEffect(() => {
    setCurrent(-1);
    setEnd(null);
  }, [opened, expressions]);
  const goTo = useCallback((place: number, all: ReadonlyArray<Range>): void => {
    setCurrent(place);
    setEnd(null);
    const element = all[place]?.startContainer.parentElement;
    // What is folded around it opens.
    for (let own = element?.closest("details"); own; own = own.parentElement?.closest("details")) {
      own.open = true;
    }
    element?.scrollIntoView({ block: "center" });
  }, []);
  useEffect(() => {
    let waiting: ReturnType<typeof setTimeout> | undefined;
    /** Takes the step that waits. */
    const enter = (found: ReadonlyArray<Range>): void => {
      const { current: step } = entry;
      if (step === null) return;
      const { by } = step;
      if (step.type === "record") {
        const isLoaded = document.querySelector('.drawer .content[aria-busy="false"]') !== null;
        if (!isLoaded || openedNow.current === step.from) return;
        if ((inRecordNow.current ?? 0) > found.length && unfold()) {
          entry.current = { type: "unfold", by, from: undefined };
          return;
        }
      }
      entry.current = null;
      const next = besideIn(found, step.type === "unfold" ? step.from : undefined, by);
      if (next >= 0) goTo(next, found);
      else if (step.type === "unfold") leave.current(by);
    };
    const mark = (): void => {
      waiting = undefined;
      const inRows = Array.from(document.querySelectorAll(".grid .rows")).flatMap((root) =>
        hitsIn(root, expressions, maxHits),
      );
      const inDrawer = Array.from(document.querySelectorAll(".drawer .content")).flatMap((root) =>
        hitsIn(root, expressions, maxHits),
      );
      show("search", [...inRows, ...inDrawer]);
      setHits(inDrawer);
      // The current hit stays where it is as others appear before it.
      const { current: before } = currentHit;
      if (before?.startContainer.isConnected === true) {
        const same = inDrawer.findIndex((hit) => hit.compareBoundaryPoints(0, before) === 0);
        if (same >= 0) setCurrent(same);
      }
      enter(inDrawer);
    };
    const main = document.querySelector("main");
    mark();
    if (expressions.length === 0 || main === null) return undefined;
    const observer = new MutationObserver((changes) => {
      if (changes.every(({ target }) => bar.current?.contains(target) === true)) return;
      waiting ??= setTimeout(mark, pauseMillis);
    });
    observer.observe(main, {
      childList: true,
      characterData: true,
      subtree: true,
      attributeFilter: ["aria-busy"],
    });
    return () => {
      observer.disconnect();
      clearTimeout(waiting);
    };
  }, [expressions, goTo]);
  const place = current < hits.length ? current : -1;
  useEffect(() => {
    const hit = hits[place];
    currentHit.current = hit;
    show("search-current", hit === undefined ? [] : [hit]);
  }, [hits, place]);
  /** Steps into the record beside the open one. */
  const leave = useRef<(by: 1 | -1) => void>(() => {});
  leave.current = (by) => {
    entry.current = { type: "record", from: opened, by };
    if (onRecord(by)) return;
    entry.current = null;
    setEnd(by);
  };
  const step = (by: 1 | -1): void => {
    if (isOpen && inRecord !== null && inRecord > hits.length && unfold()) {
      entry.current = { type: "unfold", by, from: hits[place] };
      return;
    }
    const next = place < 0 && by < 0 ? hits.length - 1 : place + by;
    if (isOpen && next >= 0 && next < hits.length) goTo(next, hits);
    else leave.current(by);
  };
  // A layout effect, because keys can be faster than frames.
  useLayoutEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (expressions.length === 0 || event.key.toLowerCase() !== "h" || !isFree(event)) return;
      event.preventDefault();
      step(event.shiftKey ? -1 : 1);
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  });
  if (!isOpen || expressions.length === 0) return null;
  const isCut = hits.length >= maxHits;
  const all = `${count(hits.length)}${isCut ? "+" : ""}`;
  // What is folded, cut or in another trial.
  const more = inRecord !== null && inRecord > hits.length ? `, ${count(inRecord)} in all` : "";
  const said =
    hits.length === 0
      ? `No hit in what is shown${more}`
      : place >= 0
        ? `Hit ${count(place + 1)} of ${all}${more === "" ? "" : ` shown${more}`}`
        : more === ""
          ? `${all} ${hits.length === 1 ? "hit" : "hits"}`
          : `${all} shown${more}`;
  return (
    <div ref={bar} class="hits" role="group" aria-label="Hits of the search in this record">
      <output>
        {end === null ? said : `${said}. No ${end > 0 ? "later" : "earlier"} record is shown`}
      </output>
      <button
        type="button"
        class="quiet"
        aria-label="Previous hit"
        aria-keyshortcuts="Shift+H"
        onClick={() => step(-1)}
      >
        ↑
      </button>
      <button
        type="button"
        class="quiet"
        aria-label="Next hit"
        aria-keyshortcuts="H"
        onClick={() => step(1)}
      >
        ↓
      </button>
    </div>
  );
};
