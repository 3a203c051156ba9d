/** The flags that set bounds for a run: `--min-pass <metric>=0.9`, `--min-mean <metric>=4`. */
import { Effect, Option, Schema } from "effect";
import { Flag } from "effect/cli";
import type { Bound, Verdict } from "../analysis/Gate.ts";
import { plural } from "../terminal/Layout.ts";

/** The run breaks a bound. */
export class GateError extends Schema.TaggedError<GateError>("@scorecard-effect/demo/GateError")(
  "GateError",
  { message: Schema.String },
) {}

const bounds = (name: string, figure: Bound["figure"], most: number, description: string) =>
  Flag.KeyValuePair(name).pipe(
    Flag.filterMap(
      (pairs) => {
        const read = Object.entries(pairs).map(([metric, least]) => ({
          figure,
          metric: metric.toLowerCase(),
          // Number takes a blank for a zero.
          least: least.trim() === "" ? Number.NaN : Number(least),
        }));
        return read.every(
          ({ least }) => Number.isFinite(least) && least <= most && (most > 1 || least >= 0),
        )
          ? Option.some<ReadonlyArray<Bound>>(read)
          : Option.none();
      },
      () =>
        most === 1
          ? `Expected METRIC=SHARE with a share from 0 to 1, such as 6f1a5c0e=0.9`
          : `Expected METRIC=NUMBER, such as b84e2f97=4`,
    ),
    Flag.withMetavar("METRIC=LEAST"),
    Flag.withDescription(description),
    Flag.withDefault<ReadonlyArray<Bound>>([]),
  );

/** The flags that set bounds. */
export const flags = {
  minPass: bounds(
    "min-pass",
    "pass rate",
    1,
    "Fail unless this share of a metric's scores pass (0 to 1); METRIC is its id or the start of it",
  ),
  minMean: bounds(
    "min-mean",
    "mean",
    Number.POSITIVE_INFINITY,
    "Fail unless a metric's mean score is this or more",
  ),
};

/** Fails with all bounds that are broken. */
export const enforce = (verdicts: ReadonlyArray<Verdict>): Effect.Effect<void, GateError> => {
  const broken = verdicts.filter(({ isKept }) => !isKept);
  if (broken.length === 0) return Effect.void;
  const what = broken.length === 1 ? "a bound" : plural(broken.length, "bound");
  return new GateError({
    message: `The run breaks ${what}: ${broken.map(({ says }) => says).join("; ")}`,
  });
};
