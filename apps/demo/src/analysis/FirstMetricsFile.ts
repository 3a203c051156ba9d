/**
 * A first metrics file of a run: what is recognised in its scores, written down. Read with it, the run has the same
 * figures, and a person has only names to fill in. Where the records say what a metric is called (those that
 * `demo import` made), it is called that.
 */
import type { RecordWithScores, Score } from "@scorecard-effect/contract";
import type { MetricEntry, MetricsFile, MetricValueKind } from "@scorecard-effect/contract/metrics";
import {
  maxEntriesPerMetric,
  maxNameLength,
  oneLinePattern,
} from "@scorecard-effect/contract/metrics/MetricsFile";
import { readValue } from "@scorecard-effect/contract/metrics/MetricReading";
import { isInvalid } from "./ScoreReading.ts";
import { tally, type MetricSummary, type ReadCounts } from "./Summary.ts";

/** A file in the making. */
export interface FirstMetricsFile {
  readonly add: (page: { readonly records: ReadonlyArray<RecordWithScores> }) => void;
  /** How much has been read so far. */
  readonly counts: () => ReadCounts;
  readonly result: () => {
    readonly file: MetricsFile;
    /** What the file cannot say, a sentence each. */
    readonly remarks: ReadonlyArray<string>;
  };
}

/** Starts without records. */
export const make = (): FirstMetricsFile => {
  const run = tally({ worst: 0 });
  const conversions = makeConversions();
  const names = new Map<string, string>();
  return {
    add: (page) => {
      run.add(page);
      for (const { scores } of page.records) {
        for (const score of scores) {
          const id = score.metricConfigId.toLowerCase();
          const name = nameIn(score);
          if (name !== undefined && !names.has(id)) names.set(id, name);
          if (!isInvalid(score)) conversions.add(id, score.score);
        }
      }
    },
    counts: run.counts,
    result: () => {
      const metrics = Map.groupBy(run.summary().metrics, ({ metricConfigId }) => metricConfigId);
      const remarks: Array<string> = [];
      const taken = new Set<string>();
      const entries = Array.from(metrics, ([id, series], index) => {
        const name = freeName(names.get(id) ?? `Metric ${index + 1}`, taken);
        const members = series.filter(({ member }) => member !== null);
        if (members.length === 0) {
          remarks.push(`${name} (${id}): nothing is recognised in its scores. Give it a path`);
        }
        if (members.length > maxEntriesPerMetric) {
          remarks.push(
            `${name} (${id}): its scores have too many members for entries of their own`,
          );
        }
        const isOne = members.length === 0 || members.length > maxEntriesPerMetric;
        if (isOne) return [id, { name }] as const;
        const own = members.map((metric) =>
          entryOf(
            members.length === 1
              ? name
              : freeName(`${name} ${metric.member}`.slice(0, maxNameLength).trim(), taken),
            metric,
            (kind) => conversions.areMade(id, metric.member ?? "", kind),
          ),
        );
        const [only] = own;
        return [id, own.length === 1 && only !== undefined ? only : own] as const;
      });
      return { file: { metrics: Object.fromEntries(entries) }, remarks };
    },
  };
};

/** What the record calls the metric: `demo import` writes it beside the score. */
const nameIn = (score: Score): string | undefined => {
  const { metricName } = score as Score & { readonly metricName?: unknown };
  if (typeof metricName !== "string") return undefined;
  const name = metricName.replaceAll(/\s+/g, " ").trim().slice(0, maxNameLength).trim();
  return oneLinePattern.test(name) && name !== "*" ? name : undefined;
};

/** A name that nothing else has, in any case. */
const freeName = (wanted: string, taken: Set<string>): string => {
  let name = wanted;
  for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${wanted} (${number})`;
  taken.add(name.toLowerCase());
  return name;
};

const entryOf = (
  name: string,
  { member, kind, isLowerBetter }: MetricSummary,
  areConverted: (kind: MetricValueKind) => boolean,
): MetricEntry => {
  const unit = kind === "number" ? unitOf(member ?? "") : undefined;
  return {
    name,
    path: `/${member}`,
    // A kind would turn values into others, such as a text "0.8" into a number.
    ...(kind === "other" || areConverted(kind) ? {} : { kind }),
    ...(kind === "boolean" || kind === "number"
      ? { better: isLowerBetter ? ("lower" as const) : ("higher" as const) }
      : {}),
    ...(unit === undefined ? {} : { unit }),
  };
};

/** The unit that the name of a member ends with: `latencyMs`, `cost_usd`, `total_tokens`. */
const unitOf = (member: string): string | undefined =>
  /(_ms|[a-z]Ms)$/.test(member)
    ? "ms"
    : /(^|_)seconds$|[a-z]Seconds$/.test(member)
      ? "s"
      : /(^|_)usd$|[a-z]U(sd|SD)$/.test(member)
        ? "USD"
        : /(^|_)tokens$|[a-z]Tokens$/.test(member)
          ? "tokens"
          : undefined;

const kinds: ReadonlyArray<MetricValueKind> = ["boolean", "number", "category"];

/** The most places that are watched in the scores of a metric. */
const maxPlaces = 500;

/** The kinds that would turn a value into another, by the place of the value. */
type Places = Map<string, Set<MetricValueKind>>;

const note = (places: Places, member: string, json: unknown): void => {
  for (const kind of kinds) {
    if (kindOf(json) === kind || readValue({ kind, pass: undefined }, json) === undefined) continue;
    const known = places.get(member);
    if (known !== undefined) known.add(kind);
    else if (places.size < maxPlaces) places.set(member, new Set([kind]));
  }
};

/** Which values a kind in the file would turn into others. */
const makeConversions = () => {
  const metrics = new Map<string, Places>();
  return {
    add: (id: string, score: Score["score"]): void => {
      const places = metrics.get(id) ?? new Map<string, Set<MetricValueKind>>();
      metrics.set(id, places);
      for (const [name, json] of Object.entries(score)) {
        note(places, escaped(name), json);
        if (typeof json !== "object" || json === null || Array.isArray(json)) continue;
        for (const [part, value] of Object.entries(json)) {
          note(places, `${escaped(name)}/${escaped(part)}`, value);
        }
      }
    },
    areMade: (id: string, member: string, kind: MetricValueKind): boolean =>
      metrics.get(id)?.get(member)?.has(kind) ?? false,
  };
};

const kindOf = (json: unknown): MetricValueKind | undefined =>
  typeof json === "boolean"
    ? "boolean"
    : typeof json === "number"
      ? "number"
      : typeof json === "string"
        ? "category"
        : undefined;

const escaped = (name: string): string => name.replaceAll("~", "~0").replaceAll("/", "~1");
