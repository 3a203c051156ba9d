/** Which keys are the page's, and which belong to what has the focus. */

/** Whether a key is free to mean something to the page as a whole: no field takes it, and nothing has answered it. */
export const isFree = (event: KeyboardEvent): boolean =>
  !event.defaultPrevented &&
  !event.ctrlKey &&
  !event.metaKey &&
  !event.altKey &&
  !(event.target instanceof Element && event.target.matches("input, select, textarea"));

/** Puts the focus on the records, where there are any. */
export const focusRecords = (): void => document.querySelector<HTMLElement>("#records")?.focus();
