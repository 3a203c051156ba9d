/** The rows of a list that are in sight, and those near them. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import * as ScrollScale from "./ScrollScale.ts";

export interface RowWindow {
  /** The height of the element with the rows, in pixels. */
  readonly height: number;
  /** The rows that are in the document: from the first to before the second. */
  readonly from: number;
  readonly to: number;
  /** Where a row is in the element, in pixels. */
  readonly placeOf: (row: number) => number;
  /** The first row in sight. */
  readonly top: number;
  /** Scrolls as little as possible, so that a row is in sight. */
  readonly reveal: (row: number) => void;
  /** Scrolls by a number of rows. */
  readonly moveBy: (rows: number) => void;
  readonly moveToTop: () => void;
}

export interface Options {
  readonly scroll: { readonly current: HTMLElement | null };
  readonly rows: number;
  readonly rowHeight: number;
  /** The height of what covers the top of the list, in pixels. */
  readonly headerHeight: number;
  /** How many rows beyond those in sight are in the document, on either side. */
  readonly overscan: number;
}

/** The scroll bar is corrected this long after the last step, in milliseconds. */
const restMillis = 200;

/** The most rows of the first paint: those below them follow at once. */
const maxFirstRows = 12;

export const useRowWindow = (options: Options): RowWindow => {
  const { scroll, rows, rowHeight, headerHeight, overscan } = options;
  const [scale] = useState(ScrollScale.make);
  // A guess until the browser has laid out the page: to ask for the height would make it do so at once.
  const [viewport, setViewport] = useState(() => window.innerHeight);
  const [, render] = useState(0);
  // The first rows are few, so that they appear as soon as possible. Effects run after the first paint.
  const [hasPainted, setHasPainted] = useState(false);
  const hasRows = rows > 0;
  useEffect(() => {
    if (hasRows) setHasPainted(true);
  }, [hasRows]);
  const extent: ScrollScale.Extent = {
    rows,
    rowHeight,
    viewport: Math.max(0, viewport - headerHeight),
  };
  // The functions of a window stay the same, and use the latest extent.
  const latest = useRef(extent);
  latest.current = extent;
  useLayoutEffect(() => {
    const { current: element } = scroll;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setViewport(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroll]);
  useEffect(() => {
    const { current: element } = scroll;
    if (element === null) return undefined;
    let resting: ReturnType<typeof setTimeout> | undefined;
    const correct = (isResting: boolean): void => {
      const scrollTop = scale.correction(latest.current, isResting);
      if (scrollTop !== undefined) element.scrollTop = scrollTop;
    };
    const onScroll = (): void => {
      scale.onScroll(element.scrollTop, latest.current);
      correct(false);
      clearTimeout(resting);
      resting = setTimeout(() => correct(true), restMillis);
      render((n) => n + 1);
    };
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      clearTimeout(resting);
      element.removeEventListener("scroll", onScroll);
    };
  }, [scroll, scale]);
  const moves = useMemo(() => {
    const moveTo = (top: number): void => {
      const before = scale.scrollTop();
      const scrollTop = scale.moveTo(top, latest.current);
      if (scroll.current !== null && scrollTop !== before) scroll.current.scrollTop = scrollTop;
      render((n) => n + 1);
    };
    return {
      reveal: (row: number) => {
        const start = row * rowHeight;
        const top = scale.top();
        const { viewport: height } = latest.current;
        if (start < top) moveTo(start);
        else if (start + rowHeight > top + height) moveTo(start + rowHeight - height);
      },
      moveBy: (by: number) => moveTo(scale.top() + by * rowHeight),
      moveToTop: () => moveTo(0),
    };
  }, [scroll, scale, rowHeight]);
  const first = Math.floor(scale.top() / rowHeight);
  const room = Math.ceil(extent.viewport / rowHeight) + 1;
  const inSight = hasPainted ? room : Math.min(room, maxFirstRows);
  const beyond = hasPainted ? overscan : 0;
  return {
    ...moves,
    height: scale.height(extent),
    from: Math.max(0, Math.min(rows, first - beyond)),
    to: Math.min(rows, first + inSight + beyond),
    placeOf: (row) => row * rowHeight + scale.shift(),
    top: first,
  };
};
