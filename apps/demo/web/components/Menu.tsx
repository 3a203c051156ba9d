/** A button that unfolds a panel over the page. Escape and a click elsewhere fold it. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";

export interface Props {
  readonly label: string;
  /** A class for the button. */
  readonly look?: string;
  readonly children: ComponentChildren;
}

export const Menu = ({ label, look = "", children }: Props): JSX.Element => {
  const menu = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = (event: Event): void => {
      const { current } = menu;
      if (current === null || !current.open) return;
      const isOutside = event.target instanceof Node && !current.contains(event.target);
      const isEscape = event instanceof KeyboardEvent && event.key === "Escape";
      if (!isEscape && !(isOutside && event.type === "pointerdown")) return;
      if (isEscape) {
        // It folds the menu and nothing else.
        event.preventDefault();
        event.stopImmediatePropagation();
        current.querySelector("summary")?.focus();
      }
      current.open = false;
    };
    addEventListener("pointerdown", close);
    addEventListener("keydown", close, { capture: true });
    return () => {
      removeEventListener("pointerdown", close);
      removeEventListener("keydown", close, { capture: true });
    };
  }, []);
  return (
    <details class="menu" ref={menu}>
      <summary class={`button ${look}`}>{label}</summary>
      <div>{children}</div>
    </details>
  );
};
