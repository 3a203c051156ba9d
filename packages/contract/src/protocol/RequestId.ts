/**
 * The id that a service gave to a request. The people who run the service find the request in their logs by it.
 */
import * as TerminalText from "./TerminalText.ts";

/**
 * The headers that carry it, best first: the service's own id comes before that of the cloud, the network or the trace
 * that the request went through.
 */
export const headers = [
  "x-request-id",
  "request-id",
  "x-correlation-id",
  "x-amzn-requestid",
  "x-amz-request-id",
  "x-vercel-id",
  "cf-ray",
  "x-amz-cf-id",
  "traceparent",
] as const;

const maxLength = 200;

/** The id of a response, in one line of at most 200 characters; undefined if no header has one. */
export const of = (
  header: (name: string) => string | undefined,
  redact: (text: string) => string,
): string | undefined => {
  for (const name of headers) {
    const value = header(name);
    const id = value === undefined ? "" : TerminalText.line(redact(value), maxLength);
    if (id !== "") return id;
  }
  return undefined;
};
