/** Chooses which metrics the page shows, and in which order. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { MetricLabels } from "../../src/figures/MetricLabels.ts";
import type { MetricView } from "../worker/View.ts";
import { Popover } from "./Popover.tsx";
import { SafeText } from "./SafeText.tsx";

interface Props {
  readonly metrics: ReadonlyArray<MetricView>;
  /** The places of the metrics that are shown, in order. */
  readonly shown: ReadonlyArray<number>;
  readonly labels: MetricLabels;
  /** Null shows all, in the order of the run. */
  readonly onChange: (shown: ReadonlyArray<number> | null) => void;
}

export const MetricChooser = ({ metrics, shown, labels, onChange }: Props): JSX.Element => {
  const [wanted, setWanted] = useState("");
  const word = wanted.trim().toLowerCase();
  const all = Array.from(metrics.keys());
  const change = (next: ReadonlyArray<number>): void =>
    onChange(next.length === all.length && next.every((own, place) => own === place) ? null : next);
  const move = (place: number, by: number): void => {
    const own = shown[place];
    if (own !== undefined) change(shown.toSpliced(place, 1).toSpliced(place + by, 0, own));
  };
  const listed = [...shown, ...all.filter((own) => !shown.includes(own))].filter((own) => {
    const { id = "", label = "" } = metrics[own] ?? {};
    return `${label}\n${id}`.toLowerCase().includes(word);
  });
  const name =
    shown.length === all.length ? "Metrics" : `Metrics: ${shown.length} of ${all.length}`;
  return (
    <Popover name={name}>
      <div class="choose">
        <input
          type="search"
          aria-label="Find a metric to show"
          placeholder="Find a metric"
          spellcheck={false}
          value={wanted}
          onInput={({ currentTarget }) => setWanted(currentTarget.value)}
        />
        <p class="links">
          <button type="button" onClick={() => onChange(null)}>
            Show all
          </button>
          <button
            type="button"
            disabled={listed.length === 0}
            onClick={() => change(listed)}
            title="Hides the metrics that are not in this list"
          >
            Only these
          </button>
        </p>
        <ul>
          {listed.map((own) => {
            const metric = metrics[own];
            if (metric === undefined) return null;
            const place = shown.indexOf(own);
            const label = labels.get(metric.id) ?? metric.id;
            return (
              <li key={metric.id}>
                <label title={metric.id}>
                  <input
                    type="checkbox"
                    checked={place >= 0}
                    disabled={place >= 0 && shown.length === 1}
                    onChange={() =>
                      change(place >= 0 ? shown.toSpliced(place, 1) : [...shown, own])
                    }
                  />
                  <SafeText>{label}</SafeText>
                </label>
                <button
                  type="button"
                  class="quiet"
                  aria-label={`Move ${label} up`}
                  disabled={place < 1}
                  onClick={() => move(place, -1)}
                >
                  ↑
                </button>
                <button
                  type="button"
                  class="quiet"
                  aria-label={`Move ${label} down`}
                  disabled={place < 0 || place === shown.length - 1}
                  onClick={() => move(place, 1)}
                >
                  ↓
                </button>
              </li>
            );
          })}
        </ul>
      </div>
    </Popover>
  );
};
