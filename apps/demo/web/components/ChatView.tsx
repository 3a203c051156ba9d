/** A conversation as messages. What tools were called with and what they returned is folded. */
import type { JSX } from "preact";
import type { Chat, Message, Part, ToolCall, ToolResult } from "../../src/content/Chat.ts";
import { count, plural } from "../../src/figures/Figures.ts";
import { jsonText } from "../../src/analysis/RecordText.ts";
import { Fold } from "./Fold.tsx";
import { JsonTree } from "./JsonTree.tsx";
import { LongText } from "./LongText.tsx";
import { Picture } from "./Picture.tsx";
import { SafeText, visible } from "./SafeText.tsx";
import { TextView } from "./TextView.tsx";

/** How many messages are shown from the start, and in each fold after that. */
const shownMessages = { first: 60, inFold: 200 };

export const ChatView = ({ chat: { messages, facts } }: { readonly chat: Chat }): JSX.Element => (
  <>
    <Messages messages={messages.slice(0, shownMessages.first)} />
    {foldsOf(messages.length).map(({ start, end }) => (
      <Fold key={start} look="unchanged" summary={`Messages ${count(start + 1)} to ${count(end)}`}>
        {() => <Messages messages={messages.slice(start, end)} />}
      </Fold>
    ))}
    <Facts facts={facts} />
  </>
);

const foldsOf = (total: number) =>
  Array.from(
    { length: Math.ceil(Math.max(0, total - shownMessages.first) / shownMessages.inFold) },
    (_, fold) => {
      const start = shownMessages.first + fold * shownMessages.inFold;
      return { start, end: Math.min(total, start + shownMessages.inFold) };
    },
  );

const Messages = ({ messages }: { readonly messages: ReadonlyArray<Message> }): JSX.Element => (
  <ol class="chat" aria-label={plural(messages.length, "message")}>
    {messages.map((message, index) => (
      <li key={index}>
        <MessageView message={message} />
      </li>
    ))}
  </ol>
);

/** A system prompt of more characters is folded. */
const maxPromptCharacters = 300;

export const MessageView = ({ message }: { readonly message: Message }): JSX.Element => {
  const { role, parts, facts } = message;
  const text = parts.length === 1 && parts[0]?.type === "text" ? parts[0].text : "";
  const isPrompt = role === "system" || role === "developer";
  return (
    <article class={`message ${kindOfRole(role)}`}>
      {isPrompt && text.length > maxPromptCharacters ? (
        <Fold
          summary={
            <>
              <b>
                <SafeText>{role}</SafeText>
              </b>{" "}
              <Brief>{text}</Brief>
            </>
          }
        >
          {() => <TextView text={text} />}
        </Fold>
      ) : (
        <>
          <h4>
            <SafeText>{role === "" ? "(no role)" : role}</SafeText>
          </h4>
          {parts.length === 0 ? <p class="note">No content</p> : null}
          {parts.map((part, index) => (
            <PartView key={index} part={part} />
          ))}
        </>
      )}
      <Facts facts={facts} />
    </article>
  );
};

const kindOfRole = (role: string): string => {
  switch (role) {
    case "user":
    case "assistant":
    case "system":
    case "tool":
      return role;
    case "developer":
      return "system";
    case "model":
      return "assistant";
    case "function":
      return "tool";
    default:
      return "";
  }
};

const PartView = ({ part }: { readonly part: Part }): JSX.Element => {
  switch (part.type) {
    case "text":
      return <TextView text={part.text} />;
    case "thinking":
      return (
        <Fold
          look="thinking"
          summary={
            <>
              Thinking <Brief>{part.text}</Brief>
            </>
          }
        >
          {() => <TextView text={part.text} />}
        </Fold>
      );
    case "image":
      return <Picture url={part.url} description="" />;
    case "call":
      return <Call call={part.call} />;
    case "result":
      return <Result result={part.result} />;
    default:
      return <JsonView value={part.value} />;
  }
};

const Call = ({ call }: { readonly call: ToolCall }): JSX.Element => (
  <Fold
    look="call"
    summary={
      <>
        <span class="tool">
          <SafeText>{call.name}</SafeText>
        </span>
        <Brief>{`(${argumentsInBrief(call.arguments)})`}</Brief>
      </>
    }
  >
    {() => (
      <>
        <JsonView value={call.arguments} />
        {call.id === null ? null : (
          <small>
            <SafeText>{call.id}</SafeText>
          </small>
        )}
      </>
    )}
  </Fold>
);

const argumentsInBrief = (value: unknown): string =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.entries(value)
        .map(([key, own]: [string, unknown]) => `${key}: ${jsonText(own)}`)
        .join(", ")
    : jsonText(value);

const Result = ({ result }: { readonly result: ToolResult }): JSX.Element => {
  const { name, parts, isError } = result;
  const text = parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
  return (
    <Fold
      look={isError ? "result failed" : "result"}
      summary={
        <>
          {isError ? <b>error</b> : "result"}
          {name === null ? null : (
            <span class="tool">
              <SafeText>{name}</SafeText>
            </span>
          )}
          <Brief>{text}</Brief>
          {text === "" ? null : <small>{plural(text.length, "character")}</small>}
        </>
      }
    >
      {() => (
        <>
          {parts.length === 0 ? <p class="note">Nothing</p> : null}
          {parts.map((part, index) =>
            // What a tool returned is data, not prose.
            part.type === "text" ? (
              <LongText key={index} text={part.text} look="code" />
            ) : (
              <PartView key={index} part={part} />
            ),
          )}
        </>
      )}
    </Fold>
  );
};

/** The most characters of a text in one line. */
const maxBrief = 160;

/** A text in one line, which the style cuts to the width. */
const Brief = ({ children }: { readonly children: string }): JSX.Element => (
  <span class="brief">
    <SafeText>{children.slice(0, maxBrief).replaceAll(/\s+/g, " ").trim()}</SafeText>
  </span>
);

/** A JSON value: a tree, or a text as it is. */
export const JsonView = ({ value }: { readonly value: unknown }): JSX.Element =>
  typeof value === "object" && value !== null ? (
    <JsonTree value={value} label="JSON" />
  ) : (
    <LongText text={textOfValue(value)} look="code" />
  );

/** What was stored beside a text, in small print. */
export const Facts = ({ facts }: { readonly facts: Message["facts"] }): JSX.Element | null => {
  if (facts.length === 0) return null;
  const [small, large] = [facts.filter(isSmall), facts.filter((fact) => !isSmall(fact))];
  return (
    <>
      {small.length === 0 ? null : (
        <dl class="inline facts">
          {small.map(([key, value]) => (
            <div key={key}>
              <dt>
                <SafeText>{key}</SafeText>
              </dt>
              <dd>
                <SafeText>{textOfValue(value)}</SafeText>
              </dd>
            </div>
          ))}
        </dl>
      )}
      {large.map(([key, value]) => (
        <Fold
          key={key}
          look="facts"
          summary={
            <>
              {visible(key)} <Brief>{jsonText(value)}</Brief>
            </>
          }
        >
          {() => <JsonView value={value} />}
        </Fold>
      ))}
    </>
  );
};

const isSmall = ([, value]: readonly [string, unknown]): boolean =>
  typeof value !== "object" && textOfValue(value).length <= maxBrief;

const textOfValue = (value: unknown): string =>
  typeof value === "string" ? value : jsonText(value);
