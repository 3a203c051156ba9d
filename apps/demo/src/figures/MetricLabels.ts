/** How metrics are named where there is little room: by the start of their ids. */
export type MetricLabels = ReadonlyMap<string, string>;

/** Where the groups of a UUID end. */
const groupEnds = [8, 13, 18, 23];

/** Shortens ids to as few groups of a UUID as distinguish them. */
export const shortLabels = (ids: ReadonlyArray<string>): MetricLabels => {
  const distinct = new Set(ids).size;
  const length = groupEnds.find(
    (end) => new Set(ids.map((id) => id.slice(0, end))).size === distinct,
  );
  return new Map(ids.map((id) => [id, length === undefined ? id : id.slice(0, length)]));
};

/** The same, with an ellipsis that marks what was cut. */
export const markedLabels = (ids: ReadonlyArray<string>): MetricLabels =>
  new Map(
    Array.from(shortLabels(ids), ([id, label]) => [id, label === id ? id : `${label}…`] as const),
  );

/** The whole ids. */
export const wholeLabels = (ids: ReadonlyArray<string>): MetricLabels =>
  new Map(ids.map((id) => [id, id]));
