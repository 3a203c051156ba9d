/** Two texts as one, with what was taken away and what was put in. */
import { diffWords } from "diff";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { visible } from "./SafeText.tsx";

export interface Props {
  readonly before: string;
  readonly after: string;
  readonly titles: readonly [string, string];
}

/** In milliseconds: texts that have too little in common for it are shown side by side alone. */
const patience = 60;

export const TextDifference = ({ before, after, titles }: Props): JSX.Element => {
  const parts = useMemo(() => diffWords(before, after, { timeout: patience }), [before, after]);
  if (parts === undefined) {
    return <p class="note">These texts differ too much for a difference to be read.</p>;
  }
  return (
    <>
      <p class="note">
        From <del>{titles[0].toLowerCase()}</del> to <ins>{titles[1].toLowerCase()}</ins>
        {before === after ? ": the same text" : ""}
      </p>
      <pre class="prose difference" dir="auto">
        {parts.map(({ value, added, removed }, index) =>
          added ? (
            <ins key={index}>{visible(value)}</ins>
          ) : removed ? (
            <del key={index}>{visible(value)}</del>
          ) : (
            <span key={index}>{visible(value)}</span>
          ),
        )}
      </pre>
    </>
  );
};
