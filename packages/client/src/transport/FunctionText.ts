/**
 * The source text of a function, or no text for any other value. By it the client recognises functions of Node that no
 * test and no tool has replaced: a mock, a wrapper or a proxy has another text.
 */
export const textOf = (value: unknown): string =>
  typeof value === "function" ? Function.prototype.toString.call(value) : "";
