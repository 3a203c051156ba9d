/** A flag with an amount of memory: `512m`, `2g`, as Docker and Kubernetes write it. */
import * as Option from "effect/Option";
import * as Flag from "effect/cli/Flag";

const units: { readonly [unit: string]: number } = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** Reads an amount: a number and its unit, one of k, m, g, or Ki, Mi, Gi. The result is in bytes. */
export const parse = (text: string): Option.Option<number> => {
  const [, amount = "", unit = ""] = /^(\d+(?:\.\d+)?)([kmg])i?b?$/i.exec(text.trim()) ?? [];
  const bytes = Math.floor(Number(amount) * (units[unit.toLowerCase()] ?? Number.NaN));
  return amount !== "" && bytes >= leastBytes ? Option.some(bytes) : Option.none();
};

// Less does not hold Node and the code.
const leastBytes = 256 * 2 ** 20;

/** A flag with an amount of memory. */
export const memory = (name: string, description: string): Flag.Flag<number> =>
  Flag.String(name).pipe(
    Flag.withMetavar("MEMORY"),
    Flag.withDescription(description),
    Flag.filterMap(parse, (text) => `Expected 256m or more, such as 512m or 2g, got ${text}`),
  );
