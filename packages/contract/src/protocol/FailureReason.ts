/**
 * The reason of a failure: the message of its innermost cause. Transports wrap what happened ("fetch failed") around
 * why ("connect ECONNREFUSED 127.0.0.1:1"), and only the innermost reason is worth reading. The text may quote
 * anything: redact it.
 */

// Causes may form a circle.
const maxDepth = 8;

/** The message of the innermost cause, with its error code; `fallback` if the failure gives no reason. */
export const describe = (failure: unknown, fallback = "the transport gave no reason"): string => {
  const cause = innermost(failure);
  if (!(cause instanceof Error)) return typeof cause === "string" ? cause : fallback;
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : "";
  const message = cause.message === "" ? cause.name : cause.message;
  return message.includes(code) ? message : `${message} (${code})`;
};

const innermost = (failure: unknown): unknown => {
  let cause = failure;
  for (let depth = 0; depth < maxDepth && cause instanceof Error; depth += 1) {
    const inner: unknown = cause instanceof AggregateError ? cause.errors[0] : cause.cause;
    if (!(inner instanceof Error)) break;
    cause = inner;
  }
  return cause;
};
