/**
 * Decides whether to retry a page, and after how long. A policy is a function from a failure to the wait before the
 * next attempt; it does not know how requests are sent.
 */
import * as Duration from "effect/Duration";
import type { ListRecordsError } from "../diagnostics/ListRecordsError.ts";
import { type AttemptFailure, isRetryable } from "../diagnostics/Failure.ts";

/** A failed attempt. */
export interface FailedAttempt<out E = ListRecordsError> {
  readonly error: E;
  /** How many requests have been sent for this page; at least 1. */
  readonly attempts: number;
  /** How long the service asked to wait, if it did. */
  readonly retryAfter: Duration.Duration | undefined;
  /** A random number from 0 (included) to 1 (excluded), for jitter. */
  readonly random: number;
}

/**
 * Returns how long to wait before the next attempt, such as `"2 seconds"`; undefined gives up with the failure's error.
 * A policy that throws, or returns something else, gives up too, and the error says so in `retryProblem`.
 */
export type RetryPolicy<E = ListRecordsError> = (
  failure: FailedAttempt<E>,
) => Duration.Input | undefined;

/** The options of the default policy. */
export interface RetryOptions {
  /** The most requests for a page, including the first: a whole number, 1 or above. Default 3. */
  readonly attempts?: number | undefined;
  /** The wait before the second attempt; it doubles with each further attempt. Default 500 milliseconds. */
  readonly baseDelay?: Duration.Input | undefined;
  /** The longest wait that the policy itself chooses. Default 8 seconds. */
  readonly maxDelay?: Duration.Input | undefined;
  /** The longest wait that the service may ask for; if it asks for more, the policy gives up. Default 60 seconds. */
  readonly maxRetryAfter?: Duration.Input | undefined;
}

/** {@link RetryOptions} with defaults, in numbers and milliseconds. */
export interface Settings {
  readonly attempts: number;
  readonly baseDelay: number;
  readonly maxDelay: number;
  readonly maxRetryAfter: number;
}

/**
 * Retries transient failures (`isRetryable`), up to a number of attempts. Waits as long as the service asked; otherwise
 * the wait doubles from attempt to attempt, minus up to half of it at random, so that clients that failed together do
 * not retry together.
 */
export const exponential =
  ({
    attempts: maxAttempts,
    baseDelay,
    maxDelay,
    maxRetryAfter,
  }: Settings): RetryPolicy<AttemptFailure> =>
  ({ error, attempts, retryAfter, random }) => {
    if (!isRetryable(error) || attempts >= maxAttempts) return undefined;
    if (retryAfter !== undefined) {
      return Duration.toMillis(retryAfter) <= maxRetryAfter ? retryAfter : undefined;
    }
    const longestWait = Math.min(maxDelay, baseDelay * 2 ** (attempts - 1));
    return Duration.millis(longestWait * (0.5 + random / 2));
  };
