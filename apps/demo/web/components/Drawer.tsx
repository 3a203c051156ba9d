/** The drawer: one record in full, or the two records of a testcase. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Cell } from "../../src/analysis/Cell.ts";
import { keyText } from "../../src/analysis/Series.ts";
import type { Detail } from "../../src/explore/ExploreProtocol.ts";
import { count } from "../../src/figures/Figures.ts";
import type { MetricLabels } from "../../src/figures/MetricLabels.ts";
import type { Feed } from "../feed/Feed.ts";
import type { MetricView } from "../worker/Engine.ts";
import { isFree } from "./Keyboard.ts";
import { MemberPair, Members } from "./RecordMembers.tsx";
import { SafeText } from "./SafeText.tsx";
import { Score } from "./Score.tsx";
import { ScoreCard } from "./ScoreCard.tsx";
import { useDetail } from "./useDetail.ts";

/** What the drawer needs to name and show the scores of a metric. */
interface MetricProps {
  readonly metrics: ReadonlyArray<MetricView>;
  readonly labels: MetricLabels;
}

export interface Props extends MetricProps {
  readonly feed: Feed;
  /** The index of the record in the (candidate) run; -1 where it has none. */
  readonly record: number;
  /** The same in the baseline. */
  readonly baseline: number;
  /** How many trials the testcase has in the baseline and in the candidate: the drawer shows the first of each. */
  readonly trials: readonly [baseline: number, candidate: number];
  readonly isComparison: boolean;
  readonly onClose: () => void;
  readonly onStep: (by: number) => void;
}

export const Drawer = (props: Props): JSX.Element => {
  const { feed, record, baseline, isComparison, metrics, labels, onClose, onStep } = props;
  const [attempt, setAttempt] = useState(0);
  const loadedRecord = useDetail(feed, isComparison ? 1 : 0, record, attempt);
  const loadedBaseline = useDetail(feed, 0, isComparison ? baseline : -1, attempt);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key === "Escape" && isFree(event)) onClose();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  });
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);

  const candidate = loadedRecord.status === "ready" ? loadedRecord.detail : null;
  const before = loadedBaseline.status === "ready" ? loadedBaseline.detail : null;
  const any = candidate ?? before;
  const failure = [loadedRecord, loadedBaseline].find((loaded) => loaded.status === "failed");
  return (
    <aside class="drawer" aria-label="Record in full">
      <header>
        <h2 ref={heading} tabIndex={-1}>
          <Title detail={any} isComparison={isComparison} />
        </h2>
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
      {any === null ? null : (
        <ScoreStrip
          details={isComparison ? [before, candidate] : [any]}
          trials={props.trials}
          metrics={metrics}
          labels={labels}
        />
      )}
      <div class="content" aria-busy={loadedRecord.status === "loading"}>
        {failure === undefined ? null : (
          <div class="state" role="alert">
            <p>{failure.status === "failed" ? failure.reason : ""}</p>
            <button type="button" onClick={() => setAttempt(attempt + 1)}>
              Try again
            </button>
          </div>
        )}
        {any === null && failure === undefined ? <p class="state">Loading…</p> : null}
        {any === null ? null : isComparison ? (
          <Pair
            candidate={candidate}
            baseline={before}
            any={any}
            metrics={metrics}
            labels={labels}
          />
        ) : (
          <Single detail={any} metrics={metrics} labels={labels} />
        )}
      </div>
    </aside>
  );
};

interface TitleProps extends Pick<Props, "isComparison"> {
  readonly detail: Detail | null;
}

const Title = ({ detail, isComparison }: TitleProps): JSX.Element => {
  if (detail === null) return <>Record</>;
  const { id, testcaseId } = detail;
  if (isComparison) {
    return <SafeText>{testcaseId === null ? `Record ${id}` : `Testcase ${testcaseId}`}</SafeText>;
  }
  return (
    <>
      <SafeText>{`Record ${id}`}</SafeText>
      <small>
        {testcaseId === null ? "no testcase" : <SafeText>{`testcase ${testcaseId}`}</SafeText>}
      </small>
    </>
  );
};

interface StripProps extends MetricProps {
  /** The record, or the records of the baseline and of the candidate. */
  readonly details: ReadonlyArray<Detail | null>;
  readonly trials: Props["trials"];
}

/** The scores in brief. */
const ScoreStrip = ({ details, trials, metrics, labels }: StripProps): JSX.Element => {
  const isPair = details.length > 1;
  return (
    <div class={isPair ? "strip pair" : "strip"}>
      {details.map((detail, side) => (
        <p key={side}>
          {isPair ? (
            <small>
              {side === 0 ? "baseline" : "candidate"}
              {(trials[side] ?? 0) > 1 ? `, trial 1 of ${count(trials[side] ?? 0)}` : ""}
            </small>
          ) : null}
          {detail === null ? (
            <span class="score missing">no record</span>
          ) : (
            metrics
              .filter((metric) => details.some((any) => cellIn(any, metric) !== null))
              .map((metric) => (
                <span key={metric.id}>
                  <code>
                    <SafeText>{labels.get(metric.id) ?? metric.id}</SafeText>
                  </code>{" "}
                  <Score cell={cellIn(detail, metric)} kind={metric.kind} />
                </span>
              ))
          )}
        </p>
      ))}
    </div>
  );
};

/** What a record says in a series: the metric as a whole says why there is no value. */
const cellIn = (detail: Detail | null, { metricId, key }: MetricView): Cell => {
  const found = (name: string): Cell | undefined =>
    detail?.cells.find(({ series }) => keyText(series) === name)?.cell;
  return found(key) ?? found(metricId) ?? null;
};

/** The label of a metric with all of its members. */
const labelOf = (id: string, { metrics, labels }: MetricProps): string => {
  const own = metrics.find(({ metricId }) => metricId === id);
  return labels.get(own?.id ?? id)?.split(" ", 1)[0] ?? id;
};

/** The metrics that scored any of the records, in order of appearance. */
const metricsOf = (details: ReadonlyArray<Detail | null>): ReadonlySet<string> =>
  new Set(details.flatMap((detail) => detail?.scores.map(({ metric }) => metric) ?? []));

interface SingleProps extends MetricProps {
  readonly detail: Detail;
}

const Single = ({ detail, metrics, labels }: SingleProps): JSX.Element => (
  <>
    <Members title="Inputs" members={detail.inputs} />
    <MemberPair
      left={{ title: "Expected", members: detail.expected }}
      right={{ title: "Outputs", members: detail.outputs }}
    />
    <section aria-label="Scores">
      <h3>Scores</h3>
      {detail.scores.length === 0 ? <p class="note">No metric scored this record.</p> : null}
      {detail.scores.map((score, index) => (
        <ScoreCard
          key={index}
          score={score}
          metrics={metrics}
          label={labelOf(score.metric, { metrics, labels })}
        />
      ))}
    </section>
    {detail.others.length === 0 ? null : <Members title="Other fields" members={detail.others} />}
  </>
);

interface PairProps extends MetricProps {
  readonly candidate: Detail | null;
  readonly baseline: Detail | null;
  /** The candidate, or the baseline where there is no candidate. */
  readonly any: Detail;
}

const Pair = ({ candidate, baseline, any, metrics, labels }: PairProps): JSX.Element => {
  const ids = metricsOf([baseline, candidate]);
  return (
    <>
      <Members title="Inputs" members={any.inputs} />
      <Members title="Expected" members={any.expected} />
      <MemberPair
        left={{ title: "Baseline outputs", members: baseline?.outputs ?? [], id: baseline?.id }}
        right={{ title: "Candidate outputs", members: candidate?.outputs ?? [], id: candidate?.id }}
      />
      <section aria-label="Scores">
        <h3>Scores</h3>
        {Array.from(ids, (id) => (
          <div class="sides" key={id}>
            {[baseline, candidate].map((detail, side) => {
              const scores = detail?.scores.filter(({ metric }) => metric === id) ?? [];
              return (
                <div key={side}>
                  {scores.length === 0 ? <p class="note">No score</p> : null}
                  {scores.map((score, index) => (
                    <ScoreCard
                      key={index}
                      score={score}
                      metrics={metrics}
                      label={labelOf(id, { metrics, labels })}
                    />
                  ))}
                </div>
              );
            })}
          </div>
        ))}
      </section>
    </>
  );
};
