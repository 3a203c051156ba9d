/** All notes of the page, each of which opens its record. */
import type { JSX } from "preact";
import { useContext } from "preact/hooks";
import { count, idText } from "../../src/figures/Figures.ts";
import { NoteMark, NotesContext } from "./NoteEditor.tsx";
import { Popover } from "./Popover.tsx";
import { runName } from "./RunName.ts";
import { SafeText } from "./SafeText.tsx";

export interface Props {
  readonly runs: ReadonlyArray<string>;
  readonly onOpen: (run: number, id: string) => void;
}

/** The most notes in the list. */
const maxListed = 500;

export const NotesMenu = ({ runs, onOpen }: Props): JSX.Element | null => {
  const notes = useContext(NotesContext);
  if (notes === null) return null;
  return (
    <Popover name={notes.size === 0 ? "Notes" : `Notes ${count(notes.size)}`}>
      {notes.size === 0 ? (
        <p class="note">No record has a note or a thumb.</p>
      ) : (
        <ul class="notes">
          {notes.all.slice(0, maxListed).map((note) => (
            <li key={`${note.run}:${note.recordId}`}>
              <button type="button" class="quiet" onClick={() => onOpen(note.run, note.recordId)}>
                <NoteMark note={note} />
                <SafeText>{idText(note.recordId)}</SafeText>
                {runs.length > 1 ? <small>{runName(runs, note.run)}</small> : null}
                <span class="brief">
                  <SafeText>{note.text}</SafeText>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {notes.size > maxListed ? (
        <p class="note">{count(notes.size - maxListed)} more are not listed.</p>
      ) : null}
    </Popover>
  );
};
