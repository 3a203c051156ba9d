/** A score in full: its value, its reasoning, its validation errors and its other members. */
import type { JSX } from "preact";
import type { Member, ScoreDetail } from "../../src/explore/ExploreProtocol.ts";
import { plural } from "../../src/figures/Figures.ts";
import { Fold } from "./Fold.tsx";
import { MemberView } from "./MemberView.tsx";
import { SafeText } from "./SafeText.tsx";
import { TextView } from "./TextView.tsx";
import type { MetricView } from "../worker/View.ts";
import { Score } from "./Score.tsx";

export interface Props {
  readonly score: ScoreDetail;
  readonly metrics: ReadonlyArray<MetricView>;
  /** The metric's label. */
  readonly label: string;
}

// Scores in the drawer may belong to a run whose view has not arrived.
const kindOf = (value: boolean | number | string): MetricView["kind"] =>
  typeof value === "boolean" ? "boolean" : typeof value === "number" ? "number" : "category";

/** The most characters of a member that stands beside others. */
const maxShortCharacters = 120;

const isShort = ({ text }: Member): boolean =>
  text.length <= maxShortCharacters && !text.includes("\n");

export const ScoreCard = ({ score, metrics, label }: Props): JSX.Element => (
  <article class="verdict">
    <h4 title={score.metric}>
      <SafeText>{label}</SafeText>
      {score.readings.length === 0 ? (
        <Score cell={{ flaw: score.errors.length > 0 ? "invalid" : "unrecognised" }} kind="other" />
      ) : (
        score.readings.map(({ member, value }) => {
          const metric = metrics.find(({ key }) => key === `${score.metric}/${member}`);
          return (
            <span key={member}>
              {score.readings.length > 1 ? <SafeText>{`${member} `}</SafeText> : null}
              <Score cell={value} kind={metric?.kind ?? kindOf(value)} unit={metric?.unit} />
            </span>
          );
        })
      )}
    </h4>
    {score.reasoning === null ? null : (
      <div class="reasoning">
        <TextView text={score.reasoning} />
      </div>
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
      {score.members.filter(isShort).map(({ key, text }) => (
        <div key={key}>
          <dt>
            <SafeText>{key}</SafeText>
          </dt>
          <dd>
            <SafeText>{text}</SafeText>
          </dd>
        </div>
      ))}
    </dl>
    {score.members
      .filter((member) => !isShort(member))
      .map((member) => (
        <Fold
          key={member.key}
          look="facts"
          summary={
            <>
              <SafeText>{member.key}</SafeText>{" "}
              <small>{plural(member.text.length, "character")}</small>
            </>
          }
        >
          {() => <MemberView place={`score.${member.key}`} member={member} />}
        </Fold>
      ))}
  </article>
);
