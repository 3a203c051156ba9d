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

/** The hits in the texts of an element. */
const hitsIn = (
  root: Element,
  expressions: ReadonlyArray<RegExp>,
  room: number,
): ReadonlyArray<Range> => {
  const hits: Array<Range> = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  let characters = 0;
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = node.nodeValue ?? "";
    characters += text.length;
    if (characters > maxCharacters) break;
    for (const expression of expressions) {
      for (const { index, 0: found } of text.matchAll(expression)) {
        if (found === "") continue;
        if (hits.length >= room) return hits;
        const range = document.createRange();
        range.setStart(node, index);
        range.setEnd(node, index + found.length);
        hits.push(range);
      }
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
  /** To the hit after this one. */
  | { readonly type: "unfold"; readonly after: Range | undefined };

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
      if (step !== null && step.type === "unfold") {
        entry.current = null;
        const { after } = step;
        const next = found.findIndex(
          (hit) => after === undefined || hit.compareBoundaryPoints(0, after) > 0,
        );
        if (next >= 0) goTo(next, found);
        return;
      }
      const isLoaded = document.querySelector('.drawer .content[aria-busy="false"]') !== null;
      if (step === null || !isLoaded || openedNow.current === step.from) return;
      entry.current = null;
      if (found.length > 0) goTo(step.by > 0 ? 0 : found.length - 1, found);
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
    show("search-current", hit === undefined ? [] : [hit]);
  }, [hits, place]);
  const step = (by: 1 | -1): void => {
    const next = place < 0 && by < 0 ? hits.length - 1 : place + by;
    if (isOpen && next >= 0 && next < hits.length) {
      goTo(next, hits);
      return;
    }
    if (isOpen && by > 0 && inRecord !== null && inRecord > hits.length && unfold()) {
      entry.current = { type: "unfold", after: hits[place] };
      return;
    }
    entry.current = { type: "record", from: opened, by };
    if (onRecord(by)) return;
    entry.current = null;
    setEnd(by);
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
