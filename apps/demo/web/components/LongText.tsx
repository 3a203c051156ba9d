/** A text as it is: a long one in pieces, of which only those near the window are in the document. */
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { count } from "../../src/figures/Figures.ts";
import { type Chunk, chunkLength, chunksOf } from "../record/TextChunks.ts";
import { visible } from "./SafeText.tsx";

/** How many characters of a text are shown until the user asks for all of it. */
const maxShownCharacters = 4000;

export interface Props {
  readonly text: string;
  /** How it looks: as prose, or as code. */
  readonly look: "prose" | "code";
  /** Whether all of it is shown from the start. */
  readonly isWhole?: boolean;
}

export const LongText = ({ text, look, isWhole = false }: Props): JSX.Element => {
  const [isAsked, setIsAsked] = useState(false);
  useEffect(() => setIsAsked(false), [text]);
  const style = look === "prose" ? "prose" : "source-text";
  if (text.length <= maxShownCharacters) {
    return (
      <pre class={style} dir={look === "prose" ? "auto" : "ltr"}>
        {visible(text)}
      </pre>
    );
  }
  if (!isAsked && !isWhole) {
    return (
      <>
        <pre class={`${style} cut`} dir={look === "prose" ? "auto" : "ltr"}>
          {visible(cut(text, maxShownCharacters))}
        </pre>
        <button type="button" class="more" onClick={() => setIsAsked(true)}>
          Show all {count(text.length)} characters
        </button>
      </>
    );
  }
  return <Chunks key={text.length} text={text} style={style} />;
};

/** The start of a text: whole characters. */
export const cut = (text: string, length: number): string =>
  text.slice(0, length).replace(/[\uD800-\uDBFF]$/, "");

interface ChunksProps {
  readonly text: string;
  readonly style: string;
}

/** The height that a piece takes before it has been measured, in pixels. */
const supposedHeight = 19 * Math.ceil(chunkLength / 70);

const Chunks = ({ text, style }: ChunksProps): JSX.Element => {
  const chunks = useMemo(() => chunksOf(text), [text]);
  const box = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState<ReadonlySet<number>>(() => new Set([0]));
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) =>
        setNear((before) => {
          const after = new Set(before);
          for (const { target, isIntersecting } of entries) {
            const index = Number(target.getAttribute("data-chunk"));
            if (isIntersecting) after.add(index);
            else after.delete(index);
          }
          return after;
        }),
      { root: box.current, rootMargin: "1200px 0px" },
    );
    for (const piece of box.current?.children ?? []) observer.observe(piece);
    return () => observer.disconnect();
  }, [chunks]);
  return (
    <div
      class={`chunks ${style}`}
      ref={box}
      // So that the keyboard can scroll it.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      role="group"
      aria-label={`A text of ${count(text.length)} characters`}
    >
      {chunks.map((chunk, index) => (
        <ChunkText key={index} {...{ text, chunk, index }} isNear={near.has(index)} />
      ))}
    </div>
  );
};

interface ChunkProps {
  readonly text: string;
  readonly chunk: Chunk;
  readonly index: number;
  readonly isNear: boolean;
}

const ChunkText = ({ text, chunk, index, isNear }: ChunkProps): JSX.Element => {
  const own = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(supposedHeight);
  useLayoutEffect(() => {
    if (isNear) setHeight(own.current?.offsetHeight ?? supposedHeight);
  }, [isNear]);
  return (
    <div ref={own} data-chunk={index} style={isNear ? {} : { height: `${height}px` }}>
      {isNear ? visible(text.slice(chunk.start, chunk.end)) : ""}
    </div>
  );
};
