/** What a metrics file says of the metrics, in the form in which the analysis asks. */
import type { Score } from "@scorecard-effect/contract";
import type { KnownMetrics } from "@scorecard-effect/contract/metrics";
import { valueAt } from "@scorecard-effect/contract/metrics/MetricPath";
import {
  type MetricReading,
  readScore,
  readValue,
} from "@scorecard-effect/contract/metrics/MetricReading";
import { isOrderRule } from "@scorecard-effect/contract/metrics/PassRule";
import { isLowerBetter } from "./Direction.ts";
import type { MetricKnowledge, SeriesFacts } from "./MetricKnowledge.ts";
import { type Reading, readingsOf } from "./ScoreReading.ts";
import { defined } from "./SeriesFigures.ts";
import type { SeriesKey } from "./Series.ts";

/** What a metrics file says. */
export const make = ({ metrics, others }: KnownMetrics): MetricKnowledge => {
  // By id as it was written: most ids are written one way, and looked up without being lowered.
  const known = new Map<string, ReadonlyArray<MetricReading> | undefined>();
  const definitionsOf = (id: string): ReadonlyArray<MetricReading> | undefined => {
    if (known.has(id)) return known.get(id);
    const found = metrics.get(id.toLowerCase()) ?? others;
    known.set(id, found);
    return found;
  };
  return {
    readingsOf: ({ metricConfigId, score }) => {
      const definitions = definitionsOf(metricConfigId);
      return definitions === undefined
        ? readingsOf(score)
        : definitions.flatMap((definition) => read(definition, score));
    },
    membersOf: (metricId) =>
      (metrics.get(metricId.toLowerCase()) ?? []).flatMap(({ member }) => member ?? []),
    factsOf: (key) => factsOf(key, definitionsOf(key.metricId) ?? []),
    metrics,
    others,
  };
};

const factsOf = (key: SeriesKey, definitions: ReadonlyArray<MetricReading>): SeriesFacts => {
  const [first, second] = definitions;
  const own = definitions.find(({ member }) => member === undefined || member === key.member);
  // The metric as a whole: none of its scores was read.
  const definition = own ?? (second === undefined ? first : undefined);
  if (definition === undefined) {
    const names = definitions.flatMap(({ name }) => name ?? []);
    return {
      ...defined("name", names.length === 0 ? undefined : names.join(" / ")),
      isLowerBetter: isLowerBetter(key),
    };
  }
  const { name, unit, better, pass } = definition;
  return {
    ...defined("name", name),
    ...defined("unit", unit),
    // To pass is better than not to, whatever the value is called.
    isLowerBetter:
      better === undefined ? pass === undefined && isLowerBetter(key) : better === "lower",
  };
};

/** What one entry of the file finds in a score. Without a path, it is about the values that are recognised. */
const read = (definition: MetricReading, score: Score["score"]): ReadonlyArray<Reading> => {
  const { path, member, kind, pass } = definition;
  if (path === undefined || member === undefined) {
    return readingsOf(score).flatMap((own) => {
      // A rule about texts says nothing of the numbers beside them.
      const isMeant =
        pass === undefined ||
        isOrderRule(pass) ||
        pass.values.some((value) => typeof value === typeof own.value);
      const value = isMeant ? readValue({ kind, pass }, own.value) : undefined;
      return value === undefined ? [] : [{ member: own.member, value }];
    });
  }
  const value = readScore(definition, score);
  if (value !== undefined) return [{ member, value }];
  const found = valueAt(score, path);
  return found === undefined || found === null ? [] : [{ member, value: undefined }];
};
