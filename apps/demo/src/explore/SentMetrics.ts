/** What is known of the metrics, on its way to the page. */
import * as FileKnowledge from "../analysis/FileKnowledge.ts";
import * as MetricKnowledge from "../analysis/MetricKnowledge.ts";
import type { MetaMetrics } from "./ExploreProtocol.ts";

/** What a metrics file says, as JSON; undefined without one. */
export const toMeta = (knowledge: MetricKnowledge.MetricKnowledge): MetaMetrics | undefined =>
  knowledge === MetricKnowledge.nothing
    ? undefined
    : { metrics: Array.from(knowledge.metrics), others: knowledge.others ?? null };

/** The same as the analysis needs it. */
export const fromMeta = (metrics: MetaMetrics | undefined): MetricKnowledge.MetricKnowledge =>
  metrics === undefined
    ? MetricKnowledge.nothing
    : FileKnowledge.make({
        metrics: new Map(metrics.metrics),
        others: metrics.others ?? undefined,
      });
