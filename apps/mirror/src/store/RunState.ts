/**
 * The states of a mirrored run, and the transitions between them. This table is the only place that says which state
 * allows what: the SQL of `RunTable`, the methods of `MirrorStore` and `MirrorRun`, the commands and the README use its
 * names.
 */
import * as Schema from "effect/Schema";

/** The state of a run, as `mirror.runs.state` holds it. */
export const RunState = Schema.Literals([
  /** A workflow is mirroring the run, or will as soon as a runner is free. */
  "running",
  /** A person stopped it. */
  "paused",
  /** A permanent failure stopped it. */
  "parked",
  /** A person ended it before it was complete. */
  "cancelled",
  /** The last scan reached the end of the run. */
  "complete",
  /** A person had its data deleted. Only the row of its numbers is left, and callers do not see it. */
  "forgotten",
]);
export type RunState = typeof RunState.Type;

/** Whether a text names a state. */
export const isRunState: (text: string) => text is RunState = Schema.is(RunState);

/** The states that callers see. */
export const listedStates = RunState.literals.filter((state) => state !== "forgotten");

interface Transition {
  /** A run in any other state does not change. */
  readonly from: ReadonlyArray<RunState>;
  readonly to: RunState;
}

/** Every transition of a run that has a row. A run without a row is created by `start`. */
export const transitions = {
  /** A person asks for the run: it is mirrored from its start, as a new generation. */
  start: { from: ["complete", "cancelled", "forgotten"], to: "running" },
  /** The refresh finds that the run may have changed: it is mirrored from its start, as a new generation. */
  refresh: { from: ["complete"], to: "running" },
  /** The run's workflow ended without it: the workflow of a new generation continues at the same cursor. */
  adopt: { from: ["running"], to: "running" },
  /** A page was written, and more follow. */
  advance: { from: ["running"], to: "running" },
  /** The last page was written. */
  complete: { from: ["running"], to: "complete" },
  /**
   * The pages do not add up, or the cursor has expired: a new scan reads the run from its start, in the same
   * generation.
   */
  rescan: { from: ["running"], to: "running" },
  /** A transient failure is being retried: the run says which. */
  noteRetry: { from: ["running"], to: "running" },
  /** The service responds with what may end, such as no page: the run waits, for as long as its patience lasts. */
  wait: { from: ["running"], to: "running" },
  /** A permanent failure stops the run at its cursor. */
  park: { from: ["running"], to: "parked" },
  /** A person stops the run at its cursor. */
  pause: { from: ["running"], to: "paused" },
  /** A person lets a stopped run continue at its cursor. */
  resume: { from: ["paused", "parked"], to: "running" },
  /** A person ends the run; what is mirrored stays. */
  cancel: { from: ["running", "paused", "parked"], to: "cancelled" },
  /** A person ends the run and has its rows deleted. */
  forget: { from: ["running", "paused", "parked", "cancelled", "complete"], to: "forgotten" },
} as const satisfies { readonly [name: string]: Transition };
export type TransitionName = keyof typeof transitions;

/** Whether a run in this state can make this transition. */
export const allows = (state: RunState, name: TransitionName): boolean => {
  const { from }: Transition = transitions[name];
  return from.includes(state);
};
