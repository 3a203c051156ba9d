/** Thumbs and a note on a record, and the marks that show them elsewhere. */
import { createContext, type JSX } from "preact";
import { useContext, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Note } from "../../src/explore/ExploreProtocol.ts";
import type { Notes } from "../feed/Notes.ts";
import { isFree } from "./Keyboard.ts";
import { visible } from "./SafeText.tsx";

/** The notes of the page; null where it has none. */
export const NotesContext = createContext<Notes | null>(null);

export interface Props {
  readonly run: number;
  readonly recordId: string;
  /** `Baseline` or `Candidate`; empty where there is one run. */
  readonly title: string;
  /** Whether the keys for notes act on this record. */
  readonly isMain: boolean;
}

/** The most characters of a note, as in the file. */
const maxTextLength = 10_000;

/** A change is sent this long after the last key, in milliseconds. */
const typingPauseMillis = 700;

export const NoteEditor = (props: Props): JSX.Element | null => {
  const notes = useContext(NotesContext);
  // Another record starts with its own text.
  return notes === null ? null : (
    <Editor key={`${props.run}:${props.recordId}`} notes={notes} {...props} />
  );
};

const Editor = ({ notes, run, recordId, title, isMain }: Props & { readonly notes: Notes }) => {
  const note = notes.get(run, recordId) ?? { run, recordId, thumb: null, text: "" };
  const [draft, setDraft] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isOpen, setIsOpen] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const latest = useRef({ draft, note });
  latest.current = { draft, note };
  const send = (next: Note): void => {
    notes.change(next).then(
      () => {
        setProblem(null);
        setDraft((own) => (own === next.text ? null : own));
      },
      (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)),
    );
  };
  useEffect(() => {
    if (draft === null || draft === note.text) return undefined;
    const timer = setTimeout(
      () => send({ ...latest.current.note, text: draft }),
      typingPauseMillis,
    );
    return () => clearTimeout(timer);
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- only typing starts the pause
  }, [draft]);
  // What was typed before the drawer closed or showed another record.
  useEffect(
    () => () => {
      const { draft: left, note: before } = latest.current;
      if (left !== null && left !== before.text) {
        notes.change({ ...before, text: left }).catch(() => {});
      }
    },
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [],
  );
  const setThumb = (thumb: "up" | "down"): void =>
    send({ ...note, text: draft ?? note.text, thumb: note.thumb === thumb ? null : thumb });
  // A layout effect, because keys can be faster than frames.
  useLayoutEffect(() => {
    if (!isMain || !notes.isWritable) return undefined;
    const onKeyDown = (event: KeyboardEvent): void => {
      if (!isFree(event)) return;
      if (event.key === "+") setThumb("up");
      else if (event.key === "-") setThumb("down");
      else if (event.key === "n") {
        event.preventDefault();
        setIsOpen(true);
        field.current?.focus();
      }
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  });
  // A layout effect, because keys can be faster than frames.
  useLayoutEffect(() => {
    if (isOpen) field.current?.focus();
  }, [isOpen]);
  const of = title === "" ? "" : ` of the ${title.toLowerCase()}`;
  if (!notes.isWritable) {
    return note.thumb === null && note.text === "" ? null : (
      <div class="noted">
        <NoteMark note={note} />
        <p dir="auto">{visible(note.text)}</p>
      </div>
    );
  }
  const isShown = isOpen || note.text !== "" || (draft ?? "") !== "";
  return (
    <div class="noted">
      {title === "" ? null : <small>{title.toLowerCase()}</small>}
      {(["up", "down"] as const).map((thumb) => (
        <button
          key={thumb}
          type="button"
          class={`quiet thumb ${thumb}`}
          aria-pressed={note.thumb === thumb}
          aria-label={`Thumb ${thumb}${of}`}
          title={`Thumb ${thumb} ( ${thumb === "up" ? "+" : "−"} )`}
          onClick={() => setThumb(thumb)}
        >
          <Thumb thumb={thumb} />
        </button>
      ))}
      {isShown ? (
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          aria-label={`Note on the record${of}`}
          placeholder="Note"
          maxLength={maxTextLength}
          value={draft ?? note.text}
          onInput={({ currentTarget }) => setDraft(currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            event.preventDefault();
            event.currentTarget.closest<HTMLElement>(".drawer")?.querySelector("h2")?.focus();
          }}
          onBlur={() => {
            if (draft !== null && draft !== note.text) send({ ...note, text: draft });
            if ((draft ?? note.text) === "") setIsOpen(false);
          }}
        />
      ) : (
        <button
          type="button"
          class="quiet small"
          title="Note ( n )"
          onClick={() => setIsOpen(true)}
        >
          Add note
        </button>
      )}
      <span role="status">{problem === null ? "" : visible(problem)}</span>
    </div>
  );
};

export const Thumb = ({ thumb }: { readonly thumb: "up" | "down" }): JSX.Element => (
  <svg
    viewBox="0 0 16 16"
    width="15"
    height="15"
    aria-hidden="true"
    class={thumb === "down" ? "turned" : ""}
  >
    <path d="M1.5 7H4v7H1.5zM5.5 7l2.8-5.4c1.2 0 2 .9 1.8 2L9.7 6h3c1 0 1.7.9 1.5 1.8l-1 4.7c-.2.9-.9 1.5-1.8 1.5H5.5z" />
  </svg>
);

/** What was noted about a record, as a mark. */
export const NoteMark = ({ note }: { readonly note: Note }): JSX.Element => (
  <span class="note-mark" title={visible(note.text)}>
    {note.thumb === null ? null : (
      <span class={`thumb ${note.thumb}`} role="img" aria-label={`Thumb ${note.thumb}`}>
        <Thumb thumb={note.thumb} />
      </span>
    )}
    {note.text === "" ? null : (
      <span role="img" aria-label="Has a note">
        ✎
      </span>
    )}
  </span>
);

/** The mark of a record in the table. */
export const RecordMark = ({
  records,
  trialNote,
}: {
  /** The records that the row stands for, the one that it shows first. */
  readonly records: ReadonlyArray<Pick<Props, "run" | "recordId">>;
  /** The note on another trial. */
  readonly trialNote: Note | undefined;
}): JSX.Element | null => {
  const notes = useContext(NotesContext);
  const [own] = records.flatMap(({ run, recordId }) => notes?.get(run, recordId) ?? []);
  const note = own ?? trialNote;
  return note === undefined ? null : <NoteMark note={note} />;
};
