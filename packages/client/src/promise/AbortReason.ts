/** What a call that is aborted throws. */

/** The error of an abort without a reason of its own. Some runtimes, such as React Native, have no `DOMException`. */
export const abortError = (message: string): Error =>
  typeof DOMException === "function"
    ? new DOMException(message, "AbortError")
    : Object.assign(new Error(message), { name: "AbortError" });

/** Why a signal was aborted. The signals of old runtimes have no reason. */
export const reasonOf = (signal: AbortSignal): unknown =>
  signal.reason ?? abortError("This operation was aborted");
