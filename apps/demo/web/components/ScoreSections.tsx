/** The scores of one record, or of several side by side. */
import type { JSX } from "preact";
import type { MetricProps } from "./Drawer.tsx";
import { type Column, ColumnTitle } from "./RecordSections.tsx";
import { ScoreCard } from "./ScoreCard.tsx";

export interface Props extends MetricProps {
  readonly columns: ReadonlyArray<Column>;
}

export const ScoreSections = ({ columns, ...metricProps }: Props): JSX.Element => {
  // In order of appearance.
  const metrics = new Set(
    columns.flatMap(({ detail }) => detail?.scores.map(({ metric }) => metric) ?? []),
  );
  const cards = ({ detail }: Column, metric: string) =>
    detail?.scores
      .filter((score) => score.metric === metric)
      .map((score, index) => (
        <ScoreCard
          key={index}
          score={score}
          metrics={metricProps.metrics}
          label={labelOf(metric, metricProps)}
        />
      )) ?? [];
  return (
    <section aria-label="Scores">
      <h3>Scores</h3>
      {metrics.size === 0 ? <p class="note">No metric scored this record.</p> : null}
      {columns.length > 1 && metrics.size > 0 ? (
        <div class="sides titles" style={{ "--sides": columns.length }}>
          {columns.map((column, index) => (
            <ColumnTitle key={index} column={column} />
          ))}
        </div>
      ) : null}
      {Array.from(metrics, (metric) => (
        <div class="sides" key={metric} style={{ "--sides": columns.length }}>
          {columns.map((column, index) => {
            const own = cards(column, metric);
            return (
              <div key={index}>
                {column.title === "" ? null : (
                  <p class="stacked-title" aria-hidden="true">
                    {column.title}
                  </p>
                )}
                {own.length === 0 ? <p class="note">No score</p> : own}
              </div>
            );
          })}
        </div>
      ))}
    </section>
  );
};

/** The label of a metric with all of its members. */
const labelOf = (id: string, { metrics, labels }: MetricProps): string => {
  const own = metrics.find(({ metricId }) => metricId === id);
  const names = new Set(
    metrics.flatMap((metric) => (metric.metricId === id ? (metric.name ?? []) : [])),
  );
  // A name can have spaces; without one, the label starts with the id.
  if (names.size > 0) return Array.from(names).join(" / ");
  return labels.get(own?.id ?? id)?.split(" ", 1)[0] ?? id;
};
