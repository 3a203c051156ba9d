/** What changed from one member to another: words of a text, members of JSON, messages of a conversation. */
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { type Message, textOf } from "../../src/content/Chat.ts";
import type { Member } from "../../src/explore/ExploreProtocol.ts";
import { count, plural } from "../../src/figures/Figures.ts";
import { contentOf, type MessageChange } from "../record/ChatDiff.ts";
import { areEqual, type JsonChange, type JsonMember } from "../record/JsonDiff.ts";
import { diffMembers, type MemberDiff } from "../record/MemberDiff.ts";
import { diffTexts, type Segment, type TextDiff } from "../record/TextDiff.ts";
import { Facts, JsonView, MessageView } from "./ChatView.tsx";
import { Fold } from "./Fold.tsx";
import { JsonTree } from "./JsonTree.tsx";
import { cut } from "./LongText.tsx";
import { MemberView } from "./MemberView.tsx";
import { visible } from "./SafeText.tsx";
import { TextView } from "./TextView.tsx";

export interface Props {
  readonly place: string;
  readonly before: Member | undefined;
  readonly after: Member | undefined;
  /** What the two are, in lower case: `baseline`, `candidate`. */
  readonly titles: readonly [string, string];
}

/** The difference of two members. */
export const Difference = ({ place, before, after, titles }: Props): JSX.Element => {
  const diff = useMemo(() => diffMembers(before, after), [before, after]);
  return <DifferenceView diff={diff} place={place} {...{ before, after, titles }} />;
};

export interface ViewProps extends Props {
  readonly diff: MemberDiff;
}

export const DifferenceView = ({ diff, place, before, after, titles }: ViewProps): JSX.Element => {
  const [from, to] = titles;
  switch (diff.kind) {
    case "same":
      return (
        <>
          <p class="note">
            {from} and {to}: the same
          </p>
          {after === undefined ? null : <MemberView place={place} member={after} />}
        </>
      );
    case "added":
    case "removed":
      return (
        <>
          <p class="note">Only in {diff.kind === "added" ? to : from}</p>
          <div class={diff.kind}>
            <MemberView place={place} member={after ?? before ?? nothing} />
          </div>
        </>
      );
    case "tooDifferent":
      return (
        <>
          <p class="note">
            These differ, and are too long or have too little in common to mark where.
          </p>
          <div class="sides">
            <MemberView place={place} member={before ?? nothing} />
            <MemberView place={place} member={after ?? nothing} />
          </div>
        </>
      );
    case "text":
      return (
        <>
          <Direction titles={titles}>
            {diff.diff.by === "lines" ? ", compared by lines: these texts are long" : ""}
          </Direction>
          <TextDifference diff={diff.diff} />
        </>
      );
    case "json":
      return (
        <>
          <Direction titles={titles} />
          <div class="changes">
            <JsonDifference name={null} change={diff.change} />
          </div>
        </>
      );
    default:
      return (
        <>
          <Direction titles={titles} />
          <ChatDifference messages={diff.messages} />
          {areEqual(...diff.facts) ? null : (
            <div class="sides">
              <Facts facts={diff.facts[0]} />
              <Facts facts={diff.facts[1]} />
            </div>
          )}
        </>
      );
  }
};

const nothing: Member = { key: "", text: "", isText: true };

interface DirectionProps {
  readonly titles: readonly [string, string];
  readonly children?: string;
}

const Direction = ({ titles: [from, to], children = "" }: DirectionProps): JSX.Element => (
  <p class="note">
    From <del>{from}</del> to <ins>{to}</ins>
    {children}
  </p>
);

/** A text with what was removed and added. What stayed is cut where it is long. */
const TextDifference = ({ diff }: { readonly diff: TextDiff }): JSX.Element => (
  <pre class="prose difference" dir="auto">
    {diff.segments.map((segment, index) => (
      <SegmentText key={index} segment={segment} />
    ))}
  </pre>
);

/** Of a text that stayed, so many characters are shown at either end. */
const shownAround = 600;

/** The most characters of one change that are shown until the user asks for the rest. */
const maxShownChange = 20_000;

const SegmentText = ({ segment: { kind, text } }: { readonly segment: Segment }): JSX.Element => {
  const [isWhole, setIsWhole] = useState(false);
  const limit = kind === "same" ? 2 * shownAround + 200 : maxShownChange;
  const parts =
    isWhole || text.length <= limit
      ? [text]
      : kind === "same"
        ? [cut(text, shownAround), text.slice(-shownAround).replace(/^[\uDC00-\uDFFF]/, "")]
        : [cut(text, maxShownChange), ""];
  const [start = "", end] = parts;
  const inner = (
    <>
      {visible(start)}
      {end === undefined ? null : (
        <button type="button" class="more" onClick={() => setIsWhole(true)}>
          … {count(text.length - start.length - end.length)} more characters
          {kind === "same" ? " that stayed" : ""} …
        </button>
      )}
      {end === undefined ? "" : visible(end)}
    </>
  );
  return kind === "added" ? (
    <ins>{inner}</ins>
  ) : kind === "removed" ? (
    <del>{inner}</del>
  ) : (
    <span>{inner}</span>
  );
};

interface JsonDifferenceProps {
  readonly name: string | null;
  readonly change: JsonChange;
}

const JsonDifference = ({ name, change }: JsonDifferenceProps): JSX.Element => {
  const label = name === null ? null : <span class="key">{visible(name)}: </span>;
  switch (change.kind) {
    case "same":
      return (
        <div class="change-line">
          {label}
          <JsonView value={change.value} />
        </div>
      );
    case "added":
      return (
        <div class="change-line">
          <ins>
            {label}
            {lineOf(change.value)}
          </ins>
        </div>
      );
    case "removed":
      return (
        <div class="change-line">
          <del>
            {label}
            {lineOf(change.value)}
          </del>
        </div>
      );
    case "replaced":
      return (
        <div class="change-line">
          {label}
          <Replaced before={change.before} after={change.after} />
        </div>
      );
    default:
      return (
        <div class="change-line">
          {label}
          <span class="fold">{change.isList ? "list" : ""}</span>
          <ul>
            {groupSame(change.members).map((member, index) => (
              <li key={index}>
                {Array.isArray(member) ? (
                  <Unchanged members={member} />
                ) : (
                  <JsonDifference name={member.key} change={member.change} />
                )}
              </li>
            ))}
          </ul>
        </div>
      );
  }
};

const Replaced = ({ before, after }: { readonly before: unknown; readonly after: unknown }) => {
  const diff = useMemo(
    () =>
      typeof before === "string" && typeof after === "string"
        ? diffTexts(before, after)
        : undefined,
    [before, after],
  );
  return diff === undefined ? (
    <>
      <del>{lineOf(before)}</del> <ins>{lineOf(after)}</ins>
    </>
  ) : (
    <TextDifference diff={diff} />
  );
};

/** The most characters of a value in one line. */
const maxLineCharacters = 2000;

const lineOf = (value: unknown): string => {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return visible(
    text.length <= maxLineCharacters
      ? text
      : `${cut(text, maxLineCharacters)}… (${plural(text.length, "character")})`,
  );
};

/** Neighbours that stayed, together. */
const groupSame = (
  members: ReadonlyArray<JsonMember>,
): ReadonlyArray<JsonMember | Array<JsonMember>> => {
  const groups: Array<JsonMember | Array<JsonMember>> = [];
  for (const member of members) {
    const last = groups.at(-1);
    if (member.change.kind !== "same") groups.push(member);
    else if (Array.isArray(last)) last.push(member);
    else groups.push([member]);
  }
  return groups;
};

const Unchanged = ({ members }: { readonly members: ReadonlyArray<JsonMember> }): JSX.Element => (
  <Fold
    look="unchanged"
    summary={
      members.length === 1
        ? `${visible(members[0]?.key ?? "")}: the same`
        : `${plural(members.length, "member")} the same`
    }
  >
    {() => (
      <JsonTree
        label="Unchanged"
        value={Object.fromEntries(
          members.map(({ key, change }) => [key, change.kind === "same" ? change.value : null]),
        )}
      />
    )}
  </Fold>
);

const ChatDifference = ({ messages }: { readonly messages: ReadonlyArray<MessageChange> }) => (
  <ol class="chat">
    {groupMessages(messages).map((group, index) => (
      <li key={index}>
        {Array.isArray(group) ? (
          <Fold
            look="unchanged"
            summary={`${plural(group.length, "message")} the same${
              group.every(({ kind }) => kind === "same")
                ? ""
                : ", but for what was stored beside them"
            }`}
          >
            {() => group.map((same, place) => <SameMessage key={place} change={same} />)}
          </Fold>
        ) : (
          <MessageDifference change={group} />
        )}
      </li>
    ))}
  </ol>
);

/** A message's calls, results and pictures. */
const withoutText = (message: Message): Message => ({
  ...message,
  parts: message.parts.filter(({ type }) => type !== "text"),
  facts: [],
});

const MessageDifference = ({ change }: { readonly change: Changed }): JSX.Element => {
  const texts = useMemo(
    () =>
      change.kind === "changed"
        ? diffTexts(textOf(change.before), textOf(change.after))
        : undefined,
    [change],
  );
  if (change.kind !== "changed") {
    return (
      <div class={change.kind}>
        <p class="note">{change.kind === "added" ? "Added" : "Removed"}</p>
        <MessageView message={change.message} />
      </div>
    );
  }
  const { before, after } = change;
  const isSameText = textOf(before) === textOf(after);
  const isSameRest = contentOf(withoutText(before)) === contentOf(withoutText(after));
  return (
    <article class={`message ${after.role}`}>
      <h4>{visible(after.role)}</h4>
      {isSameText ? (
        textOf(after) === "" ? null : (
          <p class="note">The same text</p>
        )
      ) : texts === undefined ? (
        <>
          <p class="note">These texts differ, and have too little in common to mark where.</p>
          <div class="sides">
            <TextView text={textOf(before)} />
            <TextView text={textOf(after)} />
          </div>
        </>
      ) : (
        <TextDifference diff={texts} />
      )}
      {isSameRest ? null : (
        <div class="sides">
          <div class="removed">
            <MessageView message={withoutText(before)} />
          </div>
          <div class="added">
            <MessageView message={withoutText(after)} />
          </div>
        </div>
      )}
      <FactChanges before={before} after={after} />
    </article>
  );
};

type Same = Extract<MessageChange, { readonly kind: "same" | "sameContent" }>;
type Changed = Exclude<MessageChange, Same>;

const isSame = (change: MessageChange): change is Same =>
  change.kind === "same" || change.kind === "sameContent";

/** A message that both have, with what differs beside it. */
const SameMessage = ({ change }: { readonly change: Same }): JSX.Element => {
  if (change.kind === "same") return <MessageView message={change.message} />;
  const { before, after } = change;
  const changed = changedFacts(before, after);
  return (
    <>
      <MessageView
        message={{ ...after, facts: after.facts.filter(([key]) => !changed.includes(key)) }}
      />
      <FactChanges before={before} after={after} />
      {changed.length > 0 ? null : <p class="note">Ids of calls differ</p>}
    </>
  );
};

const changedFacts = (before: Message, after: Message): ReadonlyArray<string> => {
  const [old, now] = [new Map(before.facts), new Map(after.facts)];
  return [...new Set([...old.keys(), ...now.keys()])].filter(
    (key) => !areEqual(old.get(key), now.get(key)),
  );
};

interface FactChangesProps {
  readonly before: Message;
  readonly after: Message;
}

/** What differs beside what was written. */
const FactChanges = ({ before, after }: FactChangesProps): JSX.Element => {
  const [old, now] = [new Map(before.facts), new Map(after.facts)];
  return (
    <>
      {changedFacts(before, after).map((key) => (
        <p key={key} class="note">
          {visible(key)}: <del>{lineOf(old.get(key) ?? null)}</del>{" "}
          <ins>{lineOf(now.get(key) ?? null)}</ins>
        </p>
      ))}
    </>
  );
};

const groupMessages = (
  changes: ReadonlyArray<MessageChange>,
): ReadonlyArray<Changed | Array<Same>> => {
  const groups: Array<Changed | Array<Same>> = [];
  for (const change of changes) {
    const last = groups.at(-1);
    if (!isSame(change)) groups.push(change);
    else if (Array.isArray(last)) last.push(change);
    else groups.push([change]);
  }
  return groups;
};
