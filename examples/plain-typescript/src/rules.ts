/** The rules that a run must pass before it ships. */
import type { Rule } from "./gate.ts";

// These are the metrics of a fake run: replace them with the MetricConfig ids of your project.
export const rules: ReadonlyArray<Rule> = [
  { name: "correctness", metricConfigId: "6f1a5c0e-8d1b-4a7e-9c55-0b6a4e1f2d31", atLeast: 0.8 },
  { name: "helpfulness", metricConfigId: "b84e2f97-3c60-4d2a-8f7e-51c9d0a7e642", atLeast: 3.5 },
];
