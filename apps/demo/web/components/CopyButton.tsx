/** A button that copies a text, and says so. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

export interface Props {
  /** What the button says. */
  readonly label: string;
  /** What is copied, for people who do not see where the button is. */
  readonly what: string;
  /** Computed when it is needed. */
  readonly text: () => string;
}

/** The button says that it has copied for so long, in milliseconds. */
const copiedMillis = 1500;

export const CopyButton = ({ label, what, text }: Props): JSX.Element => {
  const [outcome, setOutcome] = useState<"copied" | "failed" | null>(null);
  useEffect(() => {
    if (outcome === null) return undefined;
    const timer = setTimeout(() => setOutcome(null), copiedMillis);
    return () => clearTimeout(timer);
  }, [outcome]);
  return (
    <button
      type="button"
      class="quiet small"
      aria-label={`Copy ${what}`}
      title={`Copy ${what}`}
      onClick={() => {
        copy(text()).then(
          () => setOutcome("copied"),
          () => setOutcome("failed"),
        );
      }}
    >
      <span aria-live="polite">
        {outcome === "copied" ? "Copied" : outcome === "failed" ? "Not copied" : label}
      </span>
    </button>
  );
};

/** Copies a text. A page that was opened as a file may have no clipboard of its own. */
const copy = async (text: string): Promise<void> => {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "offscreen";
    const { activeElement } = document;
    document.body.append(field);
    field.select();
    // The only other way to copy.
    // oxlint-disable-next-line typescript/no-deprecated
    const isCopied = document.execCommand("copy");
    field.remove();
    if (activeElement instanceof HTMLElement) activeElement.focus({ preventScroll: true });
    if (!isCopied) throw new Error("The browser refused to copy.");
  }
};
