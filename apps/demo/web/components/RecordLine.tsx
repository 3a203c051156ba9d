/** A row of the table: one record, or the two records of a testcase. */
import type { JSX } from "preact";
import type { Cell } from "../../src/analysis/Cell.ts";
import type { Row } from "../../src/explore/ExploreProtocol.ts";
import { number, plural } from "../../src/figures/Figures.ts";
import type { MetricView } from "../worker/Engine.ts";
import { RecordMark } from "./NoteEditor.tsx";
import { SafeText } from "./SafeText.tsx";
import { Score, ScoreChange } from "./Score.tsx";

export interface Props {
  /** Its place in the table. */
  readonly item: number;
  /** Its distance from the top of the rows, in pixels. */
  readonly top: number;
  /** The row of the (candidate) run, if it has one. */
  readonly candidate: Row | undefined;
  /** The row of the baseline, if there is one. */
  readonly baseline: Row | undefined;
  readonly metrics: ReadonlyArray<MetricView>;
  /** The cell of a metric, of all trials together; undefined where the run does not have the testcase. */
  readonly cellOf: (side: "candidate" | "baseline", metric: MetricView) => Cell | undefined;
  /** The most trials that one of the runs has of it. */
  readonly trials: number;
  readonly isComparison: boolean;
  /** Whether it stands for all trials of a testcase. */
  readonly areTestcases: boolean;
  /** The standard deviation of the trials' numbers; undefined where there is none to show. */
  readonly spreadOf: (metric: MetricView) => number | undefined;
  /** Whether the keyboard is on it. */
  readonly isActive: boolean;
  readonly isOpen: boolean;
  readonly onOpen: () => void;
}

export const RecordLine = (props: Props): JSX.Element | null => {
  const { item, top, candidate, baseline, metrics, isComparison, isActive, isOpen, onOpen } = props;
  const { cellOf, trials, areTestcases } = props;
  const shown = candidate ?? baseline;
  if (shown === undefined) return null;
  const fails = metrics.some(
    (metric) => metric.kind === "boolean" && cellOf("candidate", metric) === false,
  );
  return (
    <div
      id={`item-${item}`}
      role="row"
      class={`line${isActive ? " active" : ""}${isOpen ? " open" : ""}${fails ? " fails" : ""}`}
      aria-rowindex={item + 2}
      aria-selected={isOpen}
      style={{ transform: `translateY(${top}px)` }}
      onClick={onOpen}
    >
      <div role="gridcell" class="id">
        <SafeText>{areTestcases ? (shown.testcaseId ?? shown.id) : shown.id}</SafeText>
        <RecordMark run={candidate === undefined ? 0 : isComparison ? 1 : 0} recordId={shown.id} />
        <small>
          {areTestcases ? (
            candidate === undefined ? (
              "baseline only"
            ) : baseline === undefined && isComparison ? (
              "candidate only"
            ) : trials > 1 ? (
              plural(trials, "trial")
            ) : (
              ""
            )
          ) : shown.testcaseId === null ? (
            "no testcase"
          ) : (
            <SafeText>{`testcase ${shown.testcaseId}`}</SafeText>
          )}
        </small>
      </div>
      <div role="gridcell" class="text">
        <SafeText>{shown.input}</SafeText>
        <small>
          <SafeText>{shown.output}</SafeText>
        </small>
      </div>
      {metrics.map((metric) => (
        <div key={metric.id} role="gridcell" class="numeric">
          {isComparison ? (
            <ScoreChange
              kind={metric.kind}
              isLowerBetter={metric.isLowerBetter}
              scale={metric.scale}
              before={cellOf("baseline", metric)}
              after={cellOf("candidate", metric)}
            />
          ) : (
            <>
              <Score cell={cellOf("candidate", metric) ?? null} kind={metric.kind} />
              <Spread of={props.spreadOf(metric)} />
            </>
          )}
        </div>
      ))}
    </div>
  );
};

const Spread = ({ of }: { readonly of: number | undefined }): JSX.Element | null =>
  of === undefined ? null : (
    <small title="The standard deviation of its trials">± {number(of)}</small>
  );
