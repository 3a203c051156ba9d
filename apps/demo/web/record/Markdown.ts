/**
 * Markdown as a tree of plain data, which components turn into elements. Nothing in it is HTML: tags of a text stay
 * text. Links and pictures are data too, and the components decide what becomes of them.
 */
import MarkdownIt, { type Token } from "markdown-it";

/** A node: a text, or an element of a kind that this module chose. */
export type Node = string | Element;

export interface Element {
  readonly kind: ElementKind;
  readonly children: ReadonlyArray<Node>;
  /** The address of a link or a picture, the language of code, or the number that a list starts at. */
  readonly detail: string;
}

type ElementKind =
  | "paragraph"
  | "heading"
  | "quote"
  | "list"
  | "numbered"
  | "item"
  | "rule"
  | "code"
  | "inlineCode"
  | "strong"
  | "emphasis"
  | "struck"
  | "break"
  | "link"
  | "picture"
  | "table"
  | "tableHead"
  | "tableBody"
  | "row"
  | "headCell"
  | "cell";

/** The most characters that are read without the user's asking. */
export const maxMarkdownCharacters = 60_000;

/** The most characters that are read at all. */
export const maxMarkdownOnDemand = 500_000;

/** The most nodes that are shown. */
const maxNodes = 20_000;

/** The most levels that are shown: the library bounds those of blocks, and not those of emphasis. */
const maxDepth = 60;

// Its parser takes time in proportion to the text, and stops at this depth.
const parser = new MarkdownIt({ html: false, linkify: false, breaks: true, maxNesting: 30 })
  // They would vanish from the text.
  .disable("reference");
// The components decide, so that an address is never hidden.
parser.validateLink = () => true;
parser.normalizeLink = (address) => address;
parser.normalizeLinkText = (text) => text;

/** Kinds by the library's names of the tokens that open an element. */
const kinds: Readonly<Record<string, ElementKind>> = {
  paragraph_open: "paragraph",
  heading_open: "heading",
  blockquote_open: "quote",
  bullet_list_open: "list",
  ordered_list_open: "numbered",
  list_item_open: "item",
  strong_open: "strong",
  em_open: "emphasis",
  s_open: "struck",
  link_open: "link",
  table_open: "table",
  thead_open: "tableHead",
  tbody_open: "tableBody",
  tr_open: "row",
  th_open: "headCell",
  td_open: "cell",
};

interface OpenElement {
  readonly kind: ElementKind;
  readonly children: Array<Node>;
  readonly detail: string;
}

/** Reads a text. Returns undefined where it is plain, or has more nodes or levels than can be shown. */
export const read = (text: string): ReadonlyArray<Node> | undefined => {
  const state = { nodes: 0, depth: 0, isPlain: true };
  const tree = toTree(parser.parse(text, {}), state);
  return state.isPlain || state.nodes > maxNodes || state.depth > maxDepth ? undefined : tree;
};

const toTree = (
  tokens: ReadonlyArray<Token>,
  state: { nodes: number; depth: number; isPlain: boolean },
  level = 0,
): ReadonlyArray<Node> => {
  const root: OpenElement = { kind: "paragraph", children: [], detail: "" };
  const path = [root];
  const add = (node: Node): void => {
    state.nodes += 1;
    path.at(-1)?.children.push(node);
  };
  const leaf = (kind: ElementKind, children: ReadonlyArray<Node> = [], detail = ""): void => {
    if (kind !== "break") state.isPlain = false;
    add({ kind, children, detail });
  };
  for (const token of tokens) {
    const kind = kinds[token.type];
    if (kind !== undefined) {
      // A tight list has its paragraphs hidden.
      if (kind !== "paragraph") state.isPlain = false;
      const opened: OpenElement = { kind, children: [], detail: detailOf(token) };
      add(opened);
      path.push(opened);
      state.depth = Math.max(state.depth, level + path.length);
    } else if (token.nesting < 0) {
      if (path.length > 1) path.pop();
    } else {
      switch (token.type) {
        case "inline":
          for (const node of toTree(token.children ?? [], state, level + path.length)) add(node);
          break;
        case "softbreak":
        case "hardbreak":
          leaf("break");
          break;
        case "code_inline":
          leaf("inlineCode", [token.content]);
          break;
        case "code_block":
        case "fence":
          leaf("code", [token.content.replace(/\n$/, "")], token.info.trim());
          break;
        case "hr":
          leaf("rule");
          break;
        case "image":
          leaf("picture", [token.content], String(token.attrGet("src") ?? ""));
          break;
        default:
          add(token.content);
      }
    }
  }
  return root.children;
};

const detailOf = (token: Token): string =>
  token.type === "link_open"
    ? String(token.attrGet("href") ?? "")
    : token.type === "ordered_list_open"
      ? String(token.attrGet("start") ?? 1)
      : token.type === "heading_open"
        ? token.tag.slice(1)
        : "";
