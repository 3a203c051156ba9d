/** Buttons that count the notes and thumbs on records, and filter by them. */
import type { JSX } from "preact";
import { useContext } from "preact/hooks";
import { count, plural } from "../../src/figures/Figures.ts";
import { type Expression, test, type Wanted } from "../query/Expression.ts";
import type { FilterClicks } from "../query/FilterClick.ts";
import { NotesContext, Thumb } from "./NoteEditor.tsx";

interface Props {
  readonly clicks: FilterClicks;
  readonly onFilter: (filter: string) => void;
}

const withNote: Expression = {
  type: "not",
  operand: test("note", { op: "is", state: "missing" }),
};

export const NoteFilters = ({ clicks, onFilter }: Props): JSX.Element | null => {
  const notes = useContext(NotesContext);
  if (notes === null) return null;
  const thumbs = (["up", "down"] as const).flatMap((thumb) => {
    const wanted: Wanted = { op: "=", value: thumb };
    const own = notes.all.filter((note) => note.thumb === thumb).length;
    const isPressed = clicks.wants("thumb", wanted);
    return own === 0 && !isPressed ? [] : [{ thumb, wanted, own, isPressed }];
  });
  const texts = notes.all.filter(({ text }) => text !== "").length;
  const areTextsWanted = clicks.hasPart(withNote);
  return (
    <>
      {thumbs.map(({ thumb, wanted, own, isPressed }) => (
        <button
          key={thumb}
          type="button"
          class={`thumb ${thumb}`}
          aria-pressed={isPressed}
          aria-label={plural(own, `thumb ${thumb}`, `thumbs ${thumb}`)}
          title={`Records with a thumb ${thumb}`}
          onClick={() => onFilter(clicks.toggle("thumb", wanted))}
        >
          <Thumb thumb={thumb} /> {count(own)}
        </button>
      ))}
      {texts === 0 && !areTextsWanted ? null : (
        <button
          type="button"
          aria-pressed={areTextsWanted}
          title="Records with a note"
          onClick={() => onFilter(clicks.togglePart(withNote))}
        >
          {plural(texts, "note")}
        </button>
      )}
    </>
  );
};
