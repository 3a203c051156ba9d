/** Keeps the rows in their places while the user is about to choose one. */
import { toQuestion } from "../query/Query.ts";
import type { View } from "../worker/View.ts";

/** Rows may move again this long after the last move of a pointer or press of a key, in milliseconds. */
const freezeMillis = 1500;

export interface RowFreeze {
  /**
   * Offers a newer view. It is shown at once, unless it answers the same question as the one before and the user was
   * active just now: then it waits, so that a click does not hit another record.
   */
  readonly offer: (view: View) => void;
  /** The user is active. */
  readonly touch: () => void;
}

/** Starts with nothing shown. */
export const make = (show: (view: View) => void): RowFreeze => {
  let touchedAt = Number.NEGATIVE_INFINITY;
  let shownQuestion: string | undefined;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const offer = (view: View): void => {
    clearTimeout(waiting);
    const question = toQuestion(view.query);
    const left = touchedAt + freezeMillis - performance.now();
    if (question === shownQuestion && left > 0) {
      waiting = setTimeout(() => offer(view), left);
    } else {
      shownQuestion = question;
      show(view);
    }
  };
  return {
    offer,
    touch: () => {
      touchedAt = performance.now();
    },
  };
};
