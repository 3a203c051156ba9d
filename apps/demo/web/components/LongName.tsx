/** A name in one line: one that does not fit loses its middle, because names often differ at their ends. */
import type { JSX } from "preact";
import { SafeText, visible } from "./SafeText.tsx";

/** Shorter names lose their end, if anything. */
const minSplitLength = 20;

/** How many characters at the end stay in sight. */
const endLength = 7;

export const LongName = ({ children }: { readonly children: string }): JSX.Element => {
  const characters = Array.from(visible(children));
  if (characters.length < minSplitLength) return <SafeText>{children}</SafeText>;
  const at = characters.length - endLength;
  return (
    <bdi dir="auto" class="long-name">
      <span>{characters.slice(0, at).join("")}</span>
      <span>{characters.slice(at).join("")}</span>
    </bdi>
  );
};
