/** How long a runner tries before a person has to decide. */
import * as Context from "effect/Context";
import * as Duration from "effect/Duration";

/** What bounds the patience of a runner. */
export interface PolicyOptions {
  /**
   * How long a run waits for the service to respond as it should: with a page, and to an API key that it accepted
   * before. Above zero. Default: an hour.
   */
  readonly patience?: Duration.Input;
  /**
   * How long after its last change a complete run is mirrored again by itself, because scores arrive late. Zero: never.
   * Default: 7 days.
   */
  readonly refreshFor?: Duration.Input;
}

/** The policy of a runner without options. */
export const defaults = { patience: Duration.hours(1), refreshFor: Duration.days(7) } as const;

/** A policy, with the defaults for what the options leave out. */
export const make = ({
  patience = defaults.patience,
  refreshFor = defaults.refreshFor,
}: PolicyOptions) => ({
  patience: Duration.fromInputUnsafe(patience),
  refreshFor: Duration.fromInputUnsafe(refreshFor),
});

/** The policy of this runner. */
export const Policy = Context.Reference<ReturnType<typeof make>>(
  "@scorecard-effect/mirror/run/Policy",
  { defaultValue: () => make({}) },
);
