/**
 * The series of a run: what a metric says of each record by one member of its scores. A metric whose scores are
 * `{ passed, score }` has two. Ids of metrics compare without case, as UUIDs do.
 */

import * as MetricKnowledge from "./MetricKnowledge.ts";

/** What names a series. */
export interface SeriesKey {
  /** The metric's id, in lower case. */
  readonly metricId: string;
  /**
   * The member of the scores that it reads, as a JSON Pointer without the first slash; null for the metric as a whole,
   * which holds the records whose score is invalid or was not recognised.
   */
  readonly member: string | null;
}

/** A series. */
export interface Series extends SeriesKey, MetricKnowledge.SeriesFacts {
  /** Its number: in order of first appearance. */
  readonly index: number;
  /** The number of the series of the metric as a whole. */
  readonly whole: number;
  readonly categories: Categories;
}

/** All series so far. */
export interface SeriesIndex {
  readonly all: ReadonlyArray<Series>;
  /** What is known of the metrics: it says how their scores are read. */
  readonly knowledge: MetricKnowledge.MetricKnowledge;
  /**
   * The series of a member, added where it is new. A metric's first series comes after that of the metric as a whole,
   * which is also the answer where the metric has {@link maxMembers} members already. `facts` are what is known of the
   * series: by default, what {@link knowledge} says.
   */
  readonly of: (
    metricId: string,
    member: string | null,
    facts?: MetricKnowledge.SeriesFacts,
  ) => Series;
}

/** The most members of a metric: scores with other names in each record would have a series each. */
const maxMembers = 100;

/** Starts without series. */
export const make = (
  knowledge: MetricKnowledge.MetricKnowledge = MetricKnowledge.nothing,
): SeriesIndex => {
  const all: Array<Series> = [];
  // By id as it was written: most ids are written one way, and looked up without being lowered.
  const metrics = new Map<string, Map<string | null, Series>>();
  const membersOf = (id: string): Map<string | null, Series> => {
    const known = metrics.get(id);
    if (known !== undefined) return known;
    const lower = id.toLowerCase();
    const members = lower === id ? new Map<string | null, Series>() : membersOf(lower);
    metrics.set(id, members);
    return members;
  };
  const add = (
    members: Map<string | null, Series>,
    metricId: string,
    member: string | null,
    whole: number,
    facts = knowledge.factsOf({ metricId, member }),
  ): Series => {
    const { name, unit, isLowerBetter } = facts;
    const series: Series = {
      metricId,
      member,
      index: all.length,
      whole,
      categories: makeCategories(),
      isLowerBetter,
      ...(name === undefined ? {} : { name }),
      ...(unit === undefined ? {} : { unit }),
    };
    members.set(member, series);
    all.push(series);
    return series;
  };
  const of: SeriesIndex["of"] = (id, member, facts) => {
    const members = membersOf(id);
    const known = members.get(member);
    if (known !== undefined) return known;
    const metricId = id.toLowerCase();
    let whole = members.get(null);
    if (whole === undefined) {
      whole = add(members, metricId, null, all.length, member === null ? facts : undefined);
      // A metric that the file describes has its series from its first score on.
      for (const own of knowledge.membersOf(metricId)) add(members, metricId, own, whole.index);
      return of(id, member, facts);
    }
    if (member === null || members.size > maxMembers) return whole;
    return add(members, metricId, member, whole.index, facts);
  };
  return {
    all,
    knowledge,
    of,
  };
};

/** The key of a series as one text: `6f1a5c0e-…/passed`. */
export const keyText = ({ metricId, member }: SeriesKey): string =>
  member === null ? metricId : `${metricId}/${member}`;

/** The categories of a series, numbered. */
interface Categories {
  /** The number of a category; undefined where there are too many to be categories. */
  readonly numberOf: (name: string) => number | undefined;
  readonly nameOf: (number: number) => string;
  /** The names of the categories from a number on. */
  readonly namesFrom: (number: number) => ReadonlyArray<string>;
  /** Whether there are more than {@link maxCategories}: then they are texts, and none is counted. */
  readonly areTooMany: () => boolean;
}

/** The most categories of a series. */
const maxCategories = 100;

const makeCategories = (): Categories => {
  const numbers = new Map<string, number>();
  const names: Array<string> = [];
  let areTooMany = false;
  return {
    numberOf: (name) => {
      const known = numbers.get(name);
      if (known !== undefined) return known;
      if (names.length >= maxCategories) {
        areTooMany = true;
        return undefined;
      }
      numbers.set(name, names.length);
      return names.push(name) - 1;
    },
    nameOf: (number) => names[number] ?? "",
    namesFrom: (number) => names.slice(number),
    areTooMany: () => areTooMany,
  };
};
