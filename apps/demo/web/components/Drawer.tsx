/** One record in full, or the two of a testcase: what went in, what was hoped for, what came out, and every score. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Detail, Member, ScoreDetail } from "../../src/explore/ExploreProtocol.ts";
import { TextDifference } from "./TextDifference.tsx";
import type { MetricView } from "../worker/Engine.ts";
import type { Feed } from "../feed/Feed.ts";
import * as Fmt from "../Figures.ts";
import { isFree } from "./Keyboard.ts";
import { Score } from "./RecordTable.tsx";
import { SafeText, visible } from "./SafeText.tsx";

export interface Props {
  readonly feed: Feed;
  /** The index of the record in the (candidate) run; -1 where it has none. */
  readonly record: number;
  /** The same in the baseline. */
  readonly baseline: number;
  readonly isComparison: boolean;
  readonly metrics: ReadonlyArray<MetricView>;
  readonly onClose: () => void;
  readonly onStep: (by: number) => void;
}

type Loaded =
  | { readonly status: "loading" }
  | { readonly status: "failed"; readonly reason: string }
  | { readonly status: "ready"; readonly detail: Detail | null };

const loading: Loaded = { status: "loading" };

/** Asks for a record in full, anew whenever another is asked for or `attempt` changes. */
const useDetail = (feed: Feed, run: number, index: number, attempt: number): Loaded => {
  const [loaded, setLoaded] = useState<Loaded>(loading);
  useEffect(() => {
    if (index < 0) {
      setLoaded({ status: "ready", detail: null });
      return undefined;
    }
    const controller = new AbortController();
    // What was shown stays until the next is there, unless that takes a while.
    const slow = setTimeout(() => setLoaded(loading), 150);
    feed.detail(run, index, controller.signal).then(
      (detail) => {
        if (!controller.signal.aborted) setLoaded({ status: "ready", detail });
        clearTimeout(slow);
      },
      (error: unknown) => {
        if (!controller.signal.aborted) {
          setLoaded({
            status: "failed",
            reason: error instanceof Error ? error.message : String(error),
          });
        }
        clearTimeout(slow);
      },
    );
    return () => {
      controller.abort();
      clearTimeout(slow);
    };
  }, [feed, run, index, attempt]);
  return loaded;
};

export const Drawer = (props: Props): JSX.Element => {
  const { feed, record, baseline, isComparison, onClose, onStep } = props;
  const [attempt, setAttempt] = useState(0);
  const own = useDetail(feed, isComparison ? 1 : 0, record, attempt);
  const before = useDetail(feed, 0, isComparison ? baseline : -1, attempt);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key === "Escape" && isFree(event)) onClose();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  });
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);

  const shown = own.status === "ready" ? own.detail : null;
  const old = before.status === "ready" ? before.detail : null;
  const any = shown ?? old;
  const failure = [own, before].find((loaded) => loaded.status === "failed");
  return (
    <aside class="drawer" aria-label="Record in full">
      <header>
        <h2 ref={heading} tabIndex={-1}>
          {any === null ? (
            "Record"
          ) : isComparison && any.testcaseId !== null ? (
            <SafeText>{`Testcase ${any.testcaseId}`}</SafeText>
          ) : (
            <SafeText>{`Record ${any.id}`}</SafeText>
          )}
          {any === null || isComparison ? null : (
            <small>
              {any.testcaseId === null ? (
                "no testcase"
              ) : (
                <SafeText>{`testcase ${any.testcaseId}`}</SafeText>
              )}
            </small>
          )}
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
        <div class={isComparison ? "strip pair" : "strip"}>
          {(isComparison ? [old, shown] : [any]).map((detail, side) => (
            <p key={side}>
              {isComparison ? <small>{side === 0 ? "baseline" : "candidate"}</small> : null}
              {detail === null ? (
                <span class="score missing">no record</span>
              ) : (
                Array.from(metricsOf(isComparison ? [old, shown] : [any]), (metric) => (
                  <span key={metric}>
                    <code>
                      <SafeText>{Fmt.shortId(metric)}</SafeText>
                    </code>{" "}
                    <Score
                      cell={detail.scores.find((score) => score.metric === metric)?.cell ?? null}
                      kind={kindOf(props.metrics, metric)}
                    />
                  </span>
                ))
              )}
            </p>
          ))}
        </div>
      )}
      <div class="content" aria-busy={own.status === "loading"}>
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
          <Pair candidate={shown} baseline={old} any={any} metrics={props.metrics} />
        ) : (
          <One detail={any} metrics={props.metrics} />
        )}
      </div>
    </aside>
  );
};

const kindOf = (metrics: ReadonlyArray<MetricView>, id: string): MetricView["kind"] =>
  metrics.find((metric) => metric.id === id)?.kind ?? "other";

/** The metrics that scored any of the records, in order of appearance. */
const metricsOf = (details: ReadonlyArray<Detail | null>): ReadonlySet<string> =>
  new Set(details.flatMap((detail) => detail?.scores.map(({ metric }) => metric) ?? []));

const One = ({
  detail,
  metrics,
}: {
  readonly detail: Detail;
  readonly metrics: Props["metrics"];
}) => (
  <>
    <Members title="Inputs" members={detail.inputs} />
    <Outcome
      left={{ title: "Expected", members: detail.expected }}
      right={{ title: "Outputs", members: detail.outputs }}
    />
    <section aria-label="Scores">
      <h3>Scores</h3>
      {detail.scores.length === 0 ? <p class="note">No metric has scored this record.</p> : null}
      {detail.scores.map((score, index) => (
        <ScoreCard key={index} score={score} kind={kindOf(metrics, score.metric)} />
      ))}
    </section>
    {detail.others.length === 0 ? null : <Members title="Other fields" members={detail.others} />}
  </>
);

const Pair = ({
  candidate,
  baseline,
  any,
  metrics,
}: {
  readonly candidate: Detail | null;
  readonly baseline: Detail | null;
  readonly any: Detail;
  readonly metrics: Props["metrics"];
}) => {
  const ids = metricsOf([baseline, candidate]);
  return (
    <>
      <Members title="Inputs" members={any.inputs} />
      <Members title="Expected" members={any.expected} />
      <Outcome
        left={{ title: "Baseline outputs", members: baseline?.outputs ?? [], id: baseline?.id }}
        right={{ title: "Candidate outputs", members: candidate?.outputs ?? [], id: candidate?.id }}
      />
      <section aria-label="Scores">
        <h3>Scores</h3>
        {Array.from(ids, (id) => (
          <div class="sides" key={id}>
            {[baseline, candidate].map((detail, side) => {
              const score = detail?.scores.find(({ metric }) => metric === id);
              return score === undefined ? (
                <p class="note" key={side}>
                  No score
                </p>
              ) : (
                <ScoreCard key={side} score={score} kind={kindOf(metrics, id)} />
              );
            })}
          </div>
        ))}
      </section>
    </>
  );
};

interface Side {
  readonly title: string;
  readonly members: ReadonlyArray<Member>;
  readonly id?: string | undefined;
}

// Two sides by side; where both begin with a text, also as the difference of the two.
const Outcome = ({ left, right }: { readonly left: Side; readonly right: Side }): JSX.Element => {
  const [isDiff, setIsDiff] = useState(false);
  const [before, after] = [textOf(left, right), textOf(right, left)];
  const canDiff = before !== undefined && after !== undefined;
  return (
    <section aria-label={`${left.title} and ${right.title}`}>
      {canDiff ? (
        <div class="switch" role="group" aria-label="How to compare">
          <button type="button" aria-pressed={!isDiff} onClick={() => setIsDiff(false)}>
            Side by side
          </button>
          <button type="button" aria-pressed={isDiff} onClick={() => setIsDiff(true)}>
            Difference
          </button>
        </div>
      ) : null}
      {isDiff && canDiff ? (
        <TextDifference before={before} after={after} titles={[left.title, right.title]} />
      ) : (
        <div class="sides">
          <Members {...left} />
          <Members {...right} />
        </div>
      )}
    </section>
  );
};

/** The text of a side: under the other side's first text's key where it has one, else its first. */
const textOf = ({ members }: Side, other: Side): string | undefined => {
  const texts = members.filter(({ isText }) => isText);
  const counterpart = other.members.find(
    ({ key, isText }) => isText && texts.some((text) => text.key === key),
  );
  return (texts.find(({ key }) => key === counterpart?.key) ?? texts[0])?.text;
};

const Members = ({ title, members, id }: Side): JSX.Element => (
  <section class="members" aria-label={title}>
    <h3>
      {title}
      {id === undefined ? null : (
        <small>
          <SafeText>{`record ${id}`}</SafeText>
        </small>
      )}
    </h3>
    {members.length === 0 ? <p class="note">Nothing</p> : null}
    <dl>
      {members.map((member) => (
        <MemberText key={member.key} member={member} />
      ))}
    </dl>
  </section>
);

/** So many characters of a text are shown at first: a page stays quick with a book in a field. */
const atFirst = 4000;

const MemberText = ({
  member: { key, text, isText },
}: {
  readonly member: Member;
}): JSX.Element => {
  const [isWhole, setIsWhole] = useState(false);
  const isLong = text.length > atFirst && !isWhole;
  return (
    <>
      <dt>{key === "" ? <i>(empty key)</i> : <SafeText>{key}</SafeText>}</dt>
      <dd>
        <pre
          class={isText ? "prose" : text.includes("\n") ? "json" : "scalar"}
          dir={isText ? "auto" : "ltr"}
        >
          {visible(isLong ? text.slice(0, atFirst) : text)}
        </pre>
        {isLong ? (
          <button type="button" class="more" onClick={() => setIsWhole(true)}>
            Show all {Fmt.count(text.length)} characters
          </button>
        ) : null}
      </dd>
    </>
  );
};

interface ScoreCardProps {
  readonly score: ScoreDetail;
  readonly kind: MetricView["kind"];
}

const ScoreCard = ({ score, kind }: ScoreCardProps): JSX.Element => (
  <article class="verdict">
    <h4 title={score.metric}>
      <SafeText>{Fmt.shortId(score.metric)}</SafeText>
      <Score cell={score.cell} kind={kind} />
    </h4>
    {score.reasoning === null ? null : (
      <p class="prose" dir="auto">
        {visible(score.reasoning)}
      </p>
    )}
    {score.errors.length === 0 ? null : (
      <ul class="errors" aria-label="Validation errors">
        {score.errors.map(({ path, message }, index) => (
          <li key={index}>
            <code>
              <SafeText>{path === "" ? "(the score itself)" : path}</SafeText>
            </code>{" "}
            <SafeText>{message}</SafeText>
          </li>
        ))}
      </ul>
    )}
    <dl class="inline">
      {score.members.map(({ key, text }) => (
        <div key={key}>
          <dt>
            <SafeText>{key}</SafeText>
          </dt>
          <dd>
            <SafeText>{text.slice(0, atFirst)}</SafeText>
          </dd>
        </div>
      ))}
    </dl>
  </article>
);
