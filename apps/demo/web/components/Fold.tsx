/** Something that the user can unfold. What is inside is made when it is first unfolded. */
import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";

export interface Props {
  readonly look?: string;
  readonly summary: ComponentChildren;
  readonly children: () => ComponentChildren;
}

export const Fold = ({ look = "", summary, children }: Props): JSX.Element => {
  const [wasOpen, setWasOpen] = useState(false);
  return (
    <details
      class={look}
      onToggle={({ currentTarget }) => {
        if (currentTarget.open) setWasOpen(true);
      }}
    >
      <summary>{summary}</summary>
      {wasOpen ? children() : null}
    </details>
  );
};
