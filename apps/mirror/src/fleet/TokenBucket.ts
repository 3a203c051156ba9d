/**
 * A token bucket as a pure function of its state and the time. One token comes back in each refill interval. A request
 * that finds none reserves a token of a later interval, and waits for it.
 */
import { Schema } from "effect";

/** A bucket, as it is stored. */
export const State = Schema.Struct({
  /** Tokens left. A negative number counts the reservations. */
  tokens: Schema.Finite,
  /** When the current refill interval began, in milliseconds since the epoch. */
  at: Schema.Finite,
});
export type State = typeof State.Type;

/** A bucket from which nothing was taken. */
export const full = (limit: number): State => ({ tokens: limit, at: 0 });

/** How a bucket is filled, and what is taken from it. */
export interface Options {
  readonly tokens: number;
  /** How many tokens the bucket holds. */
  readonly limit: number;
  readonly refillMillis: number;
  /** Whether tokens can be reserved that are not there yet. */
  readonly allowOverflow: boolean;
}

/**
 * What `RateLimiterStore` returns for a bucket: the tokens left, and how long ago the current refill interval began.
 */
export type Taken = readonly [remaining: number, elapsedMillis: number];

/**
 * How far ahead tokens can be reserved, in milliseconds: at least the next one. A waiter that dies takes its
 * reservation with it, so a fleet must not reserve far ahead.
 */
export const maxReservedMillis = (refillMillis: number): number => Math.max(5_000, refillMillis);

const refill = ({ tokens, at }: State, now: number, { limit, refillMillis }: Options): State => {
  // If the clock was set back, the interval begins now: otherwise nothing would be refilled until the clock has caught
  // up.
  const began = Math.min(at, now);
  const refills = Math.floor((now - began) / refillMillis);
  const refilled = Math.min(limit, tokens + refills);
  return { tokens: refilled, at: refilled >= limit ? now : began + refills * refillMillis };
};

/**
 * Takes tokens. If they would have to be reserved too far ahead, the bucket keeps them, and the caller has to ask
 * again.
 */
export const take = (state: State, now: number, options: Options): readonly [Taken, State] => {
  const { tokens, refillMillis, allowOverflow } = options;
  const bucket = refill(state, now, options);
  const remaining = bucket.tokens - tokens;
  const elapsedMillis = now - bucket.at;
  const waitMillis = Math.ceil(-remaining) * refillMillis - elapsedMillis;
  const isTaken =
    remaining >= 0 || (allowOverflow && waitMillis <= maxReservedMillis(refillMillis));
  return [[remaining, elapsedMillis], isTaken ? { ...bucket, tokens: remaining } : bucket];
};
