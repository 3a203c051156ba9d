/** The field of the filter: an expression that is typed, completed and corrected by keyboard. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { plural } from "../../src/figures/Figures.ts";
import type { Catalogue } from "../query/Catalogue.ts";
import { accept, type Completion, completionsAt, type CountedValue } from "../query/Completion.ts";
import { maxLength } from "../query/ExpressionParser.ts";
import { type FilterProblem, problemsIn } from "../query/Filter.ts";
import { focusRecords, isFree } from "./Keyboard.ts";
import { SafeText } from "./SafeText.tsx";

export interface Props {
  readonly filter: string;
  readonly catalogue: Catalogue;
  /** Why fields that the page asks about have no values. */
  readonly fieldProblem: string | null;
  readonly valuesOf: (pointer: string) => ReadonlyArray<CountedValue>;
  readonly onChange: (filter: string, isTyping?: boolean) => void;
}

export const FilterField = (props: Props): JSX.Element => {
  const { catalogue, valuesOf, onChange } = props;
  /** What is being typed, while it makes no sense yet: until then, what it was before still counts. */
  const [draft, setDraft] = useState<string>();
  const filter = draft ?? props.filter;
  const input = useRef<HTMLInputElement>(null);
  /** Where the cursor is while options are shown; undefined where they are not. */
  const [cursor, setCursor] = useState<number>();
  const [chosen, setChosen] = useState(-1);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key === "f" && isFree(event)) {
        event.preventDefault();
        input.current?.focus();
      }
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, []);
  const completions =
    cursor === undefined ? undefined : completionsAt(filter, cursor, catalogue, valuesOf);
  const options = completions?.options ?? [];
  const close = (): void => {
    setCursor(undefined);
    setChosen(-1);
    if (draft !== undefined) onChange(draft, true);
    setDraft(undefined);
  };
  const type = (text: string, place: number): void => {
    const isClear = problemsIn(text, catalogue).length === 0;
    if (isClear) onChange(text, true);
    setDraft(isClear ? undefined : text);
    setCursor(place);
    setChosen(-1);
  };
  const put = (text: string, place: number): void => {
    type(text, place);
    const { current } = input;
    if (current === null) return;
    // At once, because the next key may come before the next frame.
    current.value = text;
    current.focus();
    current.setSelectionRange(place, place);
  };
  const take = (option: Completion): void => {
    if (completions === undefined) return;
    const next = accept(filter, completions, option);
    put(next.text, next.cursor);
  };
  const correct = ({ start, end, suggestion = "" }: FilterProblem): void =>
    put(filter.slice(0, start) + suggestion + filter.slice(end), start + suggestion.length);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const option = options[chosen];
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp": {
        event.preventDefault();
        if (completions === undefined) {
          setCursor(input.current?.selectionStart ?? filter.length);
          return;
        }
        const by = event.key === "ArrowDown" ? 1 : -1;
        setChosen((chosen + by + options.length + 1) % (options.length + 1));
        return;
      }
      case "Tab":
        // Without a choice, Tab leaves the field.
        if (option === undefined || event.shiftKey) return;
        event.preventDefault();
        take(option);
        return;
      case "Enter":
        event.preventDefault();
        if (option !== undefined) {
          take(option);
          return;
        }
        close();
        focusRecords();
        return;
      case "Escape":
        event.preventDefault();
        if (completions !== undefined && options.length > 0) close();
        else focusRecords();
        return;
      default:
    }
  };
  const problems = problemsIn(filter, catalogue);
  const [problem] = problems;
  // What is being typed is not wrong yet.
  const isIncomplete =
    cursor !== undefined &&
    problem !== undefined &&
    ((problem.start <= cursor && cursor <= problem.end) ||
      problem.start >= filter.trimEnd().length);
  const isOpen = cursor !== undefined && options.length > 0;
  return (
    <div class="filter">
      <input
        ref={input}
        type="text"
        role="combobox"
        aria-label="Filter"
        aria-keyshortcuts="f"
        aria-autocomplete="list"
        aria-expanded={isOpen}
        aria-controls="filter-options"
        aria-activedescendant={chosen >= 0 ? `filter-option-${chosen}` : undefined}
        aria-invalid={problem !== undefined && !isIncomplete}
        aria-describedby={problem === undefined ? undefined : "filter-problem"}
        placeholder="Filter by metrics and fields ( f )"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        maxLength={maxLength}
        value={filter}
        onInput={({ currentTarget: { value, selectionStart } }) =>
          type(value, selectionStart ?? value.length)
        }
        onFocus={({ currentTarget: { value, selectionStart } }) =>
          setCursor(selectionStart ?? value.length)
        }
        onClick={({ currentTarget: { value, selectionStart } }) =>
          setCursor(selectionStart ?? value.length)
        }
        onBlur={close}
        onKeyDown={onKeyDown}
      />
      {filter === "" ? null : (
        <button
          type="button"
          class="quiet clear"
          aria-label="Clear the filter"
          onClick={() => onChange("")}
        >
          ✕
        </button>
      )}
      <div class="below" onPointerDown={(event) => event.preventDefault()}>
        {props.fieldProblem === null ? null : (
          <p class="problem" role="status">
            <SafeText>{props.fieldProblem}</SafeText>
          </p>
        )}
        {problem === undefined || isIncomplete ? null : (
          <p id="filter-problem" class="problem" role="status">
            <span>
              <SafeText>{problem.message}</SafeText>
              {problems.length > 1 ? `, and ${plural(problems.length - 1, "more problem")}` : ""}
            </span>
            {problem.suggestion === undefined ? null : (
              <button type="button" onClick={() => correct(problem)}>
                Use <SafeText>{problem.suggestion}</SafeText>
              </button>
            )}
          </p>
        )}
        <div id="filter-options" role="listbox" aria-label="Completions" hidden={!isOpen}>
          {options.map((option, index) => (
            <div
              key={option.text}
              id={`filter-option-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === chosen}
              ref={(element) => {
                if (index === chosen) element?.scrollIntoView({ block: "nearest" });
              }}
              onClick={() => take(option)}
            >
              <SafeText>{option.text}</SafeText>
              <small>{option.detail}</small>
            </div>
          ))}
        </div>
      </div>
    </div>
  );
};
