import { Duration } from "effect";

/**
 * How long a response asks to wait before the next request: `retry-after-ms` (milliseconds), else
 * `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3). Undefined when the response does
 * not say, or says nothing usable: zero, the past, or no number or date at all.
 *
 * @param now - milliseconds since the epoch, against which a date is held
 */
export const parse = (
  headers: { readonly [name: string]: string | undefined },
  now: number,
): Duration.Duration | undefined => {
  const millis =
    positive(headers["retry-after-ms"], 1) ?? fromRetryAfter(headers["retry-after"], now);
  return millis === undefined ? undefined : Duration.millis(millis);
};

const fromRetryAfter = (value: string | undefined, now: number): number | undefined => {
  const seconds = positive(value, 1000);
  if (seconds !== undefined || value === undefined || !/[a-z]/i.test(value)) return seconds;
  const wait = Date.parse(value) - now;
  return wait > 0 ? wait : undefined;
};

const positive = (value: string | undefined, unit: number): number | undefined => {
  if (value === undefined || !/^\s*\d+(\.\d+)?\s*$/.test(value)) return undefined;
  const millis = Number(value) * unit;
  return millis > 0 && Number.isFinite(millis) ? millis : undefined;
};
