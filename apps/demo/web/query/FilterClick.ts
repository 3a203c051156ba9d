/**
 * Edits an expression by clicks. A click adds a test to the part of the expression that is about its subject alone, as
 * an alternative, or adds such a part; a click on what is wanted already removes it.
 */
import { type Catalogue, referenceKey, resolveReference } from "./Catalogue.ts";
import {
  conjuncts,
  type Expression,
  hasOther,
  join,
  print,
  type Test,
  test,
  type Wanted,
} from "./Expression.ts";
import { parse } from "./ExpressionParser.ts";

/** An expression that clicks edit. `run` is the number of a run that is meant, as `@2`. */
export interface FilterClicks {
  /** Whether it wants this of a subject. */
  readonly wants: (subject: string, wanted: Wanted, run?: number) => boolean;
  /** The expression after a click. One that cannot be read is replaced: the browser's history has it. */
  readonly toggle: (subject: string, wanted: Wanted, run?: number) => string;
  /** Whether one of its parts, which must all hold, is this one. */
  readonly hasPart: (part: Expression) => boolean;
  /** The expression with such a part added, or removed. */
  readonly togglePart: (part: Expression) => string;
}

/** Reads an expression once for all that can be clicked. */
export const filterClicks = (text: string, catalogue: Catalogue): FilterClicks => {
  const parsed = parse(text);
  const parts = parsed.isValid ? conjuncts(parsed.expression) : [];
  const aboutOf = (subject: string, run?: number): string => {
    const found = resolveReference(
      { name: subject, ...(run === undefined ? {} : { run }) },
      catalogue,
    );
    return found.type === "unknown" ? `unknown:${subject}` : referenceKey(found);
  };
  const known = parts.map((part) => {
    const alternatives = alternativesOf(part);
    const subjects = new Set(alternatives?.map(({ subject, run }) => aboutOf(subject, run)));
    const [about] = subjects;
    return alternatives === undefined || subjects.size !== 1
      ? undefined
      : { about, alternatives, words: new Set(alternatives.map(({ wanted }) => wordOf(wanted))) };
  });
  const placeOf = (subject: string, run: number | undefined): number => {
    const about = aboutOf(subject, run);
    return known.findIndex((own) => own?.about === about);
  };
  const hasPart = (part: Expression): boolean => parts.some((own) => print(own) === print(part));
  return {
    hasPart,
    togglePart: (part) =>
      print(
        join(
          "and",
          hasPart(part) ? parts.filter((own) => print(own) !== print(part)) : [...parts, part],
        ),
      ),
    wants: (subject, wanted, run) => {
      if (parts.length === 0) return false;
      const about = aboutOf(subject, run);
      return known.some((own) => own?.about === about && own.words.has(wordOf(wanted)));
    },
    toggle: (subject, wanted, run) => {
      const place = placeOf(subject, run);
      const word = wordOf(wanted);
      const own = known[place];
      const next =
        own?.words.has(word) === true
          ? own.alternatives.filter((other) => wordOf(other.wanted) !== word)
          : [...(own?.alternatives ?? []), test(subject, wanted, run)];
      const part = oneOf(next);
      const edited = part === null ? [] : [part];
      return print(
        join("and", place < 0 ? [...parts, ...edited] : parts.toSpliced(place, 1, ...edited)),
      );
    },
  };
};

/** Equal wants have the same word. */
const wordOf = (wanted: Wanted): string => {
  const number =
    wanted.op === "=" && !hasOther(wanted) && wanted.value.trim() !== ""
      ? Number(wanted.value)
      : Number.NaN;
  return Number.isFinite(number) ? String(number) : print(test("x", wanted));
};

/** The tests of which one must hold; undefined where a part says something else. */
const alternativesOf = (part: Expression): ReadonlyArray<Test> | undefined => {
  switch (part.type) {
    case "test": {
      const { subject, wanted, run } = part;
      // A comparison with another metric is no value of this one.
      if (hasOther(wanted)) return undefined;
      return wanted.op === "in"
        ? wanted.values.map((value) => test(subject, { op: "=", value }, run))
        : [part];
    }
    case "or": {
      const each = part.operands.map(alternativesOf);
      return each.every((own) => own !== undefined) ? each.flat() : undefined;
    }
    default:
      return undefined;
  }
};

/** Alternatives as one part: values that are equal to something as a list. */
const oneOf = (alternatives: ReadonlyArray<Test>): Expression | null => {
  const values = alternatives.flatMap(({ wanted }) =>
    wanted.op === "=" && !hasOther(wanted) ? [wanted.value] : [],
  );
  const [first] = alternatives;
  return values.length > 1 && values.length === alternatives.length && first !== undefined
    ? test(first.subject, { op: "in", values }, first.run)
    : join("or", alternatives);
};
