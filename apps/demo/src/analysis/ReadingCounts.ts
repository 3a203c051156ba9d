/** How the scores of a run were read, metric by metric: what was recognised and what was not, with counts. */
import type { RecordWithScores, Score } from "@scorecard-effect/contract";
import type { OnRead } from "./Cell.ts";
import { byFrequency, type Frequency } from "./Frequency.ts";
import { jsonKindOf } from "./JsonKind.ts";
import { reasoningNameOf } from "./ScoreReading.ts";

/** How the scores of one metric were read. */
export interface MetricReadings {
  /** In lower case. */
  readonly metricConfigId: string;
  readonly scores: number;
  /** Marked with `validationErrors`: not read. */
  readonly invalid: number;
  /** In which no value was recognised. */
  readonly unrecognised: number;
  /** Records that this metric scored several times. */
  readonly repeated: number;
  /** The members that hold values: `passed`, `scores/tone`. */
  readonly members: ReadonlyArray<Frequency>;
  /** The members that hold the reasoning. */
  readonly reasoning: ReadonlyArray<Frequency>;
  /** The forms of the scores that were not recognised: `answer (text), confidence (null)`. */
  readonly unrecognisedForms: ReadonlyArray<Frequency>;
}

/** The counts in progress. */
export interface ReadingCounts {
  /** Adds a score. The scores of a record come one after another. */
  readonly add: OnRead;
  readonly merge: (other: ReadingCounts) => void;
  /** In order of first appearance. */
  readonly metrics: () => ReadonlyArray<MetricReadings>;
  /** What {@link merge} reads. */
  readonly state: ReadonlyMap<string, Counts>;
}

interface Counts {
  /** The last record that the metric scored, and the last one that it scored several times. */
  last: RecordWithScores | undefined;
  lastRepeated: RecordWithScores | undefined;
  scores: number;
  invalid: number;
  unrecognised: number;
  repeated: number;
  readonly members: Map<string, number>;
  readonly reasoning: Map<string, number>;
  readonly forms: Map<string, number>;
}

const empty = (): Counts => ({
  last: undefined,
  lastRepeated: undefined,
  scores: 0,
  invalid: 0,
  unrecognised: 0,
  repeated: 0,
  members: new Map(),
  reasoning: new Map(),
  forms: new Map(),
});

/** The most different forms that are counted apart. */
const maxForms = 50;
const otherForms = "other forms";

const increase = (counts: Map<string, number>, name: string, by = 1): void => {
  const before = counts.get(name);
  if (before !== undefined || counts.size < maxForms) counts.set(name, (before ?? 0) + by);
  else counts.set(otherForms, (counts.get(otherForms) ?? 0) + by);
};

/** Starts without counts. */
export const make = (): ReadingCounts => {
  const metrics = new Map<string, Counts>();
  // By id as it was written: most ids are written one way, and looked up without being lowered.
  const spellings = new Map<string, Counts>();
  const countsOf = (id: string): Counts => {
    const spelled = spellings.get(id);
    if (spelled !== undefined) return spelled;
    const key = id.toLowerCase();
    const counts = metrics.get(key) ?? empty();
    metrics.set(key, counts);
    spellings.set(id, counts);
    return counts;
  };
  return {
    add: (record, score, readings) => {
      const counts = countsOf(score.metricConfigId);
      counts.scores += 1;
      if (counts.last === record && counts.lastRepeated !== record) {
        counts.repeated += 1;
        counts.lastRepeated = record;
      }
      counts.last = record;
      if (readings === undefined) {
        counts.invalid += 1;
        return;
      }
      const reasoning = reasoningNameOf(score.score);
      if (reasoning !== undefined) increase(counts.reasoning, reasoning);
      let isRecognised = false;
      for (const { member, value } of readings) {
        if (value === undefined) continue;
        isRecognised = true;
        increase(counts.members, member);
      }
      if (isRecognised) return;
      counts.unrecognised += 1;
      increase(counts.forms, formOf(score.score));
    },
    merge: ({ state }) => {
      for (const [key, other] of state) {
        const counts = countsOf(key);
        counts.scores += other.scores;
        counts.invalid += other.invalid;
        counts.unrecognised += other.unrecognised;
        counts.repeated += other.repeated;
        for (const name of ["members", "reasoning", "forms"] as const) {
          for (const [own, n] of other[name]) increase(counts[name], own, n);
        }
      }
    },
    metrics: () =>
      Array.from(metrics, ([metricConfigId, counts]) => ({
        metricConfigId,
        scores: counts.scores,
        invalid: counts.invalid,
        unrecognised: counts.unrecognised,
        repeated: counts.repeated,
        members: byFrequency(counts.members),
        reasoning: byFrequency(counts.reasoning),
        unrecognisedForms: byFrequency(counts.forms),
      })),
    state: metrics,
  };
};

const formOf = (score: Score["score"]): string => {
  const members = Object.entries(score).slice(0, 10);
  return members.length === 0
    ? "no members"
    : members.map(([name, value]) => `${name} (${jsonKindOf(value)})`).join(", ");
};
