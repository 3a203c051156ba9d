import type { Change } from "./Change.ts";

/** A report's declarations, by what introduces them; overloads under one key. */
const declarations = (report: string): ReadonlyMap<string, ReadonlyArray<string>> => {
  const found = new Map<string, Array<string>>();
  for (const block of report.split(/\n{2,}/)) {
    const lines = block.split("\n").filter((line) => !/^\s*(\/\/|$)/.test(line));
    const [head = ""] = lines;
    // Imports and the report's own frame are no declarations; all else is.
    if (/^(import\b|#|>|```|$)/.test(head)) continue;
    const key = head.replace(/\s*[={:;(<].*$/, "");
    found.set(key, [...(found.get(key) ?? []), ...lines]);
  }
  return found;
};

// What may join a declaration and leave everything that used it right.
const isHarmless = (line: string, key: string): boolean =>
  /^\s+(readonly )?[\w"]+\?: /.test(line) ||
  (key.startsWith("declare namespace") && /^\s+[\w ]+,?$/.test(line));

/**
 * What changed between two API reports of an entry point. Declarations and optional members that are new break nothing;
 * whatever else differs may.
 */
export const reportChanges = (at: string, before: string, after: string): ReadonlyArray<Change> => {
  const old = declarations(before);
  const now = declarations(after);
  const changes: Array<Change> = [];
  for (const [key, lines] of old) {
    const current = now.get(key);
    if (current === undefined) {
      changes.push({ at, what: `${key} is gone`, breaking: true });
      continue;
    }
    if (lines.join("\n") === current.join("\n")) continue;
    let matched = 0;
    const added = current.filter((line) => {
      // The last name of a list gains a comma when another follows.
      const isOld = line.replace(/,$/, "") === lines[matched]?.replace(/,$/, "");
      if (isOld) matched += 1;
      return !isOld;
    });
    const breaking = matched < lines.length || !added.every((line) => isHarmless(line, key));
    changes.push({ at, what: `${key} ${breaking ? "differs" : "has more"}`, breaking });
  }
  for (const key of now.keys()) {
    if (!old.has(key)) changes.push({ at, what: `${key} is new`, breaking: false });
  }
  return changes;
};
