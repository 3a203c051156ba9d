/** The flags that set gates: `--min-pass METRIC=0.9`, `--max-mean METRIC=2`. */
import * as Flags from "@scorecard-effect/contract/cli/Flags";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import * as Schema from "effect/Schema";
import * as Flag from "effect/cli/Flag";
import type { ComparisonGate, ComparisonVerdict } from "../analysis/ComparisonGate.ts";
import type { Gate, Verdict } from "../analysis/Gate.ts";
import { boundText } from "../analysis/GateBound.ts";
import { plural } from "../figures/Figures.ts";
import type { Check } from "../output/Junit.ts";
import { UsageError } from "../source/UsageError.ts";

/** The run fails a gate. */
export class GateError extends Schema.TaggedError<GateError>("@scorecard-effect/demo/GateError")(
  "GateError",
  { message: Schema.String },
) {}

/** Refuses gates on a run that was generated because no key is set: they would judge a run that nobody asked for. */
export const requireOwnRun = (
  { note }: { readonly note: string | undefined },
  gates: ReadonlyArray<Gate | ComparisonGate>,
): Effect.Effect<void, UsageError> =>
  note === undefined || gates.length === 0
    ? Effect.void
    : Effect.fail(new UsageError({ message: `${note}: gates cannot judge it` }));

interface GateFlag {
  readonly figure: Gate["figure"];
  readonly description: string;
  readonly expected: string;
  readonly isMost?: boolean;
  readonly isValid: (bound: number) => boolean;
}

const gateFlag = (
  name: string,
  { figure, description, expected, isMost = false, isValid }: GateFlag,
) =>
  Flag.String(name).pipe(
    Flag.atLeast(0),
    Flag.filterMap(
      (texts) => {
        const bounds = texts.map(boundOf);
        return bounds.every(({ metric, bound }) => metric !== "" && isValid(bound))
          ? Option.some(
              bounds.map(({ metric, bound }): Gate =>
                isMost ? { figure, metric, most: bound } : { figure, metric, least: bound },
              ),
            )
          : Option.none();
      },
      () => `Expected ${expected}`,
    ),
    Flag.withMetavar(isMost ? "METRIC=MOST" : "METRIC=LEAST"),
    Flag.withDescription(description),
  );

/** The bound that a text sets. Names of metrics and slices can hold an equals sign: the last one is before the number. */
const boundOf = (text: string) => {
  const equals = text.lastIndexOf("=");
  const bound = text.slice(equals + 1).trim();
  return {
    metric: equals < 0 ? "" : text.slice(0, equals).trim(),
    // `Number` reads a blank as zero.
    bound: bound === "" ? Number.NaN : Number(bound),
  };
};

const isShare = (bound: number): boolean => bound >= 0 && bound <= 1;

export const flags = {
  minPass: gateFlag("min-pass", {
    figure: "pass rate",
    description:
      "Fail unless this share of a metric's scores pass (0 to 1). METRIC is its name in the metrics file, its id or the start of it, and /MEMBER where several pass or fail. With --by, METRIC@SLICE for a slice, METRIC@* for each",
    expected: "METRIC=SHARE with a share from 0 to 1, such as 6f1a5c0e=0.9",
    isValid: isShare,
  }),
  maxPass: gateFlag("max-pass", {
    figure: "pass rate",
    description: "Fail if more than this share passes: for a metric of which less is better",
    expected: "METRIC=SHARE with a share from 0 to 1, such as 6f1a5c0e=0.1",
    isMost: true,
    isValid: isShare,
  }),
  minMean: gateFlag("min-mean", {
    figure: "mean",
    description: "Fail unless a metric's mean score is at least this",
    expected: "METRIC=NUMBER, such as b84e2f97=4",
    isValid: Number.isFinite,
  }),
  maxMean: gateFlag("max-mean", {
    figure: "mean",
    description: "Fail if a metric's mean is more than this: for costs and times",
    expected: "METRIC=NUMBER, such as b84e2f97=4",
    isMost: true,
    isValid: Number.isFinite,
  }),
};

/** The flags that set gates on two runs. */
export const comparisonFlags = {
  maxRegressions: Flags.wholeNumber("max-regressions", {
    min: 0,
    metavar: "N",
    description:
      "Fail if more than N testcases got worse in any metric, by however little beyond rounding. --no-worse asks whether that is more than chance",
  }).pipe(Flag.optional),
  noWorse: Flag.String("no-worse").pipe(
    Flag.withMetavar("METRIC"),
    Flag.withDescription(
      "Fail if this metric got worse. METRIC is its name in the metrics file, its id or the start of it, and /MEMBER for one member of its scores, or * for each metric. With --by, METRIC@SLICE for a slice, METRIC@* for each. Can be given several times",
    ),
    Flag.atLeast(0),
  ),
};

/** The gates that {@link comparisonFlags} set. */
export const comparisonGates = (given: {
  readonly maxRegressions: Option.Option<number>;
  readonly noWorse: ReadonlyArray<string>;
}): ReadonlyArray<ComparisonGate> => [
  ...Option.toArray(given.maxRegressions).map(
    (most) => ({ rule: "max regressions", most }) as const,
  ),
  ...given.noWorse.map((metric) => ({ rule: "no worse", metric }) as const),
];

/** The gates as tests of a CI service. `nameOf` names a gate. */
export const checks = <V extends Pick<Verdict, "isKept" | "says">>(
  verdicts: ReadonlyArray<V>,
  nameOf: (verdict: V) => string,
  safe: (text: string) => string,
): ReadonlyArray<Check> =>
  verdicts.map((verdict) => ({
    group: "gates",
    name: safe(nameOf(verdict)),
    says: safe(verdict.says),
    outcome: verdict.isKept ? "passed" : "failed",
  }));

/** The name of a gate on a run. */
export const nameOf = (gate: Gate): string =>
  `${gate.figure} of ${gate.metric} is ${boundText(gate)}`;

/** The name of a gate on two runs. */
export const comparisonNameOf = ({ gate }: ComparisonVerdict): string =>
  gate.rule === "no worse"
    ? `${gate.metric === "*" ? "no metric" : gate.metric} is ${gate.metric === "*" ? "" : "not "}worse`
    : `at most ${plural(gate.most, "testcase")} got worse in each metric`;

/** Fails with every gate that the run fails. */
export const enforce = (
  verdicts: ReadonlyArray<Pick<Verdict, "isKept" | "says">>,
  subject = "run",
): Effect.Effect<void, GateError> => {
  const failed = verdicts.filter(({ isKept }) => !isKept);
  if (failed.length === 0) return Effect.void;
  const what = failed.length === 1 ? "a gate" : plural(failed.length, "gate");
  return new GateError({
    message: `The ${subject} fails ${what}: ${failed.map(({ says }) => says).join("; ")}`,
  });
};
