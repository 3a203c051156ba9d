/** Rows that stay where they are while a hand is on them. */
import type { View } from "../worker/Engine.ts";
import { toFragment } from "../Query.ts";

/** In milliseconds: so long after the last move of a pointer or press of a key, rows may move again. */
const pause = 1500;

/** Which view the rows are shown from. */
export interface RowFreeze {
  /**
   * A newer view. It is shown at once, unless it answers the same question as the one before and somebody is about
   * to choose a row: then after a pause, so that what is pressed does not become another record.
   */
  readonly offer: (view: View) => void;
  /** Somebody is about to choose a row. */
  readonly touch: () => void;
}

/** Begins with nothing shown. */
export const make = (show: (view: View) => void): RowFreeze => {
  let touched = Number.NEGATIVE_INFINITY;
  let question: string | undefined;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const offer = (view: View): void => {
    clearTimeout(waiting);
    const asked = toFragment(view.query);
    const left = touched + pause - performance.now();
    if (asked === question && left > 0) {
      waiting = setTimeout(() => offer(view), left);
    } else {
      question = asked;
      show(view);
    }
  };
  return {
    offer,
    touch: () => {
      touched = performance.now();
    },
  };
};
