/** Markdown of a record as elements. It loads nothing: pictures are shown from data alone, and links ask first. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Element, Node } from "../record/Markdown.ts";
import { Picture } from "./Picture.tsx";
import { visible } from "./SafeText.tsx";

export const Markdown = ({ nodes }: { readonly nodes: ReadonlyArray<Node> }): JSX.Element => (
  <div class="markdown">
    <Nodes nodes={nodes} />
  </div>
);

const Nodes = ({ nodes }: { readonly nodes: ReadonlyArray<Node> }): JSX.Element => (
  <>
    {nodes.map((node, index) =>
      typeof node === "string" ? visible(node) : <Rendered key={index} element={node} />,
    )}
  </>
);

const Rendered = ({ element }: { readonly element: Element }): JSX.Element => {
  const { kind, children, detail } = element;
  const inner = <Nodes nodes={children} />;
  switch (kind) {
    case "paragraph":
      return <p dir="auto">{inner}</p>;
    case "heading":
      // Not a heading of the page.
      return (
        <p class={`heading level-${detail}`} dir="auto">
          {inner}
        </p>
      );
    case "quote":
      return <blockquote dir="auto">{inner}</blockquote>;
    case "list":
      return <ul dir="auto">{inner}</ul>;
    case "numbered":
      return (
        <ol start={Number(detail)} dir="auto">
          {inner}
        </ol>
      );
    case "item":
      return <li>{inner}</li>;
    case "rule":
      return <hr />;
    case "code":
      return (
        <pre class="code" dir="ltr">
          {detail === "" ? null : <small>{visible(detail)}</small>}
          <code>{inner}</code>
        </pre>
      );
    case "inlineCode":
      return <code>{inner}</code>;
    case "strong":
      return <strong>{inner}</strong>;
    case "emphasis":
      return <em>{inner}</em>;
    case "struck":
      return <s>{inner}</s>;
    case "break":
      return <br />;
    case "link":
      return <Link address={detail}>{inner}</Link>;
    case "picture":
      return <Picture url={detail} description={children.map(String).join("")} />;
    case "table":
      return (
        <div class="table">
          <table>{inner}</table>
        </div>
      );
    case "tableHead":
      return <thead>{inner}</thead>;
    case "tableBody":
      return <tbody>{inner}</tbody>;
    case "row":
      return <tr>{inner}</tr>;
    case "headCell":
      return <th dir="auto">{inner}</th>;
    default:
      return <td dir="auto">{inner}</td>;
  }
};

interface LinkProps {
  readonly address: string;
  readonly children: JSX.Element;
}

/** A link of a record. It shows where it leads, and opens only after the user confirms that. */
const Link = ({ address, children }: LinkProps): JSX.Element => {
  const [isAsking, setIsAsking] = useState(false);
  const url = webAddress(address);
  if (url === undefined) {
    return (
      <span class="address">
        {children} <code>{visible(address)}</code>
      </span>
    );
  }
  return (
    <span class="address">
      <button
        type="button"
        class="link"
        title={visible(url)}
        aria-expanded={isAsking}
        onClick={() => setIsAsking(!isAsking)}
      >
        {children}
      </button>
      {isAsking ? (
        <span class="ask">
          <code>{visible(url)}</code>{" "}
          <a href={url} target="_blank" rel="noreferrer noopener">
            Open in a new tab
          </a>
        </span>
      ) : null}
    </span>
  );
};

/** The address of a page of the web, as a browser writes it: with a host of other letters in their encoded form. */
const webAddress = (address: string): string | undefined => {
  try {
    const url = new URL(address);
    const isWeb = url.protocol === "https:" || url.protocol === "http:";
    return isWeb && url.username === "" && url.password === "" ? url.href : undefined;
  } catch {
    return undefined;
  }
};
