/**
 * Whether a metric got worse or better. The rules, which docs/guides/scores-and-verdicts.md explains: nothing changed is
 * `same`; fewer than {@link minPairs} pairs are `too few`; else the change is `worse` or `better` where its p-value,
 * adjusted for how many metrics were looked at, is at most {@link alarmRate}.
 */
import { adjust } from "./statistics/Significance.ts";

/** A verdict. Categories have no order: they are the same, or `changed`. */
export type ChangeVerdict = "worse" | "better" | "unclear" | "same" | "too few" | "changed";

/** With fewer pairs, even a change of all of them in one direction is not significant: 2 × 0.5⁵ > 0.05. */
export const minPairs = 6;

/** The share of false alarms among the verdicts `worse` and `better` that is accepted. */
const alarmRate = 0.05;

/** What a verdict rests on. */
export interface Change {
  readonly kind: "boolean" | "number" | "category" | "other";
  /** How many pairs there are. */
  readonly n: number;
  /** How many of them changed. */
  readonly changed: number;
  /** The mean change in the direction that is better; undefined where there is none. */
  readonly gain: number | undefined;
  /** The p-value of the change. */
  readonly p: number | undefined;
  /** Whether the values of the two runs can be compared; if not, equal values are not `same` either. Default true. */
  readonly isFair?: boolean;
}

/** A verdict, with the p-value that it rests on. */
export interface Judgement {
  readonly verdict: ChangeVerdict;
  /** Adjusted for how many metrics were looked at; undefined where the change was not tested. */
  readonly adjustedP?: number;
}

/** Judges the changes of all metrics of a comparison together. */
export const judge = (changes: ReadonlyArray<Change>): ReadonlyArray<Judgement> => {
  const tested = changes.filter(isTested);
  const adjusted = adjust(tested.map(({ p }) => p ?? 1));
  let place = 0;
  return changes.map((change): Judgement => {
    const { kind, n, changed, gain = 0, isFair = true } = change;
    const adjustedP = isTested(change) ? adjusted[place++] : undefined;
    const because = adjustedP === undefined ? {} : { adjustedP };
    if (n === 0) return { verdict: "too few" };
    if (!isFair && n >= minPairs) return { verdict: "unclear" };
    if (changed === 0) return { verdict: "same", ...because };
    if (kind === "category") return { verdict: "changed" };
    if (adjustedP === undefined) return { verdict: n < minPairs ? "too few" : "unclear" };
    return {
      verdict: adjustedP > alarmRate ? "unclear" : gain < 0 ? "worse" : "better",
      ...because,
    };
  });
};

/** How many metrics were looked at. */
export const countTested = (changes: ReadonlyArray<Change>): number =>
  changes.filter(isTested).length;

const isTested = ({ kind, n, p }: Change): boolean =>
  (kind === "boolean" || kind === "number") && n >= minPairs && p !== undefined;
