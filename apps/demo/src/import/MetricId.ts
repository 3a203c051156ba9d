/**
 * The ids of imported metrics. Other tools name their metrics, and the API identifies them by UUIDs: the id of a name is
 * its UUID of version 5 (RFC 9562), so every import of the name has the same id, on every machine.
 */
import { MetricConfigId } from "@scorecard-effect/contract";
import { createHash } from "node:crypto";

/** The namespace of the ids: version 5 of `https://scorecard.io/imported-metric` in RFC 9562's namespace of URLs. */
const namespace = "a0727264-d433-53be-872d-c54f7be033a2";

/** The UUID of version 5 of a name. */
export const uuidOf = (name: string, within = namespace): string => {
  const hash = createHash("sha1")
    .update(Buffer.from(within.replaceAll("-", ""), "hex"))
    .update(name, "utf8")
    .digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const digits = hash.toString("hex");
  return [
    [0, 8],
    [8, 12],
    [12, 16],
    [16, 20],
    [20, 32],
  ]
    .map(([from, to]) => digits.slice(from, to))
    .join("-");
};

/** The id of a tool's metric. */
export const metricIdOf = (tool: string, metric: string): MetricConfigId =>
  MetricConfigId.make(uuidOf(`${tool}:${metric}`));
