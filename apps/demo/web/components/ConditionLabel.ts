import { number } from "../../src/figures/Figures.ts";
import { type Condition, isSingle } from "../query/Condition.ts";

/** A condition in words: `fail`, `3`, `0.5 to below 0.6`. */
export const conditionLabel = (condition: Condition): string =>
  condition.is === "category"
    ? condition.name
    : condition.is !== "range"
      ? condition.is
      : isSingle(condition)
        ? number(condition.lower)
        : `${number(condition.lower)} to ${condition.isClosed ? "" : "below "}${number(condition.upper)}`;
