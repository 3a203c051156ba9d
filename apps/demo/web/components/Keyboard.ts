/** Which keys the page handles, and which belong to the element with the focus. */

/** Whether the page may handle a key: no field takes it, and no element has handled it. */
export const isFree = (event: KeyboardEvent): boolean =>
  !event.defaultPrevented &&
  !event.ctrlKey &&
  !event.metaKey &&
  !event.altKey &&
  !(event.target instanceof Element && event.target.matches("input, select, textarea"));

/** Puts the focus on the records, if there are any. */
export const focusRecords = (): void => document.querySelector<HTMLElement>("#records")?.focus();
