import * as Duration from "effect/Duration";

/**
 * Reads how long a response asks to wait before the next request: `retry-after-ms` (milliseconds), else `Retry-After`
 * in seconds or as a date (RFC 9110, section 10.2.3). Undefined if the headers are missing or unusable: zero, a date in
 * the past, or neither a number nor a date.
 *
 * The wait until a date counts from the response's own `Date`, so that the two clocks need not agree.
 *
 * @param now - the current time in milliseconds since the epoch, for a response without a `Date`
 */
export const parse = (
  headers: { readonly [name: string]: string | undefined },
  now: number,
): Duration.Duration | undefined => {
  const millis =
    positive(headers["retry-after-ms"], 1) ??
    fromRetryAfter(headers["retry-after"], parseDate(headers["date"]) ?? now);
  return millis === undefined ? undefined : Duration.millis(millis);
};

// The three forms of an HTTP-date (RFC 9110, section 5.6.7). Date.parse alone would accept much else as a date, and
// would read the asctime form as local time.
const httpDateForms = [
  String.raw`[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT`,
  String.raw`[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT`,
  String.raw`[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}`,
];
const httpDate = new RegExp(`^(?:${httpDateForms.join("|")})$`);

const fromRetryAfter = (value: string | undefined, now: number): number | undefined => {
  const seconds = positive(value, 1000);
  if (seconds !== undefined) return seconds;
  const date = parseDate(value);
  return date !== undefined && date > now ? date - now : undefined;
};

const parseDate = (value: string | undefined): number | undefined => {
  const date = value?.trim() ?? "";
  if (!httpDate.test(date)) return undefined;
  const time = Date.parse(date.endsWith("GMT") ? date : `${date} GMT`);
  return Number.isNaN(time) ? undefined : time;
};

const positive = (value: string | undefined, unit: number): number | undefined => {
  if (value === undefined || !/^\s*\d+(\.\d+)?\s*$/.test(value)) return undefined;
  const millis = Number(value) * unit;
  return millis > 0 && Number.isFinite(millis) ? millis : undefined;
};
