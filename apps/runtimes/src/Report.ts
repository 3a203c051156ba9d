/** The table of what ran where, for the client's README. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../scripts/packages.ts";
import type { CaseResult } from "./conformance/Case.ts";
import type { Runtime } from "./Runtime.ts";

const readme = join(root, "packages/client/README.md");
const [begin, end] = ["<!-- pnpm runtimes --write -->", "<!-- end of the table -->"];

/** How many cases of a runtime passed, failed, and are not applicable. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly excluded: number;
}

/** Counts results. */
export const count = (results: ReadonlyArray<CaseResult>): Counts => {
  const excluded = results.filter(({ isExcluded }) => isExcluded).length;
  const failed = results.filter(({ ok }) => !ok).length;
  return { passed: results.length - excluded - failed, failed, excluded };
};

const versionsOf = ({ packages, fromWorkspace }: Runtime): string =>
  Object.entries({ ...packages, ...fromWorkspace })
    .map(([name, version]) => `\`${name}@${version}\``)
    .join(" ");

const reasonsOf = ({ exclusions = {} }: Runtime): string =>
  [...new Set(Object.values(exclusions))].join("; ");

/** The rows of the table: a runtime and its counts. */
export const table = (rows: ReadonlyArray<readonly [Runtime, Counts]>): string => {
  const cells = [
    ["runtime", "from npm", "passed", "not applicable"],
    ...rows.map(([runtime, { passed, failed, excluded }]) => [
      runtime.title,
      versionsOf(runtime),
      `${passed} of ${passed + failed}`,
      excluded === 0 ? "" : `${excluded}: ${reasonsOf(runtime)}`,
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const [head = "", ...lines] = cells.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`,
  );
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [head, rule, ...lines].join("\n");
};

/** Writes the table to the README. */
export const write = (text: string): void => {
  writeFileSync(readme, replaced(readFileSync(readme, "utf8"), text));
};

/** Whether the README has exactly this table. */
export const isCurrent = (text: string): boolean => {
  const current = readFileSync(readme, "utf8");
  return replaced(current, text) === current;
};

const replaced = (content: string, text: string): string => {
  const [before, rest] = content.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) {
    throw new Error(`The README of the client lacks ${begin} … ${end}`);
  }
  return `${before}${begin}\n\n${text}\n\n${end}${after}`;
};
