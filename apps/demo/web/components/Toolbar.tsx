/** The toolbar above the table: the search, the filter, and how many records match. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Reduction } from "../../src/analysis/Reduction.ts";
import { count, plural } from "../../src/figures/Figures.ts";
import type { MetricLabels } from "../../src/figures/MetricLabels.ts";
import { type Catalogue, writtenField } from "../query/Catalogue.ts";
import type { CountedValue } from "../query/Completion.ts";
import type { Wanted } from "../query/Expression.ts";
import { filterClicks } from "../query/FilterClick.ts";
import { fromFragment, maxSearchLength, type Query } from "../query/Query.ts";
import type { View } from "../worker/View.ts";
import { maxHits } from "../../src/explore/store/HitCount.ts";
import type { ShownHits } from "../worker/CountedHits.ts";
import { ExportMenu, type Props as ExportMenuProps } from "./ExportMenu.tsx";
import { FilterField } from "./FilterField.tsx";
import { focusRecords, isFree } from "./Keyboard.ts";
import { NoteFilters } from "./NoteFilters.tsx";
import { runBadge } from "./RunName.ts";
import { unfairNote } from "./RunLines.tsx";
import { SafeText, visible } from "./SafeText.tsx";
import { MetricChooser } from "./MetricChooser.tsx";
import type { SetQuery } from "../query/useQueryInUrl.ts";

export interface Props {
  readonly query: Query;
  readonly view: View;
  /** What the search hits in all records that are shown; null without a search. */
  readonly hits: ShownHits | "counting" | null;
  readonly catalogue: Catalogue;
  readonly labels: MetricLabels;
  /** The places of the metrics that are shown. */
  readonly shown: ReadonlyArray<number>;
  readonly onShow: (shown: ReadonlyArray<number> | null) => void;
  readonly valuesOf: (pointer: string) => ReadonlyArray<CountedValue>;
  readonly exported: ExportMenuProps;
  /** The ids of the runs that the page shows. */
  readonly runs: ReadonlyArray<string>;
  /** How the trials of a testcase become one value. */
  readonly reduction: Reduction;
  readonly onChange: SetQuery;
}

/** What the figures of a testcase are: those of a mean need no note. */
const reductionNotes = {
  mean: "",
  any: "best of the trials",
  all: "worst of the trials",
  majority: "most of the trials",
} as const;

const flaky: Wanted = { op: "=", value: "yes" };

export const Toolbar = (props: Props): JSX.Element => {
  const { query, view, catalogue, runs, onChange } = props;
  const isComparison = runs.length > 1;
  const [before, after] =
    runs.length > 2 ? [runBadge(0), runBadge(view.focus)] : ["Baseline", "Candidate"];
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
  const fields = catalogue.fields.map(writtenField);
  const clicks = filterClicks(query.filter, catalogue);
  // With a run in the filter, a link means the same whichever run is in focus.
  const flakyRun = runs.length > 2 ? view.focus + 1 : undefined;
  const isFlakyWanted = clicks.wants("flaky", flaky, flakyRun);
  const noun = isComparison || query.isFolded ? "testcase" : "record";
  const { matching } = view;
  const isFair = view.metrics.every(({ changes }) => changes.every((change) => change.isFair));
  return (
    <div class="toolbar">
      <div class="search">
        <input
          ref={search}
          type="search"
          aria-label="Search"
          aria-keyshortcuts="/"
          title={
            query.isPattern
              ? "Finds what the regular expression matches"
              : "Finds records with all of these words"
          }
          placeholder={query.isPattern ? "Regular expression ( / )" : "Search all text ( / )"}
          aria-invalid={view.searchProblem !== null}
          aria-describedby={view.searchProblem === null ? undefined : "search-problem"}
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
        <button
          type="button"
          aria-pressed={query.isPattern}
          aria-label="Regular expression"
          title="Search by a regular expression"
          onClick={() => onChange({ ...query, isPattern: !query.isPattern })}
        >
          .*
        </button>
        {view.searchProblem === null ? null : (
          <div class="below">
            <p id="search-problem" class="problem" role="status">
              <SafeText>{view.searchProblem}</SafeText>
            </p>
          </div>
        )}
      </div>
      {isComparison ? (
        <select
          aria-label="Testcases"
          value={query.only ?? ""}
          onChange={({ currentTarget: { value } }) =>
            onChange({ ...query, only: fromFragment(`only=${value}`).only })
          }
        >
          <option value="">All testcases</option>
          {runs.length > 2 ? (
            <>
              <option value="both">
                In {before} and {after} ({count(view.parts.both)})
              </option>
              <option value="baseline">
                In {before}, not {after} ({count(view.parts.baseline)})
              </option>
              <option value="candidate">
                In {after}, not {before} ({count(view.parts.candidate)})
              </option>
            </>
          ) : (
            <>
              <option value="both">In both runs ({count(view.parts.both)})</option>
              <option value="baseline">
                {before} only ({count(view.parts.baseline)})
              </option>
              <option value="candidate">
                {after} only ({count(view.parts.candidate)})
              </option>
            </>
          )}
        </select>
      ) : null}
      <FilterField
        filter={query.filter}
        catalogue={catalogue}
        fieldProblem={view.fieldProblem}
        valuesOf={props.valuesOf}
        onChange={(filter, isTyping) => onChange({ ...query, filter }, isTyping)}
      />
      {catalogue.fields.length === 0 ? null : (
        <select
          aria-label="Group by"
          title="Figures for each value of a field"
          class={query.by === null ? "" : "chosen"}
          value={query.by ?? ""}
          onChange={({ currentTarget: { value } }) =>
            onChange({ ...query, by: value === "" ? null : value })
          }
        >
          <option value="">Group by…</option>
          {query.by !== null && !fields.includes(query.by) ? (
            <option value={query.by}>{query.by}</option>
          ) : null}
          <FieldOptions fields={fields.slice(0, view.fewValued)} />
          {view.fewValued === fields.length ? null : (
            <optgroup label="Many values, or one">
              <FieldOptions fields={fields.slice(view.fewValued)} />
            </optgroup>
          )}
        </select>
      )}
      {isComparison || !view.hasTrials ? null : (
        <button
          type="button"
          aria-pressed={query.isFolded}
          title="One line for the trials of each testcase"
          onClick={() => onChange({ ...query, isFolded: !query.isFolded })}
        >
          Trials together
        </button>
      )}
      {!view.hasTrials || (view.flaky === 0 && !isFlakyWanted) ? null : (
        <button
          type="button"
          aria-pressed={isFlakyWanted}
          title="Testcases whose trials disagree"
          onClick={() => onChange({ ...query, filter: clicks.toggle("flaky", flaky, flakyRun) })}
        >
          {count(view.flaky)} flaky{flakyRun === undefined ? "" : ` in ${runBadge(view.focus)}`}
        </button>
      )}
      <NoteFilters clicks={clicks} onFilter={(filter) => onChange({ ...query, filter })} />
      {view.metrics.length < 2 ? null : (
        <MetricChooser
          metrics={view.metrics}
          shown={props.shown}
          labels={props.labels}
          onChange={props.onShow}
        />
      )}
      <ExportMenu {...props.exported} />
      {props.reduction === "mean" || !view.hasTrials ? null : (
        <small
          class="reduction"
          title={
            isFair
              ? "How the trials of a testcase become one value in the figures: --reduce"
              : `--reduce ${props.reduction}: ${unfairNote}`
          }
        >
          {reductionNotes[props.reduction]}
          {isFair ? "" : ", of unequal numbers: no verdict"}
        </small>
      )}
      <output class="count">
        {matching === view.items
          ? plural(matching, noun)
          : `${count(matching)} of ${plural(view.items, noun)}`}
      </output>
      {props.hits === null || matching === 0 ? null : <HitCount hits={props.hits} />}
    </div>
  );
};

const HitCount = ({ hits }: { readonly hits: ShownHits | "counting" }): JSX.Element => {
  if (hits === "counting") return <output class="count hit-count">Counting hits…</output>;
  const { hits: all, records, isWhole } = hits;
  const text = `${plural(all, "hit")} in ${plural(records, "record")}`;
  return (
    <output
      class="count hit-count"
      title={
        isWhole ? "h leads from hit to hit" : `No more than ${count(maxHits)} hits are counted`
      }
    >
      {isWhole ? text : `At least ${text}`}
    </output>
  );
};

const FieldOptions = ({ fields }: { readonly fields: ReadonlyArray<string> }): JSX.Element => (
  <>
    {fields.map((field) => (
      <option key={field} value={field}>
        {visible(field)}
      </option>
    ))}
  </>
);
