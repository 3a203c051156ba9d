/** The flags that set gates: `--min-pass METRIC=0.9`, `--min-mean METRIC=4`. */
import { Effect, Option, Schema } from "effect";
import { Flag } from "effect/cli";
import type { Gate, Verdict } from "../analysis/Gate.ts";
import { plural } from "../figures/Figures.ts";
import { UsageError } from "../source/UsageError.ts";

/** The run fails a gate. */
export class GateError extends Schema.TaggedError<GateError>("@scorecard-effect/demo/GateError")(
  "GateError",
  { message: Schema.String },
) {}

/** Refuses gates on a run that was generated because no key is set: they would judge a run that nobody asked for. */
export const requireOwnRun = (
  { note }: { readonly note: string | undefined },
  gates: ReadonlyArray<Gate>,
): Effect.Effect<void, UsageError> =>
  note === undefined || gates.length === 0
    ? Effect.void
    : Effect.fail(new UsageError({ message: `${note}: gates cannot judge it` }));

interface GateFlag {
  readonly figure: Gate["figure"];
  readonly description: string;
  readonly expected: string;
  readonly isValid: (least: number) => boolean;
}

const gateFlag = (name: string, { figure, description, expected, isValid }: GateFlag) =>
  Flag.KeyValuePair(name).pipe(
    Flag.filterMap(
      (pairs) => {
        const gates = Object.entries(pairs).map(([metric, least]) => ({
          figure,
          metric,
          // `Number` reads a blank as zero.
          least: least.trim() === "" ? Number.NaN : Number(least),
        }));
        return gates.every(({ least }) => Number.isFinite(least) && isValid(least))
          ? Option.some<ReadonlyArray<Gate>>(gates)
          : Option.none();
      },
      () => `Expected ${expected}`,
    ),
    Flag.withMetavar("METRIC=LEAST"),
    Flag.withDescription(description),
    Flag.withDefault<ReadonlyArray<Gate>>([]),
  );

export const flags = {
  minPass: gateFlag("min-pass", {
    figure: "pass rate",
    description:
      "Fail unless this share of a metric's scores pass (0 to 1). METRIC is its id or the start of it, and /MEMBER where several pass or fail",
    expected: "METRIC=SHARE with a share from 0 to 1, such as 6f1a5c0e=0.9",
    isValid: (least) => least >= 0 && least <= 1,
  }),
  minMean: gateFlag("min-mean", {
    figure: "mean",
    description: "Fail unless a metric's mean score is at least this",
    expected: "METRIC=NUMBER, such as b84e2f97=4",
    isValid: () => true,
  }),
};

/** Fails with every gate that the run fails. */
export const enforce = (verdicts: ReadonlyArray<Verdict>): Effect.Effect<void, GateError> => {
  const failed = verdicts.filter(({ isKept }) => !isKept);
  if (failed.length === 0) return Effect.void;
  const what = failed.length === 1 ? "a gate" : plural(failed.length, "gate");
  return new GateError({
    message: `The run fails ${what}: ${failed.map(({ says }) => says).join("; ")}`,
  });
};
