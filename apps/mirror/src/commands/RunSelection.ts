/** Which runs a command works on: named ones, those in a state, or the named ones that are in that state. */
import { Duration, Effect, Option } from "effect";
import { MirrorStore } from "../store/MirrorStore.ts";
import type { RunState } from "../store/RunState.ts";
import { WrongUse } from "./CommandError.ts";
import * as RunList from "./RunList.ts";

/** What the arguments and flags hold. */
export interface Input extends RunList.Input {
  readonly state: Option.Option<ReadonlyArray<RunState>>;
  readonly older: Option.Option<Duration.Duration>;
}

/** Whether the command line selects runs, or leaves them all. */
export const isGiven = (input: Input): boolean =>
  Option.isSome(input.state) || Option.isSome(input.older) || RunList.isGiven(input);

/** Fails where `--older` has no state to be in. */
const checkOlder = ({ older, state }: Input) =>
  Option.isSome(older) && Option.isNone(state)
    ? Effect.fail(new WrongUse({ message: "--older needs --state" }))
    : Effect.void;

/** What the store's listing is to be limited to. */
export const filter = Effect.fnUntraced(function* (input: Input) {
  yield* checkOlder(input);
  const { older, state } = input;
  return {
    ...(RunList.isGiven(input) ? { runIds: yield* RunList.read(input) } : {}),
    ...(Option.isSome(state) ? { states: state.value } : {}),
    ...(Option.isSome(older) ? { minAgeSeconds: Duration.toSeconds(older.value) } : {}),
  };
});

/** The ids of the selected runs. With no state, named runs need not be mirrored yet. */
export const read = Effect.fnUntraced(function* (input: Input) {
  const selected = yield* filter(input);
  if (selected.states === undefined) {
    const { runIds = [] } = selected;
    if (runIds.length > 0) return runIds;
    return yield* new WrongUse({
      message: "No runs are named: use ids, --runs, --from FILE or --state",
    });
  }
  const { list } = yield* MirrorStore;
  return (yield* list(selected)).map(({ runId }) => runId);
});

/** Printed where `--state` selects nothing. */
export const nothing = ({ state }: Input): string =>
  `No selected run is ${Option.getOrElse(state, () => ["mirrored"]).join(" or ")}.`;
