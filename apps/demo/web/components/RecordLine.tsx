/** A row of the table: one record, or the records of a testcase in each run. */
import type { JSX } from "preact";
import type { Cell } from "../../src/analysis/Cell.ts";
import { figureFormat } from "../../src/figures/FigureFormat.ts";
import { idText, plural } from "../../src/figures/Figures.ts";
import type { MetricView } from "../worker/View.ts";
import type { TableRow } from "../worker/WorkerProtocol.ts";
import { RecordMark } from "./NoteEditor.tsx";
import { runBadge } from "./RunName.ts";
import { RunScores } from "./RunScores.tsx";
import { SafeText } from "./SafeText.tsx";
import { Score, ScoreChange } from "./Score.tsx";

export interface Props {
  /** Its place in the table. */
  readonly item: number;
  /** Its distance from the top of the rows, in pixels. */
  readonly top: number;
  /** By run: the row of its record, if the run has one. */
  readonly rows: ReadonlyArray<TableRow | undefined>;
  /** The run whose record stands for the testcase, where it has it. */
  readonly mainRun: number;
  readonly metrics: ReadonlyArray<MetricView>;
  /** The cell of a metric, of all trials together; undefined where the run does not have the testcase. */
  readonly cellOf: (run: number, metric: MetricView) => Cell | undefined;
  /** By run: how many trials it has of it. */
  readonly trials: ReadonlyArray<number>;
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
  const { item, top, rows, mainRun, metrics, isComparison, isActive, isOpen, onOpen } = props;
  const { cellOf, trials, areTestcases } = props;
  const shownRun =
    rows[mainRun] === undefined ? rows.findIndex((row) => row !== undefined) : mainRun;
  const shown = rows[shownRun];
  if (shown === undefined) return null;
  const fails = metrics.some(
    (metric) => metric.kind === "boolean" && cellOf(mainRun, metric) === false,
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
        <SafeText>{idText(areTestcases ? (shown.testcaseId ?? shown.id) : shown.id)}</SafeText>
        <RecordMark
          records={(areTestcases ? [shownRun, ...rows.keys()] : [shownRun]).flatMap((run) => {
            const recordId = rows[run]?.id;
            return recordId === undefined ? [] : [{ run, recordId }];
          })}
          trialNote={areTestcases ? rows.find((row) => row?.note !== undefined)?.note : undefined}
        />
        <small>
          {areTestcases ? (
            rows.length > 2 && rows.includes(undefined) ? (
              `in ${rows.flatMap((row, run) => (row === undefined ? [] : runBadge(run))).join(", ")}`
            ) : rows[mainRun] === undefined ? (
              "baseline only"
            ) : rows[0] === undefined ? (
              "candidate only"
            ) : (
              trialsText(trials)
            )
          ) : shown.testcaseId === null ? (
            "no testcase"
          ) : (
            <SafeText>{`testcase ${idText(shown.testcaseId)}`}</SafeText>
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
          {rows.length > 2 ? (
            <RunScores
              metric={metric}
              cells={rows.map((_, run) => cellOf(run, metric))}
              focus={mainRun}
            />
          ) : isComparison ? (
            <ScoreChange
              kind={metric.kind}
              unit={metric.unit}
              isLowerBetter={metric.isLowerBetter}
              scale={metric.scale}
              before={cellOf(0, metric)}
              after={cellOf(mainRun, metric)}
            />
          ) : (
            <>
              <Score cell={cellOf(0, metric) ?? null} kind={metric.kind} unit={metric.unit} />
              <Spread of={props.spreadOf(metric)} metric={metric} />
            </>
          )}
        </div>
      ))}
    </div>
  );
};

/** How many trials a testcase has: in each of two runs, or the fewest and the most of several. Empty for one each. */
const trialsText = (trials: ReadonlyArray<number>): string => {
  const most = Math.max(...trials);
  const least = Math.min(...trials);
  if (most < 2) return "";
  if (least === most) return plural(most, "trial");
  return `${trials.length === 2 ? trials.join(" → ") : `${least}–${most}`} trials`;
};

interface SpreadProps {
  readonly of: number | undefined;
  readonly metric: MetricView;
}

const Spread = ({ of, metric }: SpreadProps): JSX.Element | null =>
  of === undefined ? null : (
    <small title="The standard deviation of its trials">
      ± {figureFormat("number", metric.unit).value(of)}
    </small>
  );
