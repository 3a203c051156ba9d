/** What a bar of a chart, or a count beside it, counts: a click on it filters by it. */
import { areSame } from "@scorecard-effect/contract/metrics/FloatNoise";
import type { Wanted } from "./Expression.ts";

export type Condition =
  | { readonly is: "pass" | "fail" | "invalid" | "missing" }
  /** Some trials or scores of a boolean metric pass, others fail. */
  | { readonly is: "mixed" }
  /** In comparison with the baseline: categories change, but get neither worse nor better. */
  | { readonly is: "worse" | "better" | "same" | "changed" }
  | { readonly is: "category"; readonly name: string }
  | {
      readonly is: "range";
      readonly lower: number;
      readonly upper: number;
      readonly isClosed: boolean;
    };

/** Whether a bar is that of a single number, but for the rounding of floating-point arithmetic. */
export const isSingle = (condition: Condition): boolean =>
  condition.is === "range" && areSame(condition.lower, condition.upper);

const shorter = (a: string, b: string): string => (b.length < a.length ? b : a);

/** What an expression wants of a metric that meets a condition. */
export const wantedOf = (condition: Condition): Wanted => {
  switch (condition.is) {
    case "pass":
    case "fail":
    case "mixed":
      return { op: "=", value: condition.is };
    case "category":
      return { op: "=", value: condition.name };
    case "range": {
      const { lower, upper, isClosed } = condition;
      return isSingle(condition)
        ? { op: "=", value: shorter(String(lower), String(upper)) }
        : { op: "within", lower, upper, isClosed };
    }
    default:
      return { op: "is", state: condition.is };
  }
};

/** A condition as a word: equal conditions have the same word. */
export const conditionWord = (condition: Condition): string => {
  if (condition.is === "category") return `=${condition.name}`;
  if (condition.is !== "range") return condition.is;
  const { lower, upper, isClosed } = condition;
  return lower === upper ? String(lower) : `${lower}..${isClosed ? "=" : ""}${upper}`;
};
