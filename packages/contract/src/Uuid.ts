/**
 * The text form of a MetricConfig's id: 8-4-4-4-12 hexadecimal digits (RFC 9562) with any version and variant digits,
 * because the API's own examples carry a variant digit that RFC 9562 does not define.
 */
export const metricConfigIdPattern =
  /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/u;

// The ids of a run's metrics recur on every record: comparing with the latest ones is several times faster than the
// pattern.
const recent: Array<string> = [];
const maxRecent = 64;
let oldest = 0;

/** Whether a text is a MetricConfig's id. */
export const isMetricConfigId = (text: string): boolean => {
  for (const id of recent) if (id === text) return true;
  if (!metricConfigIdPattern.test(text)) return false;
  recent[oldest] = text;
  oldest = (oldest + 1) % maxRecent;
  return true;
};
