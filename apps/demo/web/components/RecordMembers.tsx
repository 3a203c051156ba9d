/** The members of a record's free-form objects, and two such objects side by side. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Member } from "../../src/explore/ExploreProtocol.ts";
import { count } from "../../src/figures/Figures.ts";
import { SafeText, visible } from "./SafeText.tsx";
import { TextDifference } from "./TextDifference.tsx";

/** How many characters of a long text are shown until the user asks for all of it. */
export const maxShownCharacters = 4000;

/** An object with a title, and the record that it belongs to where there are two. */
export interface TitledMembers {
  readonly title: string;
  readonly members: ReadonlyArray<Member>;
  readonly id?: string | undefined;
}

export const Members = ({ title, members, id }: TitledMembers): JSX.Element => (
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

const MemberText = ({
  member: { key, text, isText },
}: {
  readonly member: Member;
}): JSX.Element => {
  const [isWhole, setIsWhole] = useState(false);
  const isCut = text.length > maxShownCharacters && !isWhole;
  return (
    <>
      <dt>{key === "" ? <i>(empty key)</i> : <SafeText>{key}</SafeText>}</dt>
      <dd>
        <pre
          class={isText ? "prose" : text.includes("\n") ? "json" : "scalar"}
          dir={isText ? "auto" : "ltr"}
        >
          {visible(isCut ? text.slice(0, maxShownCharacters) : text)}
        </pre>
        {isCut ? (
          <button type="button" class="more" onClick={() => setIsWhole(true)}>
            Show all {count(text.length)} characters
          </button>
        ) : null}
      </dd>
    </>
  );
};

export interface MemberPairProps {
  readonly left: TitledMembers;
  readonly right: TitledMembers;
}

/** Two objects side by side. Where both have a text, the user can switch to the difference of the two. */
export const MemberPair = ({ left, right }: MemberPairProps): JSX.Element => {
  const [isDifference, setIsDifference] = useState(false);
  const [before, after] = [textOf(left, right), textOf(right, left)];
  const isComparable = before !== undefined && after !== undefined;
  return (
    <section aria-label={`${left.title} and ${right.title}`}>
      {isComparable ? (
        <div class="switch" role="group" aria-label="How to compare">
          <button type="button" aria-pressed={!isDifference} onClick={() => setIsDifference(false)}>
            Side by side
          </button>
          <button type="button" aria-pressed={isDifference} onClick={() => setIsDifference(true)}>
            Difference
          </button>
        </div>
      ) : null}
      {isDifference && isComparable ? (
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

/** The text of an object to compare: of the first text in the other object whose key both have, else its own first. */
const textOf = ({ members }: TitledMembers, other: TitledMembers): string | undefined => {
  const texts = members.filter(({ isText }) => isText);
  const counterpart = other.members.find(
    ({ key, isText }) => isText && texts.some((text) => text.key === key),
  );
  return (texts.find(({ key }) => key === counterpart?.key) ?? texts[0])?.text;
};
