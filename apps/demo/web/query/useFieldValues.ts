import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { CountedValue } from "./Completion.ts";

type Values = ReadonlyArray<CountedValue>;

const none: Values = [];

/** The values of fields: loaded when they are first asked for, and again when the number of records has changed. */
export const useFieldValues = (
  load: (pointer: string) => Promise<Values>,
  records: number,
): ((pointer: string) => Values) => {
  const [known, setKnown] = useState<ReadonlyMap<string, Values>>(new Map());
  /** For how many records each field was asked for. */
  const asked = useRef(new Map<string, number>());
  const isGone = useRef(false);
  useEffect(
    () => () => {
      isGone.current = true;
    },
    [],
  );
  return useCallback(
    (pointer) => {
      if (asked.current.get(pointer) !== records) {
        asked.current.set(pointer, records);
        load(pointer).then(
          (values) => {
            if (!isGone.current) setKnown((before) => new Map(before).set(pointer, values));
          },
          // Completions are a help: without them, values are typed.
          () => {},
        );
      }
      return known.get(pointer) ?? none;
    },
    [known, load, records],
  );
};
