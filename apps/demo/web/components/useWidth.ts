import { useLayoutEffect, useState } from "preact/hooks";

/** The width of an element in pixels, while it is wanted; 0 until it is known. */
export const useWidth = (
  element: { readonly current: HTMLElement | null },
  isWanted: boolean,
): number => {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null || !isWanted) return undefined;
    const observer = new ResizeObserver(() => setWidth(current.clientWidth));
    observer.observe(current);
    return () => observer.disconnect();
  }, [element, isWanted]);
  return width;
};
