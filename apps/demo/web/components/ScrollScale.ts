/**
 * The place of a scrolled list whose rows may be higher together than a browser allows: Chromium ends elements at
 * 33,554,428 pixels, Firefox sooner. Beyond {@link maxHeight} the element is lower than its rows. Then a step of the wheel
 * or of a key moves the rows by as many pixels as it says, and the scroll bar moves through all of them in proportion.
 */

/** The height of the highest element, in pixels. */
export const maxHeight = 15_000_000;

/** What is scrolled. */
export interface Extent {
  /** How many rows there are, and the height of each. */
  readonly rows: number;
  readonly rowHeight: number;
  /** The height of what is in sight. */
  readonly viewport: number;
}

export interface ScrollScale {
  /** The height of the element. */
  readonly height: (extent: Extent) => number;
  /** How many pixels of the rows are above what is in sight. */
  readonly top: () => number;
  /** Where the element is, as far as is known here. */
  readonly scrollTop: () => number;
  /** How much lower the rows are in the element than they are high together: 0 unless it is lower than its rows. */
  readonly shift: () => number;
  /** The element was scrolled to `scrollTop`. */
  readonly onScroll: (scrollTop: number, extent: Extent) => void;
  /** Moves to a number of pixels. Returns the `scrollTop` to set, which {@link onScroll} then takes for no step. */
  readonly moveTo: (top: number, extent: Extent) => number;
  /**
   * The `scrollTop` to set so that the scroll bar shows the place; undefined where it does. `isResting` is whether the
   * user has not scrolled for a moment: a scroll bar that moves under a drag is no help, unless it is at its end.
   */
  readonly correction: (extent: Extent, isResting: boolean) => number | undefined;
}

const span = ({ rows, rowHeight, viewport }: Extent): number =>
  Math.max(0, rows * rowHeight - viewport);

const height = ({ rows, rowHeight }: Extent): number => Math.min(maxHeight, rows * rowHeight);

const elementSpan = (extent: Extent): number => Math.max(0, height(extent) - extent.viewport);

const isScaled = ({ rows, rowHeight }: Extent): boolean => rows * rowHeight > maxHeight;

const clamp = (top: number, extent: Extent): number => Math.max(0, Math.min(span(extent), top));

/** Starts at the top. */
export const make = (): ScrollScale => {
  let top = 0;
  let last = 0;
  const idealOf = (extent: Extent): number =>
    isScaled(extent) ? (top / span(extent)) * elementSpan(extent) : top;
  return {
    height,
    top: () => top,
    scrollTop: () => last,
    shift: () => last - top,
    onScroll: (scrollTop, extent) => {
      const step = scrollTop - last;
      last = scrollTop;
      if (!isScaled(extent)) top = scrollTop;
      else if (Math.abs(step) <= 2 * extent.viewport) top = clamp(top + step, extent);
      else top = (scrollTop / elementSpan(extent)) * span(extent);
    },
    moveTo: (to, extent) => {
      top = clamp(to, extent);
      // Browsers round what is set, and report a step of less than a pixel.
      last = Math.round(idealOf(extent));
      if (!isScaled(extent)) top = last;
      return last;
    },
    correction: (extent, isResting) => {
      if (!isScaled(extent)) return undefined;
      const ideal = Math.round(idealOf(extent));
      const isAtEnd =
        (last < extent.viewport && ideal > last) ||
        (last > elementSpan(extent) - extent.viewport && ideal < last);
      if (Math.abs(ideal - last) < 1 || !(isResting || isAtEnd)) return undefined;
      last = ideal;
      return ideal;
    },
  };
};
