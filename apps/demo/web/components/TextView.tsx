/** A text of a record: its Markdown rendered where it has any, or as it is. */
import type { JSX } from "preact";
import { createContext } from "preact";
import { useContext, useMemo, useState } from "preact/hooks";
import { count } from "../../src/figures/Figures.ts";
import { maxMarkdownCharacters, maxMarkdownOnDemand, read } from "../record/Markdown.ts";
import { LongText } from "./LongText.tsx";
import { Markdown } from "./Markdown.tsx";

/** Whether texts and conversations are shown as they are, without any form. */
export const RawContext = createContext(false);

export interface Props {
  readonly text: string;
}

export const TextView = ({ text }: Props): JSX.Element => {
  const isRaw = useContext(RawContext);
  const [isAsked, setIsAsked] = useState(false);
  const isLong = text.length > maxMarkdownCharacters;
  const nodes = useMemo(
    () => (isRaw || (isLong && !isAsked) ? undefined : read(text)),
    [text, isRaw, isLong, isAsked],
  );
  if (nodes !== undefined) return <Markdown nodes={nodes} />;
  return (
    <>
      {isRaw || !isLong || isAsked || text.length > maxMarkdownOnDemand ? null : (
        <button type="button" class="more" onClick={() => setIsAsked(true)}>
          Render {count(text.length)} characters as Markdown
        </button>
      )}
      <LongText text={text} look="prose" />
    </>
  );
};
