/**
 * How metrics are named where there is little room: by the start of their ids. A name is an id, or an id, a slash and
 * the member of the scores that is meant: the member is shown where a metric has several.
 */
export type MetricLabels = ReadonlyMap<string, string>;

/** Where the groups of a UUID end. */
const groupEnds = [8, 13, 18, 23];

const idOf = (name: string): string => name.split("/", 1)[0] ?? name;

const labelsWith = (
  names: ReadonlyArray<string>,
  idLabel: (id: string) => string,
): MetricLabels => {
  const distinct = Array.from(new Set(names));
  const counts = new Map<string, number>();
  for (const id of distinct.map(idOf)) counts.set(id, (counts.get(id) ?? 0) + 1);
  return new Map(
    distinct.map((name) => {
      const id = idOf(name);
      const member = name.slice(id.length + 1);
      const isShown = member !== "" && (counts.get(id) ?? 0) > 1;
      return [name, isShown ? `${idLabel(id)} ${member}` : idLabel(id)];
    }),
  );
};

/** The ids of some names, each with as few groups of a UUID as distinguish them. */
const shortened = (names: ReadonlyArray<string>): ((id: string) => string) => {
  const ids = names.map(idOf);
  const distinct = new Set(ids).size;
  const length = groupEnds.find(
    (end) => new Set(ids.map((id) => id.slice(0, end))).size === distinct,
  );
  return (id) => (length === undefined ? id : id.slice(0, length));
};

/** Shortens ids to as few groups of a UUID as distinguish them. */
export const shortLabels = (names: ReadonlyArray<string>): MetricLabels =>
  labelsWith(names, shortened(names));

/** The same, with an ellipsis that marks what was cut. */
export const markedLabels = (names: ReadonlyArray<string>): MetricLabels => {
  const short = shortened(names);
  return labelsWith(names, (id) => (short(id) === id ? id : `${short(id)}…`));
};

/** The whole ids. */
export const wholeLabels = (names: ReadonlyArray<string>): MetricLabels =>
  labelsWith(names, (id) => id);
