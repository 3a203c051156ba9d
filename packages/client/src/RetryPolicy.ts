/**
 * When a page is asked for again, and after how long. A policy is a function from what failed to the wait
 * before the next attempt; it knows nothing of how requests are sent.
 */
import * as Duration from "effect/Duration";
import type { ListRecordsError } from "./ListRecordsError.ts";

/** What a policy decides on. */
export interface Failure {
  readonly error: ListRecordsError;
  /** How many requests have been sent for this page; at least 1. */
  readonly attempts: number;
  /** How long the service asked to wait, where it did. */
  readonly retryAfter: Duration.Duration | undefined;
  /** A random number from 0 (included) to 1 (excluded), for jitter. */
  readonly random: number;
}

/**
 * How long to wait before the next attempt, such as `"2 seconds"`; undefined gives up with the failure's error. So
 * does a policy that throws, or whose answer is no duration.
 */
export type RetryPolicy = (failure: Failure) => Duration.Input | undefined;

/** How the default policy retries. */
export interface RetryOptions {
  /** How many requests a page may take in all, the first included: a whole number, 1 or above. Default 3. */
  readonly attempts?: number | undefined;
  /** The wait before the second attempt; it doubles with each one after that. Default 500 milliseconds. */
  readonly baseDelay?: Duration.Input | undefined;
  /** The longest wait of the policy's own. Default 8 seconds. */
  readonly maxDelay?: Duration.Input | undefined;
  /** The longest wait that the service may ask for: beyond it, the failure stands at once. Default 60 seconds. */
  readonly maxRetryAfter?: Duration.Input | undefined;
}

/** {@link RetryOptions} in full, as numbers and milliseconds. */
export interface Settings {
  readonly attempts: number;
  readonly baseDelay: number;
  readonly maxDelay: number;
  readonly maxRetryAfter: number;
}

/**
 * Retries what may pass (`isRetryable`), up to a number of attempts. Waits as long as the service asked to, or
 * else for a time that doubles from attempt to attempt, of which a random half is left off, so that clients
 * that failed together do not come back together.
 */
export const exponential =
  ({ attempts: most, baseDelay, maxDelay, maxRetryAfter }: Settings): RetryPolicy =>
  ({ error, attempts, retryAfter, random }) => {
    if (!error.isRetryable || attempts >= most) return undefined;
    if (retryAfter !== undefined) {
      return Duration.toMillis(retryAfter) <= maxRetryAfter ? retryAfter : undefined;
    }
    const longest = Math.min(maxDelay, baseDelay * 2 ** (attempts - 1));
    return Duration.millis(longest * (0.5 + random / 2));
  };
