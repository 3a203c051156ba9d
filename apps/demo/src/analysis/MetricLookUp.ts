/** Finds the series that a user means: by the name of a metric, by its id, or by the start of its id. */
import { nearestWord } from "@scorecard-effect/contract/metrics/NearestWord";
import { count } from "../figures/Figures.ts";

/** A series that can be looked up. */
export interface Findable {
  /** In lower case. */
  readonly metricConfigId: string;
  readonly member: string | null;
  readonly name?: string;
}

/** What was found: the series, or why there are none. */
export type Found<Metric> =
  | { readonly series: ReadonlyArray<Metric> }
  | { readonly problem: string };

/**
 * The series that a text means. It is a name, a whole id or the start of one, in any case; with `/MEMBER` after it, one
 * member of the scores. A name that is also the start of an id is the name. The series of more than one metric are never
 * meant.
 */
export const find = <Metric extends Findable>(
  wanted: string,
  metrics: ReadonlyArray<Metric>,
  runs: "run" | "runs" = "run",
): Found<Metric> => {
  const text = wanted.trim().toLowerCase();
  const named = namedBy(text, metrics);
  if (named.length > 0) return { series: named };
  const slash = text.indexOf("/");
  const start = slash === -1 ? text : text.slice(0, slash);
  // Names of members have a case.
  const member = slash === -1 ? undefined : wanted.trim().slice(slash + 1);
  const ofMetric = metrics.filter(({ metricConfigId }) => metricConfigId.startsWith(start));
  const ids = new Set(ofMetric.map(({ metricConfigId }) => metricConfigId));
  if (ids.size === 0) return { problem: unknown(wanted, metrics, runs) };
  if (ids.size > 1) {
    const which = `the ids of ${count(ids.size)} metrics start with ${start}`;
    return { problem: `${which}: ${listOf(ofMetric)}` };
  }
  const series = ofMetric.filter((own) => member === undefined || own.member === member);
  return series.length > 0
    ? { series }
    : {
        problem: `the scores of metric ${[...ids].join("")} have no member ${member}, but ${listOf(ofMetric)}`,
      };
};

const namedBy = <Metric extends Findable>(
  text: string,
  metrics: ReadonlyArray<Metric>,
): ReadonlyArray<Metric> =>
  metrics.filter(
    ({ name, member }) =>
      name !== undefined &&
      (name.toLowerCase() === text || `${name}/${member}`.toLowerCase() === text),
  );

/** Whether a text means a metric, or is the start of the ids of several. */
export const isKnown = (wanted: string, metrics: ReadonlyArray<Findable>): boolean =>
  "series" in find(wanted, metrics) ||
  metrics.some(({ metricConfigId }) => metricConfigId.startsWith(wanted.trim().toLowerCase()));

/** The series that a text means; none where it is not known, or means several metrics. */
export const seriesOf = <Metric extends Findable>(
  wanted: string,
  metrics: ReadonlyArray<Metric>,
): ReadonlyArray<Metric> => {
  const found = find(wanted, metrics);
  return "series" in found ? found.series : [];
};

const unknown = (
  wanted: string,
  metrics: ReadonlyArray<Findable>,
  runs: "run" | "runs",
): string => {
  const nearest = nearestWord(
    wanted,
    metrics.flatMap(({ name }) => name ?? []),
  );
  const has = metrics.length === 0 ? "" : `: there are ${listOf(metrics)}`;
  const meant = nearest === undefined ? "" : `; did you mean ${nearest}?`;
  return runs === "run"
    ? `the run has no score of a metric ${wanted}${has}${meant}`
    : `no score of a metric ${wanted} is in both runs${has}${meant}`;
};

/** What a series is called in a message: its name or its id, with the member where the metric has several. */
export const nameIn = (
  { metricConfigId, member, name }: Findable,
  metrics: ReadonlyArray<Findable>,
): string => {
  const alike = metrics.filter((own) => own.metricConfigId === metricConfigId && own.name === name);
  const base = name ?? metricConfigId;
  return alike.length > 1 && member !== null ? `${base}/${member}` : base;
};

/** The most series that a message lists. */
const maxListed = 5;

const listOf = (metrics: ReadonlyArray<Findable>): string => {
  const names = Array.from(new Set(metrics.map((own) => nameIn(own, metrics))));
  const rest = names.length - maxListed;
  return `${names.slice(0, maxListed).join(", ")}${rest > 0 ? ` and ${count(rest)} more` : ""}`;
};
