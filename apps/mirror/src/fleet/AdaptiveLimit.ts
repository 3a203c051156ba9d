/**
 * What is learned of a limit that nobody has told: pure, a state and a moment in, a state and an answer out. The phases are
 * those of Effect's `RateLimiterStore`: after a first 429 all wait as long as the service asked; then what it lets through is
 * counted until the next 429, and from then on no more than that is sent in as long a time.
 */
import { Duration, Schema } from "effect";
import type { RateLimiter } from "effect/persistence";

/** What is known. Times are milliseconds since the epoch. */
export const State = Schema.Struct({
  phase: Schema.Literals(["inactive", "cooldown", "learning", "learned"]),
  /** Counts the phases: what is reported of an earlier one is of no use any more. */
  epoch: Schema.Int,
  /** In a cooldown: when it ends. Once learned: when the requests that were let through are paid for. */
  until: Schema.Finite,
  /** When it began to count. */
  since: Schema.Finite,
  /** What was counted: while it learns, and in the window of what it has learned. */
  tokens: Schema.Finite,
  limit: Schema.Finite,
  window: Schema.Finite,
  /** When all of this is forgotten, as the service may have changed its mind. */
  expires: Schema.Finite,
});
export type State = typeof State.Type;

/** Nothing is known. */
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

const grace = 60_000;
const longest = 3_600_000;

const current = (state: State, now: number): State => (state.expires <= now ? unknown : state);

/** Whether nothing is known, or nothing any more. */
export const isUnknown = (state: State, now: number): boolean =>
  current(state, now).phase === "inactive";

/** Asks for so many requests: how long they have to wait. */
export const consume = (
  known: State,
  now: number,
  { tokens, fallbackWindow }: RateLimiter.AdaptiveConsumeOptions,
): readonly [RateLimiter.AdaptiveConsumeResult, State] => {
  const state = current(known, now);
  const answer = (next: State, wait = 0) =>
    [{ delay: Duration.millis(wait), epoch: next.epoch, phase: next.phase }, next] as const;
  if (state.phase === "inactive") return answer(state);
  if (state.phase === "learning") return answer({ ...state, tokens: state.tokens + tokens });
  if (state.phase === "cooldown") {
    if (state.until > now) return answer(state, state.until - now);
    const expires = now + Duration.toMillis(fallbackWindow) + grace;
    return answer({
      ...state,
      phase: "learning",
      epoch: state.epoch + 1,
      since: now,
      tokens,
      expires,
    });
  }
  const isNew = state.until <= now;
  const taken = (isNew ? 0 : state.tokens) + tokens;
  const each = state.window / state.limit;
  const until = (isNew ? now : state.until) + each * tokens;
  const began = until - taken * each;
  const opens = began + Math.floor((taken - 1) / state.limit) * state.window;
  return answer({ ...state, tokens: taken, until }, Math.max(0, opens - now));
};

/** Reports a 429, and how long it asked to wait. */
export const feedback = (
  known: State,
  now: number,
  { status, retryAfter, epoch, tokens }: RateLimiter.AdaptiveFeedbackOptions,
): State => {
  const state = current(known, now);
  if (status !== 429 || retryAfter === undefined || epoch !== state.epoch) return state;
  const wait = Math.min(Math.max(1, Duration.toMillis(retryAfter)), longest);
  const cooldown: State = {
    ...unknown,
    phase: "cooldown",
    epoch: state.epoch,
    until: Math.max(now + wait, state.phase === "cooldown" ? state.until : 0),
    expires: Math.max(now + wait, state.phase === "cooldown" ? state.until : 0) + grace,
  };
  const accepted = state.tokens - tokens;
  if (state.phase !== "learning" || accepted <= 0) return cooldown;
  const window = Math.min(now - state.since + wait, longest);
  return {
    phase: "learned",
    epoch: state.epoch + 1,
    until: state.since + window,
    since: state.since,
    tokens: accepted,
    limit: accepted,
    window,
    expires: now + window + grace,
  };
};
