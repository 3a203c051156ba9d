/** The drawer: one record in full, the records of a testcase in several runs, or the trials of a testcase. */
import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Cell } from "../../src/analysis/Cell.ts";
import { keyText } from "../../src/analysis/Series.ts";
import type { Detail } from "../../src/explore/ExploreProtocol.ts";
import { count, idText } from "../../src/figures/Figures.ts";
import type { MetricLabels } from "../../src/figures/MetricLabels.ts";
import type { Feed } from "../feed/Feed.ts";
import type { Role, Roles } from "../query/Query.ts";
import type { MetricView } from "../worker/View.ts";
import { CopyButton } from "./CopyButton.tsx";
import { isFree } from "./Keyboard.ts";
import { NoteEditor } from "./NoteEditor.tsx";
import { inSentence } from "./RunName.ts";
import { RunStrip } from "./RunStrip.tsx";
import { useWidth } from "./useWidth.ts";
import { RawChoiceContext } from "./MemberView.tsx";
import { type Column, RecordSections } from "./RecordSections.tsx";
import { SafeText } from "./SafeText.tsx";
import { Score } from "./Score.tsx";
import { ScoreSections } from "./ScoreSections.tsx";
import { TrialTable } from "./TrialTable.tsx";
import { useDetails } from "./useDetails.ts";

/** What the drawer needs to name and show the scores of a metric. */
export interface MetricProps {
  readonly metrics: ReadonlyArray<MetricView>;
  readonly labels: MetricLabels;
}

/** The records of the open testcase in one run. */
export interface Side {
  /** The index of the run. */
  readonly run: number;
  /** `Baseline` or `Candidate`, or what several runs are called; empty where there is one run. */
  readonly title: string;
  /** The indexes of its trials in the run; empty where it has no such record. */
  readonly trials: ReadonlyArray<number>;
  /** The place in `trials` of the one that the URL opens. */
  readonly opened: number;
}

export interface Props extends MetricProps {
  readonly feed: Feed;
  /** One to five. */
  readonly sides: ReadonlyArray<Side>;
  /** The index of the run that the page compares with the first. */
  readonly focus: number;
  readonly onFocus: (run: number) => void;
  readonly cellOf: (run: number, index: number, metric: MetricView) => Cell;
  readonly roles: Roles;
  readonly onRole: (role: Role, place: string) => void;
  /** The address of the open record. */
  readonly link: () => string;
  readonly onClose: () => void;
  readonly onStep: (by: number) => void;
}

/** The most trials that are shown side by side. */
const maxTrialColumns = 5;

/** The places of raw members last as long as the page. */
let lastRawPlaces: ReadonlySet<string> = new Set();
let wasDifference = false;
let wereAllRuns: boolean | undefined;

/** In pixels: narrower columns are hard to read. */
const minColumnWidth = 230;

export const Drawer = (props: Props): JSX.Element => {
  const { feed, metrics, labels, cellOf, focus, onFocus, onClose, onStep } = props;
  const drawer = useRef<HTMLElement>(null);
  const areSeveral = props.sides.length > 2;
  const width = useWidth(drawer, areSeveral);
  const [areAllRuns, setAllRuns] = useState(wereAllRuns);
  const showsAllRuns = areAllRuns ?? width >= props.sides.length * minColumnWidth;
  /** Of several runs, where there is little room: the first, and the one in focus. */
  const sides =
    areSeveral && !showsAllRuns
      ? props.sides.filter(({ run }) => run === 0 || run === focus)
      : props.sides;
  const [attempt, setAttempt] = useState(0);
  const [isDifference, setIsDifference] = useState(wasDifference);
  const [rawPlaces, setRawPlaces] = useState(lastRawPlaces);
  // The trials that the user chose, by run, for the open testcase.
  const testcase = props.sides
    .map(({ run, trials, opened }) => `${run}:${trials[0]}:${opened}`)
    .join(" ");
  const [chosen, setChosen] = useState<{
    readonly testcase: string;
    readonly places: ReadonlyMap<number, number>;
    readonly areAll: boolean;
  }>({ testcase, places: new Map(), areAll: false });
  const own =
    chosen.testcase === testcase
      ? chosen
      : { testcase, places: new Map<number, number>(), areAll: chosen.areAll };
  const placeOf = ({ run, opened }: Side): number => own.places.get(run) ?? opened;
  const [only] = sides;
  const canShowAll = sides.length === 1 && only !== undefined && only.trials.length > 1;
  const areAll = own.areAll && canShowAll;
  const places = areAll
    ? only.trials.slice(0, maxTrialColumns).map((index) => ({ run: only.run, index }))
    : sides.map((side) => ({ run: side.run, index: side.trials[placeOf(side)] ?? -1 }));
  const loaded = useDetails(feed, places, attempt);
  const titles = areAll
    ? places.map((_, index) => `Trial ${index + 1}`)
    : sides.map(({ title }) => title);
  const details = loaded.status === "ready" ? loaded.details : null;
  const isStale = loaded.status === "ready" && loaded.isStale;
  const columns = useMemo<ReadonlyArray<Column> | null>(
    () =>
      details === null || details.every((detail) => detail === null)
        ? null
        : details.map((detail, index) => ({ title: titles[index] ?? "", detail })),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the titles belong to the details
    [details],
  );
  /** Of several runs, the one whose note the keys change. */
  const mainNoteRun = places.some(({ run, index }) => run === focus && index >= 0)
    ? focus
    : (places.findLast(({ index }) => index >= 0)?.run ?? 0);
  const any = details?.findLast((detail) => detail !== null) ?? null;
  const isSeveral = sides.length > 1;

  const trialOf = (side: Side): string =>
    side.trials.length > 1 ? `trial ${placeOf(side) + 1} of ${count(side.trials.length)}` : "";
  const showAllRuns = (next: boolean): void => {
    wereAllRuns = next;
    setAllRuns(next);
  };
  const choose = (run: number, place: number): void =>
    setChosen({ testcase, places: new Map(own.places).set(run, place), areAll: false });
  /** Shows another trial of the last run that has several. */
  const stepTrial = (by: number): void => {
    const side = sides.findLast(({ trials }) => trials.length > 1);
    if (side === undefined) return;
    const next = placeOf(side) + by;
    if (next >= 0 && next < side.trials.length) choose(side.run, next);
  };

  const heading = useRef<HTMLHeadingElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const showDifference = (next: boolean): void => {
    wasDifference = next;
    setIsDifference(next);
  };
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (!isFree(event)) return;
      if (event.key === "Escape") onClose();
      else if (event.key === "d") showDifference(!isDifference);
      else if (event.key === "[") stepTrial(-1);
      else if (event.key === "]") stepTrial(1);
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  });
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  useEffect(() => content.current?.scrollTo({ top: 0 }), [testcase]);

  const rawChoice = useMemo(
    () => ({
      places: rawPlaces,
      toggle: (place: string) => {
        const next = new Set(rawPlaces);
        if (!next.delete(place)) next.add(place);
        lastRawPlaces = next;
        setRawPlaces(next);
      },
    }),
    [rawPlaces],
  );
  return (
    <aside ref={drawer} class="drawer" aria-label="Record in full">
      <header>
        <h2 ref={heading} tabIndex={-1}>
          <Title detail={any} isSeveral={isSeveral} />
        </h2>
        {any === null ? null : (
          <>
            <CopyButton label="Link" what="a link to this record" text={props.link} />
            <CopyButton label="JSON" what="the record as JSON" text={() => jsonOf(details ?? [])} />
          </>
        )}
        <button type="button" class="quiet" aria-label="Previous record" onClick={() => onStep(-1)}>
          ↑
        </button>
        <button type="button" class="quiet" aria-label="Next record" onClick={() => onStep(1)}>
          ↓
        </button>
        <button type="button" class="quiet" aria-label="Close" onClick={onClose}>
          ✕
        </button>
      </header>
      {areSeveral ? (
        <RunStrip
          runs={props.sides.map((side) => {
            const index = side.trials[placeOf(side)];
            return {
              run: side.run,
              title: side.title,
              trial: trialOf(side),
              hasRecord: index !== undefined,
              cellOf: (metric) =>
                index === undefined ? undefined : cellOf(side.run, index, metric),
            };
          })}
          metrics={metrics}
          labels={labels}
          focus={focus}
          onFocus={(run) => {
            showAllRuns(false);
            onFocus(run);
          }}
          areAll={showsAllRuns}
          onAll={showAllRuns}
        />
      ) : null}
      {columns === null || areSeveral ? null : (
        <ScoreStrip
          columns={columns}
          trials={areAll ? [] : sides.map(trialOf)}
          metrics={metrics}
          labels={labels}
        />
      )}
      {columns === null ? null : (
        <div class="note-bar">
          {columns.map(({ title, detail }, index) =>
            detail === null ? null : (
              <NoteEditor
                key={index}
                run={places[index]?.run ?? 0}
                recordId={detail.id}
                title={title}
                isMain={
                  // A key that is pressed while the next record is loaded is not about this one.
                  !isStale &&
                  (areSeveral ? places[index]?.run === mainNoteRun : index === columns.length - 1)
                }
              />
            ),
          )}
        </div>
      )}
      <div
        class={areSeveral && showsAllRuns ? "content all-runs" : "content"}
        style={{ "--min-column": `${minColumnWidth}px` }}
        ref={content}
        aria-busy={loaded.status === "loading" || isStale}
      >
        {loaded.status === "failed" ? (
          <div class="state" role="alert">
            <p>{loaded.reason}</p>
            <button type="button" onClick={() => setAttempt(attempt + 1)}>
              Try again
            </button>
          </div>
        ) : null}
        {columns === null && loaded.status === "loading" ? <p class="state">Loading…</p> : null}
        {sides
          .filter(({ trials }) => trials.length > 1)
          .map((side) => (
            <TrialTable
              key={side.run}
              title={inSentence(side.title)}
              trials={side.trials}
              metrics={metrics}
              labels={labels}
              cellOf={(trial, metric) => cellOf(side.run, trial, metric)}
              chosen={areAll ? -1 : placeOf(side)}
              onChoose={(place) => choose(side.run, place)}
            />
          ))}
        {canShowAll ? (
          <p>
            <button
              type="button"
              aria-pressed={areAll}
              onClick={() => setChosen({ ...own, testcase, areAll: !areAll })}
            >
              {only.trials.length > maxTrialColumns
                ? `Compare the first ${maxTrialColumns} trials`
                : `Compare the ${only.trials.length} trials`}
            </button>
          </p>
        ) : null}
        {columns === null ? null : (
          <RawChoiceContext.Provider value={rawChoice}>
            <RecordSections
              columns={columns}
              roles={props.roles}
              onRole={props.onRole}
              isDifference={isDifference}
              onDifference={showDifference}
              scores={<ScoreSections columns={columns} metrics={metrics} labels={labels} />}
            />
          </RawChoiceContext.Provider>
        )}
      </div>
    </aside>
  );
};

/** The records as they are shown, as JSON to paste elsewhere. */
const jsonOf = (details: ReadonlyArray<Detail | null>): string => {
  const records = details.filter((detail) => detail !== null).map(recordText);
  return records.length === 1 ? (records[0] ?? "") : `[\n${records.join(",\n")}\n]`;
};

const recordText = ({ id, testcaseId, inputs, expected, outputs, scores, others }: Detail) =>
  objectText([
    ["id", JSON.stringify(id)],
    ...(testcaseId === null ? [] : [["testcaseId", JSON.stringify(testcaseId)] as const]),
    ["inputs", membersText(inputs)],
    ["expected", membersText(expected)],
    ["outputs", membersText(outputs)],
    [
      "scores",
      `[${scores
        .map(({ metric, members, reasoning, errors }) =>
          objectText([
            ["metricConfigId", JSON.stringify(metric)],
            ["score", membersText(members)],
            ...(reasoning === null ? [] : [["reasoning", JSON.stringify(reasoning)] as const]),
            ...(errors.length === 0 ? [] : [["validationErrors", JSON.stringify(errors)] as const]),
          ]),
        )
        .join(", ")}]`,
    ],
    ...others.map((member) => [member.key, memberText(member)] as const),
  ]);

// Built as text, because a key such as `__proto__` has a meaning of its own in objects.
const objectText = (members: ReadonlyArray<readonly [key: string, json: string]>): string =>
  `{${members.map(([key, json]) => `${JSON.stringify(key)}: ${json}`).join(", ")}}`;

const memberText = ({ text, isText }: Detail["inputs"][number]): string =>
  isText ? JSON.stringify(text) : text;

const membersText = (members: Detail["inputs"]): string =>
  objectText(members.map((member) => [member.key, memberText(member)]));

interface TitleProps {
  readonly detail: Detail | null;
  /** Whether several runs are compared: then the testcase is what is open. */
  readonly isSeveral: boolean;
}

const Title = ({ detail, isSeveral }: TitleProps): JSX.Element => {
  if (detail === null) return <>Record</>;
  const { id, testcaseId } = detail;
  if (isSeveral) {
    return (
      <SafeText>
        {testcaseId === null ? `Record ${idText(id)}` : `Testcase ${idText(testcaseId)}`}
      </SafeText>
    );
  }
  return (
    <>
      <SafeText>{`Record ${idText(id)}`}</SafeText>
      <small>
        {testcaseId === null ? (
          "no testcase"
        ) : (
          <SafeText>{`testcase ${idText(testcaseId)}`}</SafeText>
        )}
      </small>
    </>
  );
};

interface StripProps extends MetricProps {
  readonly columns: ReadonlyArray<Column>;
  /** Which trial each column shows; empty where there is one. */
  readonly trials: ReadonlyArray<string>;
}

/** The scores in brief. */
const ScoreStrip = ({ columns, trials, metrics, labels }: StripProps): JSX.Element | null => {
  const isSeveral = columns.length > 1;
  const hasScores = metrics.some((metric) =>
    columns.some(({ detail }) => cellIn(detail, metric) !== null),
  );
  if (!hasScores && !isSeveral && trials.every((trial) => trial === "")) return null;
  return (
    <div class={isSeveral ? "strip pair" : "strip"}>
      {columns.map(({ title, detail }, index) => {
        const name = [inSentence(title), trials[index] ?? ""].filter((part) => part !== "");
        return (
          <p key={index}>
            {name.length === 0 ? null : <small>{name.join(", ")}</small>}
            {detail === null ? (
              <span class="score missing">no record</span>
            ) : (
              metrics
                .filter((metric) => columns.some((own) => cellIn(own.detail, metric) !== null))
                .map((metric) => (
                  <span key={metric.id}>
                    <code>
                      <SafeText>{labels.get(metric.id) ?? metric.id}</SafeText>
                    </code>{" "}
                    <Score cell={cellIn(detail, metric)} kind={metric.kind} unit={metric.unit} />
                  </span>
                ))
            )}
          </p>
        );
      })}
    </div>
  );
};

/** What a record says in a series: the metric as a whole says why there is no value. */
const cellIn = (detail: Detail | null, { metricId, key }: MetricView): Cell => {
  const found = (name: string): Cell | undefined =>
    detail?.cells.find(({ series }) => keyText(series) === name)?.cell;
  return found(key) ?? found(metricId) ?? null;
};
