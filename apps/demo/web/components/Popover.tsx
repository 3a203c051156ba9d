/** A button that shows more below it, until Escape, a click elsewhere, or the focus goes elsewhere. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

interface Props {
  /** What the button says. */
  readonly name: string;
  readonly title?: string;
  /** A class for the button. */
  readonly look?: string;
  readonly children: ComponentChildren;
}

export const Popover = ({ name, title, look = "", children }: Props): JSX.Element => {
  const [isOpen, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  // Towards the middle of the window, so that it stays inside.
  const [side, setSide] = useState<"start" | "end">("end");
  useLayoutEffect(() => {
    const box = isOpen ? root.current?.getBoundingClientRect() : undefined;
    if (box !== undefined) setSide(box.left + box.width / 2 < innerWidth / 2 ? "start" : "end");
  }, [isOpen]);
  useEffect(() => {
    if (!isOpen) return undefined;
    root.current?.querySelector<HTMLElement>(".panel input, .panel button")?.focus();
    const onPointerDown = ({ target }: PointerEvent): void => {
      if (!(target instanceof Node) || root.current?.contains(target) !== true) setOpen(false);
    };
    addEventListener("pointerdown", onPointerDown);
    return () => removeEventListener("pointerdown", onPointerDown);
  }, [isOpen]);
  return (
    <div
      ref={root}
      role="presentation"
      class="popover"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !isOpen) return;
        event.preventDefault();
        setOpen(false);
        button.current?.focus();
      }}
      onFocusOut={({ relatedTarget }) => {
        if (relatedTarget instanceof Node && root.current?.contains(relatedTarget) !== true) {
          setOpen(false);
        }
      }}
    >
      <button
        ref={button}
        type="button"
        class={look}
        title={title}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {name} <i aria-hidden="true">▾</i>
      </button>
      {isOpen ? <div class={`panel ${side}`}>{children}</div> : null}
    </div>
  );
};
