/** Marks what the search finds wherever the page shows it, and steps through the hits of the open record. */
import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
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

interface Props {
  readonly query: Query;
  /** Whether a record is open. */
  readonly isOpen: boolean;
}

export const SearchHits = ({ query, isOpen }: Props): JSX.Element | null => {
  const { text, isPattern } = query;
  const expressions = useMemo(() => expressionsOf({ text, isPattern }), [text, isPattern]);
  const [hits, setHits] = useState<ReadonlyArray<Range>>([]);
  const [current, setCurrent] = useState(-1);
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const mark = (): void => {
      waiting = undefined;
      const inRows = Array.from(document.querySelectorAll(".grid .rows")).flatMap((root) =>
        hitsIn(root, expressions, maxHits),
      );
      const inRecord = Array.from(document.querySelectorAll(".drawer .content")).flatMap((root) =>
        hitsIn(root, expressions, maxHits),
      );
      show("search", [...inRows, ...inRecord]);
      setHits(inRecord);
    };
    const main = document.querySelector("main");
    mark();
    if (expressions.length === 0 || main === null) return undefined;
    const observer = new MutationObserver((changes) => {
      if (changes.every(({ target }) => bar.current?.contains(target) === true)) return;
      waiting ??= setTimeout(mark, pauseMillis);
    });
    observer.observe(main, { childList: true, characterData: true, subtree: true });
    return () => {
      observer.disconnect();
      clearTimeout(waiting);
    };
  }, [expressions]);
  // Another record starts at its first hit.
  const opened = query.record === null ? "" : `${query.record.run}:${query.record.id}`;
  useEffect(() => setCurrent(-1), [opened, expressions]);
  const place = current < hits.length ? current : -1;
  useEffect(() => {
    const hit = hits[place];
    show("search-current", hit === undefined ? [] : [hit]);
  }, [hits, place]);
  const step = (by: number): void => {
    if (hits.length === 0) return;
    const next = place < 0 && by < 0 ? hits.length - 1 : (place + by + hits.length) % hits.length;
    setCurrent(next);
    const element = hits[next]?.startContainer.parentElement;
    // What is folded around it opens.
    for (let own = element?.closest("details"); own; own = own.parentElement?.closest("details")) {
      own.open = true;
    }
    element?.scrollIntoView({ block: "center" });
  };
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== "h" || !isFree(event)) return;
      event.preventDefault();
      step(event.shiftKey ? -1 : 1);
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  });
  if (!isOpen || expressions.length === 0) return null;
  const all = `${count(hits.length)}${hits.length >= maxHits ? "+" : ""}`;
  return (
    <div ref={bar} class="hits" role="group" aria-label="Hits of the search in this record">
      <output>
        {hits.length === 0
          ? "No hit in what is shown"
          : place < 0
            ? `${all} ${hits.length === 1 ? "hit" : "hits"}`
            : `Hit ${count(place + 1)} of ${all}`}
      </output>
      <button
        type="button"
        class="quiet"
        aria-label="Previous hit"
        aria-keyshortcuts="Shift+H"
        disabled={hits.length === 0}
        onClick={() => step(-1)}
      >
        ↑
      </button>
      <button
        type="button"
        class="quiet"
        aria-label="Next hit"
        aria-keyshortcuts="H"
        disabled={hits.length === 0}
        onClick={() => step(1)}
      >
        ↓
      </button>
    </div>
  );
};
