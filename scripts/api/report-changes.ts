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

/** Where the names come from that a report imports. */
const imports = (report: string): ReadonlyMap<string, string> =>
  new Map(
    [...report.matchAll(/^import (?:type )?(.+) from '(.+)';$/gm)].map(
      ([, names = "", source = ""]) => [names, source],
    ),
  );

// What may join a declaration and leave everything that used it right: a member that may be left out, not a parameter; a name
// that a namespace has besides.
const isHarmless = (line: string, key: string): boolean =>
  (/\binterface\b/.test(key) && /^ {4}(readonly )?[\w"]+\?: (?!never\b)/.test(line)) ||
  (key.startsWith("declare namespace") && /^\s+[\w ]+,?$/.test(line));

/**
 * What changed between two API reports of an entry point. Declarations and optional members that are new break nothing;
 * whatever else differs may.
 */
export const reportChanges = (at: string, before: string, after: string): ReadonlyArray<Change> => {
  // One that is new cannot be told from one whose earlier report was lost: it asks for as much.
  if (before === "") return [{ at, what: "is new, or its last report is lost", breaking: true }];
  const old = declarations(before);
  const now = declarations(after);
  const changes: Array<Change> = [];
  const sources = imports(after);
  for (const [names, source] of imports(before)) {
    const current = sources.get(names) ?? source;
    if (current !== source) {
      changes.push({ at, what: `${names} comes from ${current}, not ${source}`, breaking: true });
    }
  }
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
