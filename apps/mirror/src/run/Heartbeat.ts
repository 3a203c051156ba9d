/** Shows which runs this runner works on, so that the watchdog finds those that nobody works on. */
import type { RunId } from "@scorecard-effect/contract";
import { Context, Duration, Effect, Layer, Schedule } from "effect";
import { MirrorStore } from "../store/MirrorStore.ts";

/** How often a runner notes its runs, and after what silence a run counts as lost. */
export interface HeartbeatOptions {
  /** After this time without a sign of life, the watchdog looks after a run. Default: 20 seconds. */
  readonly silence?: Duration.Input;
}

/** The silence that is noticed by default. With the watchdog's cron, a lost run works again within a minute. */
export const defaultSilence: Duration.Input = "20 seconds";

/** The runs of this runner. */
export class Heartbeat extends Context.Service<
  Heartbeat,
  {
    /** Counts a run as worked on while an effect runs, whether it copies pages or waits for a slot. */
    readonly during: (
      runId: RunId,
    ) => <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>;
  }
>()("@scorecard-effect/mirror/run/Heartbeat") {
  static readonly layer = ({ silence = defaultSilence }: HeartbeatOptions = {}) =>
    Layer.effect(
      Heartbeat,
      Effect.gen(function* () {
        const { beat } = yield* MirrorStore;
        // A symbol for each: an adopted run has two workflows for a moment.
        const working = new Map<symbol, RunId>();
        const runIds = () => [...new Set(working.values())];
        yield* Effect.suspend(() => (working.size === 0 ? Effect.void : beat(runIds()))).pipe(
          // A database that does not answer gets the next beat.
          Effect.ignore,
          Effect.repeat(
            Schedule.spaced(Duration.divideUnsafe(Duration.fromInputUnsafe(silence), 4)),
          ),
          Effect.forkScoped,
        );
        return {
          during: (runId) => (effect) =>
            Effect.suspend(() => {
              const own = Symbol();
              working.set(own, runId);
              return Effect.ensuring(
                effect,
                Effect.sync(() => working.delete(own)),
              );
            }),
        };
      }),
    );
}
