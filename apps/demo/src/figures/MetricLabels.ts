/**
 * How metrics are labelled: by the name that the metrics file gives them, or else by their id, or its start where there
 * is little room. A key is an id, or an id, a slash and the member of the scores that is meant: the label shows the
 * member where a metric has several without names of their own.
 */
import * as Series from "../analysis/Series.ts";

/** Labels, by keys. */
export type MetricLabels = ReadonlyMap<string, string>;

/** Names from the metrics file, by keys. */
type GivenNames = ReadonlyMap<string, string>;

/** A series, as far as its label depends on it. */
interface Labelled {
  readonly metricConfigId: string;
  readonly member: string | null;
  readonly name?: string;
}

/** The key of a series. */
export const keyOf = ({ metricConfigId, member }: Labelled): string =>
  Series.keyText({ metricId: metricConfigId, member });

/** The names that the metrics file gives some series. */
export const givenNames = (metrics: ReadonlyArray<Labelled>): GivenNames =>
  new Map(
    metrics.flatMap((own) => (own.name === undefined ? [] : [[keyOf(own), own.name] as const])),
  );

const noNames: GivenNames = new Map();

/** Where the groups of a UUID end. */
const groupEnds = [8, 13, 18, 23];

const idOf = (key: string): string => key.split("/", 1)[0] ?? key;

const labelsWith = (
  keys: ReadonlyArray<string>,
  given: GivenNames,
  idLabel: (id: string) => string,
): MetricLabels => {
  const distinct = Array.from(new Set(keys));
  const nameOf = (key: string): string => given.get(key) ?? idOf(key);
  const counts = new Map<string, number>();
  for (const name of distinct.map(nameOf)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return new Map(
    distinct.map((key) => {
      const id = idOf(key);
      const member = key.slice(id.length + 1);
      const isShown = member !== "" && (counts.get(nameOf(key)) ?? 0) > 1;
      const label = given.get(key) ?? idLabel(id);
      return [key, isShown ? `${label} ${member}` : label];
    }),
  );
};

/** The ids of some keys, each with as few groups of a UUID as distinguish them. */
const shortened = (keys: ReadonlyArray<string>): ((id: string) => string) => {
  const ids = keys.map(idOf);
  const distinct = new Set(ids).size;
  const length = groupEnds.find(
    (end) => new Set(ids.map((id) => id.slice(0, end))).size === distinct,
  );
  return (id) => (length === undefined ? id : id.slice(0, length));
};

/** Shortens ids to as few groups of a UUID as distinguish them. */
export const shortLabels = (
  keys: ReadonlyArray<string>,
  given: GivenNames = noNames,
): MetricLabels => labelsWith(keys, given, shortened(keys));

/** The same, with an ellipsis that marks what was cut. */
export const markedLabels = (
  keys: ReadonlyArray<string>,
  given: GivenNames = noNames,
): MetricLabels => {
  const short = shortened(keys);
  return labelsWith(keys, given, (id) => (short(id) === id ? id : `${short(id)}…`));
};

/** The whole ids. */
export const wholeLabels = (
  keys: ReadonlyArray<string>,
  given: GivenNames = noNames,
): MetricLabels => labelsWith(keys, given, (id) => id);
