// Whether a release could go out: one table, a row for each thing that has to be true. Runs `pnpm check` and `pnpm test` too.
import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./packages.ts";

interface Row {
  readonly what: string;
  /** Undefined where the machine cannot tell. */
  readonly isReady: boolean | undefined;
  /** What was found, and what to do where it is not ready. */
  readonly detail: string;
}

const run = (command: string, env: NodeJS.ProcessEnv = {}) => {
  const { status, stdout, stderr } = spawnSync(command, {
    cwd: root,
    env: { ...process.env, ...env },
    shell: true,
    encoding: "utf8",
    maxBuffer: 256 * 2 ** 20,
  });
  return { isDone: status === 0, stdout, lines: `${stdout}${stderr}`.trim().split("\n") };
};

const read = (file: string): string => readFileSync(join(root, file), "utf8");
const names = ["contract", "client", "fixtures"] as const;
const manifests = names.map((name): { readonly name: string; readonly version: string } =>
  JSON.parse(read(`packages/${name}/package.json`)),
);

const tree = (): Row => {
  const { stdout } = run("git status --porcelain");
  const changed = stdout.split("\n").filter(Boolean).length;
  return {
    what: "everything is committed",
    isReady: changed === 0,
    detail:
      changed === 0 ? run("git rev-parse --short HEAD").stdout.trim() : `${changed} files are not`,
  };
};

const versions = (): Row => {
  const pending = globSync(".changeset/*.md", { cwd: root }).length;
  const shown = manifests.map(({ version }) => version);
  return {
    what: "versions and changelogs are made",
    isReady: pending === 0 && new Set(shown).size === 1,
    detail:
      pending === 0
        ? `version ${shown.join(", ")}`
        : `${pending} changesets wait: run pnpm run version`,
  };
};

const changelogs = (): Row => {
  const without = names.filter((name, index) => {
    const file = `packages/${name}/CHANGELOG.md`;
    return (
      !existsSync(join(root, file)) || !read(file).includes(`## ${manifests[index]?.version}\n`)
    );
  });
  return {
    what: "each version is in its changelog",
    isReady: without.length === 0,
    detail: without.length === 0 ? "all three" : `not in that of ${without.join(", ")}`,
  };
};

const unpublished = (): Row => {
  const taken: Array<string> = [];
  for (const { name, version } of manifests) {
    const { isDone, lines } = run(`npm view ${name}@${version} version`);
    const isMissing = lines.some((line) => line.includes("E404"));
    if (!isDone && !isMissing) {
      return {
        what: "no version is published yet",
        isReady: undefined,
        detail: "the registry does not respond",
      };
    }
    if (isDone && lines.join("") !== "") taken.push(`${name}@${version}`);
  }
  return {
    what: "no version is published yet",
    isReady: taken.length === 0,
    detail: taken.length === 0 ? "all three are free" : `taken: ${taken.join(", ")}`,
  };
};

/** The counts in the last row of a table whose name matches. */
const countsIn = (text: string, listing: RegExp): string | undefined =>
  text
    .split("\n")
    .findLast((line) => listing.test(line) && /\|\s*\d+/.test(line))
    ?.split("|")
    .slice(2, 6)
    .map((cell) => Number.parseInt(cell, 10))
    .join(", ");

/** The README's table of faults, against the command that it names. */
const faults = (): Row => {
  const { isDone, stdout } = run("node apps/bench/src/faults/main.ts");
  const wrong = [/while \(nextCursor\)/, /while \(hasMore\)/, /scorecard-effect/].filter(
    (listing) => countsIn(stdout, listing) !== countsIn(read("README.md"), listing),
  );
  return {
    what: "the README's table of faults is true",
    isReady: isDone && wrong.length === 0,
    detail:
      isDone && wrong.length === 0 ? "all three rows" : `pnpm faults differs: ${wrong.join(" ")}`,
  };
};

const command = (what: string, line: string): Row => {
  const { isDone, lines } = run(line);
  const [last = ""] = lines.slice(-1);
  return {
    what,
    isReady: isDone,
    detail: isDone ? last.trim().slice(0, 80) : `fails: run ${line}`,
  };
};

const rows: Array<Row> = [];
for (const make of [
  tree,
  versions,
  changelogs,
  unpublished,
  faults,
  () => command("all checks pass, a release is rehearsed", "pnpm check"),
  () => command("all tests pass", "pnpm test"),
]) {
  const row = make();
  rows.push(row);
  const mark = row.isReady === undefined ? "?   " : row.isReady ? "yes " : "NO  ";
  console.log(`${mark} ${row.what.padEnd(40)} ${row.detail}`);
}
const isReady = rows.every((row) => row.isReady === true);
console.log(isReady ? "\nA release can go out: merge the release pull request." : "\nNot yet.");
process.exitCode = isReady ? 0 : 1;
