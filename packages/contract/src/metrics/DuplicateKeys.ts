/** The keys that occur twice in an object of a JSON text: of such a pair, `JSON.parse` drops the first. */

/** A list or an object whose end has not come yet. */
interface Open {
  /** The keys so far; undefined in a list. */
  readonly keys: Set<string> | undefined;
  /** Where the value is that comes next: a key, or a position in the list. */
  key: string;
  position: number;
  isKeyNext: boolean;
}

const token = /"[^"\\]*(?:\\[^][^"\\]*)*"|[{}[\],:]/g;

/** The paths of the keys that occur for a second time, in a text that is valid JSON. */
export const duplicateKeys = (text: string): ReadonlyArray<ReadonlyArray<string>> => {
  const duplicates: Array<ReadonlyArray<string>> = [];
  const open: Array<Open> = [];
  for (const [found] of text.matchAll(token)) {
    const top = open.at(-1);
    if (found === "{" || found === "[") {
      const keys = found === "{" ? new Set<string>() : undefined;
      open.push({ keys, key: "", position: 0, isKeyNext: keys !== undefined });
    } else if (found === "}" || found === "]") open.pop();
    else if (top === undefined) continue;
    else if (found === ",") {
      top.position += 1;
      top.isKeyNext = top.keys !== undefined;
    } else if (found === ":") top.isKeyNext = false;
    else if (top.isKeyNext) {
      top.key = String(JSON.parse(found));
      if (top.keys?.has(top.key) === true) {
        duplicates.push(
          open.map(({ keys, key, position }) => (keys === undefined ? String(position) : key)),
        );
      }
      top.keys?.add(top.key);
    }
  }
  return duplicates;
};
