/** What the values of a series are. `other` has none: no score is valid and recognised. */
export type MetricKind = "boolean" | "number" | "category" | "other";

/** How many values of each kind a series has. */
export interface KindCounts {
  readonly booleans: number;
  readonly numbers: number;
  readonly categories: number;
}

/** The kind of most values. Of equal counts, booleans win over numbers and numbers over categories. */
export const kindOf = ({ booleans, numbers, categories }: KindCounts): MetricKind =>
  booleans > 0 && booleans >= numbers && booleans >= categories
    ? "boolean"
    : numbers > 0 && numbers >= categories
      ? "number"
      : categories > 0
        ? "category"
        : "other";
