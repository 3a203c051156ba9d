/** A card for each metric. Many metrics get small cards, and a field that finds them. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { plural } from "../../src/figures/Figures.ts";
import type { MetricLabels } from "../../src/figures/MetricLabels.ts";
import { type Catalogue, writtenName } from "../query/Catalogue.ts";
import { filterClicks } from "../query/FilterClick.ts";
import type { MetricView, View } from "../worker/View.ts";
import { MetricCard } from "./MetricCard.tsx";

interface Props {
  /** The metrics to show, in order. */
  readonly metrics: ReadonlyArray<MetricView>;
  readonly labels: MetricLabels;
  readonly catalogue: Catalogue;
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
  /** The ids of the runs that the page shows. */
  readonly runs: ReadonlyArray<string>;
  /** The index of the run that the page compares with the first. */
  readonly focus: number;
  readonly onFocus: (run: number) => void;
  /** For how many comparisons the p-values of verdicts are adjusted. */
  readonly tested: View["tested"];
  /** What the counts count: records, or testcases. */
  readonly noun: "record" | "testcase";
}

/** With more metrics, their cards are small. */
const maxWideCards = 9;

export const MetricCards = (props: Props): JSX.Element => {
  const { metrics, labels, catalogue, filter, onFilter } = props;
  const [wanted, setWanted] = useState("");
  const clicks = filterClicks(filter, catalogue);
  const isCompact = metrics.length > maxWideCards;
  const word = wanted.trim().toLowerCase();
  const found = isCompact
    ? metrics.filter(({ id, label }) => `${label}\n${id}`.toLowerCase().includes(word))
    : metrics;
  return (
    <>
      {isCompact ? (
        <div class="find-metric">
          <input
            type="search"
            aria-label="Find a metric"
            placeholder={`Find one of ${plural(metrics.length, "metric")}`}
            spellcheck={false}
            value={wanted}
            onInput={({ currentTarget }) => setWanted(currentTarget.value)}
          />
        </div>
      ) : null}
      <section
        class={`metrics${isCompact ? " compact" : ""}${props.runs.length > 2 ? " several" : ""}`}
        aria-label="Metrics"
      >
        {found.map((metric) => (
          <MetricCard
            key={metric.id}
            metric={metric}
            label={labels.get(metric.id) ?? metric.id}
            subject={writtenName(catalogue, placeIn(catalogue, metric))}
            clicks={clicks}
            isCompact={isCompact}
            onFilter={onFilter}
            runs={props.runs}
            focus={props.focus}
            onFocus={props.onFocus}
            noun={props.noun}
            tested={metric.isMeasure ? props.tested.measures : props.tested.scores}
          />
        ))}
        {found.length === 0 ? (
          <p class="note">{isCompact ? "No metric is called so." : "No metric to show."}</p>
        ) : null}
      </section>
    </>
  );
};

const placeIn = ({ metrics }: Catalogue, { metricId, member }: MetricView): number =>
  metrics.findIndex((own) => own.metricId === metricId && own.member === member);
