/** The toolbar above the table: the search, the filters, and how many records match. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { count, plural } from "../../src/figures/Figures.ts";
import type { MetricLabels } from "../../src/figures/MetricLabels.ts";
import {
  conditionWord,
  fromFragment,
  maxSearchLength,
  type Query,
  toggle,
} from "../query/Query.ts";
import type { View } from "../worker/Engine.ts";
import { conditionLabel } from "./ConditionLabel.ts";
import { focusRecords, isFree } from "./Keyboard.ts";
import { SafeText } from "./SafeText.tsx";
import type { SetQuery } from "../query/useQueryInUrl.ts";

export interface Props {
  readonly query: Query;
  readonly view: View;
  readonly labels: MetricLabels;
  readonly isComparison: boolean;
  readonly onChange: SetQuery;
}

export const Toolbar = ({ query, view, labels, isComparison, onChange }: Props): JSX.Element => {
  const search = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key === "/" && isFree(event)) {
        event.preventDefault();
        search.current?.focus();
      }
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, []);
  const noun = isComparison ? "testcase" : "record";
  const shown = view.records.length;
  return (
    <div class="toolbar">
      <input
        ref={search}
        type="search"
        aria-label="Search"
        aria-keyshortcuts="/"
        title="Finds all of these words in the first 4,000 characters of a record"
        placeholder="Search ids, texts and reasoning ( / )"
        spellcheck={false}
        maxLength={maxSearchLength}
        value={query.text}
        onKeyDown={(event) => {
          if (event.isComposing || !["ArrowDown", "Enter", "Escape"].includes(event.key)) return;
          // Escape would empty the field.
          event.preventDefault();
          focusRecords();
          if (document.activeElement === event.currentTarget) event.currentTarget.blur();
        }}
        onInput={({ currentTarget }) => onChange({ ...query, text: currentTarget.value }, true)}
      />
      {isComparison ? (
        <select
          aria-label="Testcases"
          value={query.only ?? ""}
          onChange={({ currentTarget: { value } }) =>
            onChange({ ...query, only: fromFragment(`only=${value}`).only })
          }
        >
          <option value="">All testcases</option>
          <option value="both">In both runs ({count(view.parts.both)})</option>
          <option value="baseline">Baseline only ({count(view.parts.baseline)})</option>
          <option value="candidate">Candidate only ({count(view.parts.candidate)})</option>
        </select>
      ) : null}
      <ul class="chips" aria-label="Filters">
        {query.filters.map((filter) => {
          const metric = labels.get(filter.metric) ?? filter.metric;
          const condition = conditionLabel(filter.condition);
          return (
            <li key={`${filter.metric}:${conditionWord(filter.condition)}`}>
              <button
                type="button"
                aria-label={`Remove filter ${metric} ${condition}`}
                onClick={() => onChange(toggle(query, filter))}
              >
                <SafeText>{metric}</SafeText> <b>{condition}</b>
                <i aria-hidden="true">✕</i>
              </button>
            </li>
          );
        })}
      </ul>
      <output class="count">
        {shown === view.items
          ? plural(shown, noun)
          : `${count(shown)} of ${plural(view.items, noun)}`}
      </output>
    </div>
  );
};
