import { inspect } from "node:util";

/** All that a person or a log may see of a value: inspected with hidden members, as a string, and as JSON. */
export const renderAll = (value: unknown): string =>
  `${inspect(value, { depth: 20, showHidden: true })} ${String(value)} ${JSON.stringify(value)}`;
