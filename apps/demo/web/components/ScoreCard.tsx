/** A score in full: its value, its reasoning, its validation errors and its other members. */
import type { JSX } from "preact";
import type { MetricKind } from "../../src/analysis/MetricKind.ts";
import type { ScoreDetail } from "../../src/explore/ExploreProtocol.ts";
import { maxShownCharacters } from "./RecordMembers.tsx";
import { SafeText, visible } from "./SafeText.tsx";
import { Score } from "./Score.tsx";

export interface Props {
  readonly score: ScoreDetail;
  readonly kind: MetricKind;
  /** The metric's label. */
  readonly label: string;
}

export const ScoreCard = ({ score, kind, label }: Props): JSX.Element => (
  <article class="verdict">
    <h4 title={score.metric}>
      <SafeText>{label}</SafeText>
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
            <SafeText>{text.slice(0, maxShownCharacters)}</SafeText>
          </dd>
        </div>
      ))}
    </dl>
  </article>
);
