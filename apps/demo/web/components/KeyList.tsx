/** The keys of the page, in a dialog that `?` opens. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { isFree } from "./Keyboard.ts";

interface Group {
  readonly title: string;
  readonly keys: ReadonlyArray<readonly [keys: ReadonlyArray<string>, what: string]>;
}

const groupsOf = ({ hasNotes, runs }: Props): ReadonlyArray<Group> => [
  {
    title: "Records",
    keys: [
      [["j", "↓"], "Next"],
      [["k", "↑"], "Previous"],
      [["Page Down", "Page Up"], "A page on or back"],
      [["Home", "End"], "First, last"],
      [["Enter"], "Open"],
      [["/"], "Search"],
      [["h", "Shift h"], "Next, previous hit of the search, from record to record"],
      [["f"], "Filter"],
      ...(runs > 2 ? ([[["2", `${runs}`], "Compare that run with the first"]] as const) : []),
    ],
  },
  {
    title: "An open record",
    keys: [
      [["j", "k"], "Next, previous record"],
      [["d"], "Side by side, or the difference"],
      [["[", "]"], "Previous, next trial"],
      ...(hasNotes
        ? ([
            [["+", "−"], "Thumb up, thumb down"],
            [["n"], "Note"],
          ] as const)
        : []),
      [["Esc"], "Close"],
    ],
  },
  {
    title: "JSON and charts",
    keys: [
      [["↓", "↑"], "Next, previous line"],
      [["→", "←"], "Unfold, fold; next, previous bar"],
      [["Enter"], "Fold or unfold; filter by a bar"],
    ],
  },
];

export interface Props {
  /** Whether records can have notes. */
  readonly hasNotes: boolean;
  /** How many runs the page shows. */
  readonly runs: number;
}

export const KeyList = (props: Props): JSX.Element => {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = (): void => {
    if (dialog.current?.open === false) dialog.current.showModal();
  };
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key === "?" && isFree(event)) open();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, []);
  return (
    <>
      <button
        type="button"
        class="quiet"
        aria-label="? Keys"
        title="Keys ( ? )"
        aria-keyshortcuts="?"
        onClick={open}
      >
        ?
      </button>
      {/* The page behind the dialog must not act on its keys. */}
      <dialog
        ref={dialog}
        class="keys"
        aria-label="Keys"
        onKeyDown={(event) => event.stopPropagation()}
        onClick={(event) => {
          // A click beside the list.
          if (event.target === dialog.current) dialog.current?.close();
        }}
      >
        <form method="dialog">
          <header>
            <h2>Keys</h2>
            <button class="quiet" aria-label="Close the list of keys">
              ✕
            </button>
          </header>
          <div class="key-groups">
            {groupsOf(props).map(({ title, keys }) => (
              <section key={title}>
                <h3>{title}</h3>
                <dl>
                  {keys.map(([names, what]) => (
                    <div key={what}>
                      <dt>
                        {names.map((name) => (
                          <kbd key={name}>{name}</kbd>
                        ))}
                      </dt>
                      <dd>{what}</dd>
                    </div>
                  ))}
                </dl>
              </section>
            ))}
          </div>
        </form>
      </dialog>
    </>
  );
};
