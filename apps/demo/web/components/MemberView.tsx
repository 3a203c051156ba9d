/** A member of a record: as a text, a conversation or a tree, or raw; and a button that copies it. */
import { createContext, type JSX } from "preact";
import { useContext, useMemo } from "preact/hooks";
import type { Member } from "../../src/explore/ExploreProtocol.ts";
import { type Content, contentOf } from "../record/Content.ts";
import { read, maxMarkdownCharacters } from "../record/Markdown.ts";
import { ChatView } from "./ChatView.tsx";
import { CopyButton } from "./CopyButton.tsx";
import { JsonTree } from "./JsonTree.tsx";
import { LongText } from "./LongText.tsx";
import { SafeText } from "./SafeText.tsx";
import { RawContext, TextView } from "./TextView.tsx";

/** Which members the user wants to see raw, by their places. The choice holds for all records. */
export interface RawChoice {
  readonly places: ReadonlySet<string>;
  readonly toggle: (place: string) => void;
}

export const RawChoiceContext = createContext<RawChoice>({ places: new Set(), toggle: () => {} });

export interface Props {
  /** Where the member is: `outputs.response`. */
  readonly place: string;
  readonly member: Member;
}

/** A member with its tools, without its name. */
export const MemberView = ({ place, member }: Props): JSX.Element => {
  const { places, toggle } = useContext(RawChoiceContext);
  const content = useMemo(() => contentOf(member), [member]);
  const hasForm = useMemo(() => canBeFormed(content), [content]);
  const isRaw = hasForm && places.has(place);
  return (
    <div class="member">
      <div class="tools">
        {hasForm ? (
          <button
            type="button"
            class="quiet small"
            aria-pressed={isRaw}
            aria-label={`Raw ${place}`}
            title="Show it as it is stored"
            onClick={() => toggle(place)}
          >
            Raw
          </button>
        ) : null}
        <CopyButton label="Copy" what={place} text={() => member.text} />
      </div>
      <RawContext.Provider value={isRaw}>
        <ContentView content={isRaw ? rawOf(member) : content} label={place} />
      </RawContext.Provider>
    </div>
  );
};

/** Whether a member has another form than its raw one. */
const canBeFormed = (content: Content): boolean =>
  content.kind === "chat" ||
  content.kind === "json" ||
  (content.kind === "text" &&
    (content.text.length > maxMarkdownCharacters || read(content.text) !== undefined));

const rawOf = ({ text, isText }: Member): Content => ({ kind: isText ? "text" : "raw", text });

interface ContentViewProps {
  readonly content: Content;
  readonly label: string;
}

const ContentView = ({ content, label }: ContentViewProps): JSX.Element => {
  switch (content.kind) {
    case "text":
      return content.text === "" ? <p class="note">(empty)</p> : <TextView text={content.text} />;
    case "chat":
      return <ChatView chat={content.chat} />;
    case "json":
      return <JsonTree value={content.value} label={label} />;
    default:
      return <LongText text={content.text} look="code" />;
  }
};

export interface MembersProps {
  readonly title: string;
  readonly part: string;
  readonly members: ReadonlyArray<Member>;
}

/** Members with their names. */
export const Members = ({ title, part, members }: MembersProps): JSX.Element => (
  <section class="members" aria-label={title}>
    <h3>{title}</h3>
    <MemberList part={part} members={members} />
  </section>
);

export const MemberList = ({ part, members }: Omit<MembersProps, "title">): JSX.Element => (
  <dl class="list">
    {members.map((member) => (
      <div key={member.key} class={isShort(member) ? "short" : ""}>
        <MemberName name={member.key} />
        <dd>
          <MemberView place={`${part}.${member.key}`} member={member} />
        </dd>
      </div>
    ))}
  </dl>
);

/** The most characters of a value that stands beside its name. */
const maxShortCharacters = 60;

const isShort = ({ text }: Member): boolean =>
  text !== "" && text.length <= maxShortCharacters && !/[\n[{]/.test(text);

export const MemberName = ({ name }: { readonly name: string }): JSX.Element => (
  <dt>{name === "" ? <i>(empty key)</i> : <SafeText>{name}</SafeText>}</dt>
);
