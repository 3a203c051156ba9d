/** How the values of two metrics or fields of one item compare. */
import * as Json from "@scorecard-effect/contract/protocol/Json";
import { areSame } from "@scorecard-effect/contract/metrics/FloatNoise";
import type { MetricKind } from "../../src/analysis/MetricKind.ts";
import { areEqual } from "../record/JsonDiff.ts";
import type { Comparison } from "./Expression.ts";

/** One side of a comparison. */
export interface ComparedSide {
  /** How the expression calls it. */
  readonly name: string;
  /** The kind of a metric; `field` for a field or a property, whose values are of any kind. */
  readonly kind: MetricKind | "field";
  /** The size of a metric's largest number: differences are held against it. */
  readonly scale: number;
}

/** Whether two values meet a comparison. A value that is missing meets none. */
export type ValueTest = (left: unknown, right: unknown) => boolean;

/** The test that two sides are held to; or why they cannot be compared, in a sentence. */
export const comparisonOf = (
  op: Comparison | "contains",
  left: ComparedSide,
  right: ComparedSide,
): ValueTest | string => {
  const unknown = [left, right].find(({ kind }) => kind === "other");
  if (unknown !== undefined) return `No score of ${unknown.name} was recognised`;
  const isCategory = (side: ComparedSide): boolean => side.kind === "category";
  const isNumeric = ({ kind }: ComparedSide): boolean => kind === "number" || kind === "boolean";
  if (op === "contains") {
    return isNumeric(left)
      ? "Only categories and fields contain texts"
      : present((a, b) => textOf(a).toLowerCase().includes(textOf(b).toLowerCase()));
  }
  const isOrder = op !== "=" && op !== "!=";
  if (isCategory(left) || isCategory(right)) {
    const number = [left, right].find(isNumeric);
    if (number !== undefined) {
      return `${(isCategory(left) ? left : right).name} is a category, and ${number.name} is none`;
    }
    if (isOrder)
      return `Categories such as ${(isCategory(left) ? left : right).name} have no order`;
  }
  if (isNumeric(left) || isNumeric(right)) {
    const scale = Math.max(left.scale, right.scale);
    const areVerdicts = left.kind === "boolean" || right.kind === "boolean";
    const valueOf = ({ kind }: ComparedSide, value: unknown): number | undefined =>
      kind === "field" && areVerdicts ? (shareOf(value) ?? numberOf(value)) : numberOf(value);
    return (a, b) => {
      const [x, y] = [valueOf(left, a), valueOf(right, b)];
      return x !== undefined && y !== undefined && compareNumbers(op, x, y, scale);
    };
  }
  if (!isOrder) {
    const isWanted = op === "=";
    return present((a, b) => isSameValue(a, b) === isWanted);
  }
  return (a, b) => {
    const [x, y] = [numberOf(a), numberOf(b)];
    if (x !== undefined && y !== undefined) return compareNumbers(op, x, y, 0);
    return typeof a === "string" && typeof b === "string" && compareTexts(op, a, b);
  };
};

/** Whether a field has no value: a member that is `null` has none. */
export const isMissing = (value: unknown): boolean => value === undefined || value === null;

const present =
  (test: ValueTest): ValueTest =>
  (a, b) =>
    !isMissing(a) && !isMissing(b) && test(a, b);

/** The number that a text says; undefined where it says none. */
export const numberIn = (text: string): number | undefined => {
  const number = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
};

/** The number of a value, also where a text says it. */
export const numberOf = (value: unknown): number | undefined =>
  typeof value === "number" ? value : typeof value === "string" ? numberIn(value) : undefined;

/** A value of a field as a text: as it is, or its JSON. */
export const textOf = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value);

/** What a field says of passing, where a metric that passes or fails is compared with it. */
const shareOf = (value: unknown): number | undefined => {
  const word = typeof value === "string" ? value.trim().toLowerCase() : value;
  if (word === true || word === "true" || word === "pass") return 1;
  return word === false || word === "false" || word === "fail" ? 0 : undefined;
};

/** Equal texts and numbers; lists and objects, also as JSON, but for the order of an object's members. */
const isSameValue = (a: unknown, b: unknown): boolean => {
  if (a === b || textOf(a) === textOf(b)) return true;
  const [left, right] = [structureOf(a), structureOf(b)];
  return left !== undefined && right !== undefined && areEqual(left, right);
};

/** The list or the object that a value is, or that a text says as JSON; undefined where it is or says none. */
export const structureOf = (value: unknown): object | undefined => {
  if (typeof value === "object") return value ?? undefined;
  if (typeof value !== "string" || !/^[[{]/.test(value)) return undefined;
  try {
    // The browser's own parser confuses keys with escapes.
    const parsed: unknown = value.includes("\\") ? Json.parse(value) : JSON.parse(value);
    return typeof parsed === "object" ? (parsed ?? undefined) : undefined;
  } catch {
    return undefined;
  }
};

/** Compares two numbers: those that differ by the rounding of floating-point arithmetic are equal. */
export const compareNumbers = (op: Comparison, left: number, right: number, scale = 0): boolean => {
  const isSame = areSame(left, right, scale);
  switch (op) {
    case "=":
      return isSame;
    case "!=":
      return !isSame;
    case "<":
      return !isSame && left < right;
    case "<=":
      return isSame || left < right;
    case ">":
      return !isSame && left > right;
    default:
      return isSame || left > right;
  }
};

/** Compares two values by their order alone. */
export const compare = (op: "<" | "<=" | ">" | ">=", left: number, right: number): boolean =>
  op === "<"
    ? left < right
    : op === "<="
      ? left <= right
      : op === ">"
        ? left > right
        : left >= right;

/** Compares two texts, such as dates, by their order. */
export const compareTexts = (op: "<" | "<=" | ">" | ">=", left: string, right: string): boolean =>
  compare(op, left < right ? -1 : left > right ? 1 : 0, 0);
