/**
 * How requests to the API are bounded and retried unless the caller says otherwise: the client, the laws and the
 * recorder of the fixtures keep to the same numbers.
 */

/** The longest time that an attempt at a page may take, including the body. */
export const timeoutMillis = 60_000;

/** The longest body to read, in bytes after decompression: 64 MiB. */
export const maxBodyBytes = 64 * 2 ** 20;

/** The most redirects to follow: as many as fetch (Fetch Standard, "HTTP-redirect fetch"). */
export const maxRedirects = 20;

/**
 * The default retry policy: three attempts, waits of 500 ms that double up to 8 s, and a `Retry-After` of up to a
 * minute.
 */
export const retry = {
  attempts: 3,
  baseDelayMillis: 500,
  maxDelayMillis: 8000,
  maxRetryAfterMillis: 60_000,
} as const;

/** Whether a response with this status may be different a little later: 408, 429, and 500 or above. */
export const isTransientStatus = (status: number): boolean =>
  status === 408 || status === 429 || status >= 500;
