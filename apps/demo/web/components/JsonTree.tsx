/** JSON as a tree, which the arrow keys fold, unfold and move through. */
import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { count, plural } from "../../src/figures/Figures.ts";
import { jsonText } from "../../src/analysis/RecordText.ts";
import { visible } from "./SafeText.tsx";

export interface Props {
  readonly value: unknown;
  readonly label: string;
}

/** Small values are unfolded from the start: those with at most so many lines. */
const maxUnfoldedLines = 40;

/** How many members of one object or list are shown until the user asks for more. */
const shownMembers = 100;

/** The most characters of a text in one line. */
const maxLineCharacters = 240;

interface Line {
  /** The place in the tree: keys, each escaped as in a JSON Pointer. */
  readonly path: string;
  readonly level: number;
  readonly key: string | null;
  readonly value: unknown;
  /** How many members it has; null where it cannot be unfolded. */
  readonly size: number | null;
  readonly isOpen: boolean;
  /** A line that shows more members of its parent. */
  readonly more: { readonly of: string; readonly left: number } | null;
}

export const JsonTree = ({ value, label }: Props): JSX.Element => {
  const [open, setOpen] = useState(() => initiallyOpen(value));
  const [shown, setShown] = useState<ReadonlyMap<string, number>>(new Map());
  const [active, setActive] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const hasMoved = useRef(false);
  useEffect(() => {
    setOpen(initiallyOpen(value));
    setShown(new Map());
    setActive(0);
  }, [value]);
  const lines = useMemo(() => linesOf(value, open, shown), [value, open, shown]);
  const current = Math.min(active, lines.length - 1);
  useEffect(() => {
    if (!hasMoved.current) return;
    hasMoved.current = false;
    box.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
  }, [current, lines]);
  const move = (to: number): void => {
    hasMoved.current = true;
    setActive(Math.max(0, Math.min(lines.length - 1, to)));
  };
  const toggle = (line: Line): void => {
    if (line.more !== null) {
      const { of } = line.more;
      setShown(new Map(shown).set(of, (shown.get(of) ?? shownMembers) + 10 * shownMembers));
      return;
    }
    if (line.size === null) return;
    const next = new Set(open);
    if (!next.delete(line.path)) next.add(line.path);
    setOpen(next);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const line = lines[current];
    if (line === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const parent = lines.slice(0, current).findLastIndex(({ level }) => level < line.level);
    switch (event.key) {
      case "ArrowDown":
        move(current + 1);
        break;
      case "ArrowUp":
        move(current - 1);
        break;
      case "Home":
        move(0);
        break;
      case "End":
        move(lines.length - 1);
        break;
      case "ArrowRight":
        if (line.isOpen) move(current + 1);
        else toggle(line);
        break;
      case "ArrowLeft":
        if (line.isOpen) toggle(line);
        else if (parent >= 0) move(parent);
        break;
      case "Enter":
      case " ":
        toggle(line);
        break;
      default:
        return;
    }
    event.preventDefault();
  };
  return (
    <div class="tree" role="tree" tabIndex={-1} aria-label={label} ref={box} onKeyDown={onKeyDown}>
      {lines.map((line, index) => (
        <div
          key={line.more === null ? line.path : `${line.path} more`}
          role="treeitem"
          aria-level={line.level + 1}
          {...(line.size === null ? {} : { "aria-expanded": line.isOpen })}
          tabIndex={index === current ? 0 : -1}
          style={{ "--level": line.level }}
          onClick={() => {
            // A click that ends a selection of text does not fold.
            if (String(getSelection()) !== "") return;
            setActive(index);
            toggle(line);
          }}
        >
          <LineText line={line} />
        </div>
      ))}
    </div>
  );
};

const LineText = ({ line: { key, value, size, isOpen, more } }: { readonly line: Line }) => {
  if (more !== null) return <span class="fold">… {count(more.left)} more</span>;
  const isList = Array.isArray(value);
  return (
    <>
      <i aria-hidden="true">{size === null ? "" : isOpen ? "▾" : "▸"}</i>
      {key === null ? null : (
        <>
          <span class="key">{key === "" ? "(empty key)" : visible(key)}</span>
          {": "}
        </>
      )}
      {typeof value === "string" ? (
        <span class="string" dir={isOpen ? "auto" : undefined}>
          {visible(isOpen || size === null ? value : `${value.slice(0, maxLineCharacters)}…`)}
        </span>
      ) : size === null ? (
        <span class="value">{isList ? "[]" : visible(jsonText(value))}</span>
      ) : (
        <span class="fold">{isList ? plural(size, "item") : plural(size, "member")}</span>
      )}
    </>
  );
};

const isNested = (value: unknown): value is object => typeof value === "object" && value !== null;

/** A long text unfolds too. */
const sizeOf = (value: unknown): number | null => {
  if (typeof value === "string") return value.length > maxLineCharacters ? value.length : null;
  const size = isNested(value) ? Object.keys(value).length : 0;
  return size === 0 ? null : size;
};

const linesOf = (
  root: unknown,
  open: ReadonlySet<string>,
  shown: ReadonlyMap<string, number>,
): ReadonlyArray<Line> => {
  const lines: Array<Line> = [];
  // A stack rather than recursion: JSON can be nested deeper than the stack.
  const waiting: Array<Line> = [lineOf("", 0, null, root, open)];
  for (let line = waiting.pop(); line !== undefined; line = waiting.pop()) {
    lines.push(line);
    const { path, level, value, isOpen } = line;
    if (!isOpen || !isNested(value)) continue;
    const entries = Object.entries(value);
    const limit = shown.get(path) ?? shownMembers;
    if (entries.length > limit) {
      waiting.push({
        ...lineOf(path, level + 1, null, null, open),
        more: { of: path, left: entries.length - limit },
      });
    }
    for (const [key, inner] of entries.slice(0, limit).toReversed()) {
      waiting.push(lineOf(`${path}/${escapePart(key)}`, level + 1, key, inner, open));
    }
  }
  return lines;
};

const lineOf = (
  path: string,
  level: number,
  key: string | null,
  value: unknown,
  open: ReadonlySet<string>,
): Line => ({
  path,
  level,
  key,
  value,
  size: sizeOf(value),
  isOpen: open.has(path),
  more: null,
});

const escapePart = (key: string): string => key.replaceAll("~", "~0").replaceAll("/", "~1");

/** Level after level, as long as the lines are few. */
const initiallyOpen = (root: unknown): ReadonlySet<string> => {
  const open = new Set([""]);
  let level = childrenOf("", root);
  let lines = level.length;
  while (level.length > 0 && level.length <= maxUnfoldedLines) {
    const next = level.flatMap(({ path, value }) => childrenOf(path, value));
    lines += next.length;
    if (lines > maxUnfoldedLines) break;
    for (const { path, value } of level) if (isNested(value)) open.add(path);
    level = next;
  }
  return open;
};

const childrenOf = (path: string, value: unknown) =>
  isNested(value)
    ? Object.entries(value)
        .slice(0, maxUnfoldedLines + 1)
        .map(([key, inner]) => ({ path: `${path}/${escapePart(key)}`, value: inner }))
    : [];
