/** What the scores of a metric are. */
export type MetricKind = "boolean" | "number" | "other";

/** How many valid scores of each kind a metric has. */
export interface KindCounts {
  readonly booleans: number;
  readonly numbers: number;
  readonly others: number;
}

/** The kind of most of a metric's scores. Of equal counts, booleans win over numbers and numbers over others. */
export const kindOf = ({ booleans, numbers, others }: KindCounts): MetricKind =>
  booleans > 0 && booleans >= numbers && booleans >= others
    ? "boolean"
    : numbers > 0 && numbers >= others
      ? "number"
      : "other";
