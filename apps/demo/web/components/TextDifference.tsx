/** Two texts merged into one that marks what was removed and what was added. */
import { diffWords } from "diff";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { visible } from "./SafeText.tsx";

export interface Props {
  readonly before: string;
  readonly after: string;
  readonly titles: readonly [string, string];
}

/** Texts with little in common take long to compare. After this time the page gives up. */
const maxDiffMillis = 60;

export const TextDifference = ({ before, after, titles }: Props): JSX.Element => {
  const parts = useMemo(
    () => diffWords(before, after, { timeout: maxDiffMillis }),
    [before, after],
  );
  if (parts === undefined) {
    return <p class="note">These texts have too little in common to show a difference.</p>;
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
