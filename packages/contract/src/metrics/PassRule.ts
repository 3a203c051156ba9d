/** Which values of a metric pass. */
import * as Result from "effect/Result";
import { areSame } from "./FloatNoise.ts";

/** A value in a score: one that passes or fails, a number, or a text that is one of a few. */
export type MetricValue = boolean | number | string;

/** Passes the numbers on one side of a bound. */
export interface OrderRule {
  readonly operator: ">=" | ">" | "<=" | "<";
  readonly bound: number;
}

/** Passes the values that are among some values, or those that are not. */
export interface ValueRule {
  readonly operator: "=" | "!=";
  readonly values: ReadonlyArray<MetricValue>;
}

/** Which values pass. */
export type PassRule = OrderRule | ValueRule;

/** Whether a rule compares numbers with a bound. */
export const isOrderRule = (rule: PassRule): rule is OrderRule => "bound" in rule;

// What a text starts with that is meant as a comparison.
const comparisonStart = /^\s*[<>=!≤≥≠]/;

/** The texts that say which values pass: comparisons, and texts that are not meant as one. */
export const passTextPattern =
  /^\s*(?:(?:<=|>=|<|>)\s*[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?\s*|(?:==?|!=)\s*[^\s=<>].*|(?:[^\s<>=!≤≥≠][^]*)?)$/;

const orderPattern = /^\s*(<=|>=|<|>)\s*([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)\s*$/;
const valuePattern = /^\s*(==?|!=)\s*([^\s=<>](?:.*\S)?)\s*$/;

/**
 * Reads which values pass: a value, a list of values, or a comparison such as `>= 4` or `!= refused`. Fails with what is
 * wrong with a comparison.
 */
export const passRule = (
  pass: MetricValue | ReadonlyArray<MetricValue>,
): Result.Result<PassRule, string> => {
  if (typeof pass === "object") return Result.succeed({ operator: "=", values: pass });
  if (typeof pass !== "string" || !comparisonStart.test(pass)) {
    return Result.succeed({ operator: "=", values: [pass] });
  }
  const [, order, bound] = orderPattern.exec(pass) ?? [];
  if (isOrder(order) && Number.isFinite(Number(bound))) {
    return Result.succeed({ operator: order, bound: Number(bound) });
  }
  const [, equality, operand] = valuePattern.exec(pass) ?? [];
  return equality === undefined || operand === undefined
    ? Result.fail(
        'Expected a comparison such as ">= 4", "< 0.2" or "!= refused" (a list holds texts as they stand)',
      )
    : Result.succeed({ operator: equality === "!=" ? "!=" : "=", values: [operandOf(operand)] });
};

const isOrder = (operator: string | undefined): operator is OrderRule["operator"] =>
  operator === ">=" || operator === ">" || operator === "<=" || operator === "<";

// `!= 0` compares with a number, `!= refused` and `!= "0"` with a text.
const operandOf = (text: string): MetricValue => {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "boolean" || typeof json === "number" || typeof json === "string"
      ? json
      : text;
  } catch {
    return text;
  }
};

/**
 * Whether a value passes. Numbers that differ by rounding alone are the same: `0.7 + 0.1` passes `>= 0.8`. Texts compare
 * with their case. Nothing but a number is on either side of a bound.
 */
export const passes = (rule: PassRule, value: MetricValue): boolean => {
  if (isOrderRule(rule)) {
    if (typeof value !== "number") return false;
    const { operator, bound } = rule;
    if (areSame(value, bound)) return operator === ">=" || operator === "<=";
    return operator.startsWith(">") ? value > bound : value < bound;
  }
  const isAmong = rule.values.some((own) =>
    typeof own === "number" && typeof value === "number" ? areSame(own, value) : own === value,
  );
  return isAmong === (rule.operator === "=");
};

/** A rule in a few words: `>= 4`, `C or P`, `not refused`. */
export const passText = (rule: PassRule): string => {
  if (isOrderRule(rule)) return `${rule.operator} ${rule.bound}`;
  return `${rule.operator === "=" ? "" : "not "}${rule.values.map(String).join(" or ")}`;
};
