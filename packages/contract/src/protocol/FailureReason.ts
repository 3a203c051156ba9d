/**
 * Why something failed, in the words of the innermost cause. Transports wrap what happened ("fetch failed") around why
 * ("connect ECONNREFUSED 127.0.0.1:1"), and only the innermost reason is worth reading. The text may quote anything:
 * redact it.
 *
 * Errors are recognised by their shape. One of another realm is no instance of this realm's `Error`: Node's own errors
 * are such where tests run in a VM context (Jest, Vitest's vmThreads).
 */

/** What is read of an error. */
export interface ErrorLike {
  readonly message: string;
  readonly name?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
  readonly stack?: unknown;
}

/** Whether a value is an error of any realm. */
export const isErrorLike = (value: unknown): value is ErrorLike =>
  typeof value === "object" &&
  value !== null &&
  "message" in value &&
  typeof value.message === "string";

/** What a caller's own function threw, by name and message; a text that was thrown is its own description. */
export const ofThrown = (thrown: unknown): string => {
  if (typeof thrown === "string") return thrown;
  if (!isErrorLike(thrown)) return "something that is no error";
  const name = typeof thrown.name === "string" ? thrown.name : "Error";
  return thrown.message === "" ? name : `${name}: ${thrown.message}`;
};

// Causes may form a circle.
const maxDepth = 8;

/** The message of the innermost cause, with its error code; `fallback` where a failure gives no reason. */
export const describe = (failure: unknown, fallback = "the transport gave no reason"): string => {
  const cause = innermost(failure);
  if (!isErrorLike(cause)) return typeof cause === "string" ? cause : fallback;
  const code = typeof cause.code === "string" ? cause.code : "";
  const name = typeof cause.name === "string" ? cause.name : fallback;
  const message = cause.message === "" ? name : cause.message;
  return message.includes(code) ? message : `${message} (${code})`;
};

const innermost = (failure: unknown): unknown => {
  let cause = failure;
  for (let depth = 0; depth < maxDepth && isErrorLike(cause); depth += 1) {
    const inner: unknown = Array.isArray(cause.errors) ? cause.errors[0] : cause.cause;
    if (!isErrorLike(inner)) return typeof inner === "string" && inner !== "" ? inner : cause;
    cause = inner;
  }
  return cause;
};
