/**
 * Learns a rate limit from 429s, as pure functions of a state and the time. The phases are those of Effect's
 * `RateLimiterStore`. `inactive`: no limit is known. `cooldown`: after a 429, every request waits as long as the
 * service asked. `learning`: the requests that pass are counted until the next 429. `learned`: from then on, no more
 * than that are sent in the same time.
 */
import { Duration, Schema } from "effect";
import type { RateLimiter } from "effect/persistence";

/** What is known, as it is stored. Times are milliseconds since the epoch. */
export const State = Schema.Struct({
  phase: Schema.Literals(["inactive", "cooldown", "learning", "learned"]),
  /** Counts the changes of phase. A 429 of a request that was sent in an earlier phase teaches nothing. */
  epoch: Schema.Int,
  /** In a cooldown: when it ends. Once learned: when the consumed tokens are paid off, at the learned rate. */
  until: Schema.Finite,
  /** When the counting began. */
  since: Schema.Finite,
  /** Tokens that were consumed: while learning, and later since the window opened. */
  tokens: Schema.Finite,
  /** The limit that was learned, and its window in milliseconds. */
  limit: Schema.Finite,
  window: Schema.Finite,
  /** When all of this is forgotten, because the service may have changed its limit. */
  expires: Schema.Finite,
});
export type State = typeof State.Type;

/** The state in which no limit is known. */
export const unknown: State = {
  phase: "inactive",
  epoch: 0,
  until: 0,
  since: 0,
  tokens: 0,
  limit: 0,
  window: 0,
  expires: Number.MAX_SAFE_INTEGER,
};

const expiryGraceMillis = 60_000;
const maxWaitMillis = 3_600_000;

const unlessExpired = (state: State, now: number): State =>
  state.expires <= now ? unknown : state;

/** Whether no limit is known, or the one that was has expired. */
export const isUnknown = (state: State, now: number): boolean =>
  unlessExpired(state, now).phase === "inactive";

/** Consumes tokens: how long the request has to wait. */
export const consume = (
  known: State,
  now: number,
  { tokens, fallbackWindow }: RateLimiter.AdaptiveConsumeOptions,
): readonly [RateLimiter.AdaptiveConsumeResult, State] => {
  const state = unlessExpired(known, now);
  const result = (next: State, wait = 0) =>
    [{ delay: Duration.millis(wait), epoch: next.epoch, phase: next.phase }, next] as const;
  if (state.phase === "inactive") return result(state);
  if (state.phase === "learning") return result({ ...state, tokens: state.tokens + tokens });
  if (state.phase === "cooldown") {
    if (state.until > now) return result(state, state.until - now);
    const expires = now + Duration.toMillis(fallbackWindow) + expiryGraceMillis;
    return result({
      ...state,
      phase: "learning",
      epoch: state.epoch + 1,
      since: now,
      tokens,
      expires,
    });
  }
  const isNewWindow = state.until <= now;
  const consumed = (isNewWindow ? 0 : state.tokens) + tokens;
  const millisPerToken = state.window / state.limit;
  const until = (isNewWindow ? now : state.until) + millisPerToken * tokens;
  // Tokens beyond the limit belong to a later window, and wait for it to open.
  const firstWindowOpened = until - consumed * millisPerToken;
  const windowOpens = firstWindowOpened + Math.floor((consumed - 1) / state.limit) * state.window;
  return result({ ...state, tokens: consumed, until }, Math.max(0, windowOpens - now));
};

/** Learns from a 429, and from how long it asked to wait. */
export const feedback = (
  known: State,
  now: number,
  { status, retryAfter, epoch, tokens }: RateLimiter.AdaptiveFeedbackOptions,
): State => {
  const state = unlessExpired(known, now);
  if (status !== 429 || retryAfter === undefined || epoch !== state.epoch) return state;
  const wait = Math.min(Math.max(1, Duration.toMillis(retryAfter)), maxWaitMillis);
  const cooldownEnds = Math.max(now + wait, state.phase === "cooldown" ? state.until : 0);
  const cooldown: State = {
    ...unknown,
    phase: "cooldown",
    epoch: state.epoch,
    until: cooldownEnds,
    expires: cooldownEnds + expiryGraceMillis,
  };
  const accepted = state.tokens - tokens;
  if (state.phase !== "learning" || accepted <= 0) return cooldown;
  const window = Math.min(now - state.since + wait, maxWaitMillis);
  return {
    phase: "learned",
    epoch: state.epoch + 1,
    until: state.since + window,
    since: state.since,
    tokens: accepted,
    limit: accepted,
    window,
    expires: now + window + expiryGraceMillis,
  };
};
