// Holds docs/guarantees.md against the tests: each guarantee links tests that prove it, by their exact titles, and none of
// them is skipped.
import { execFileSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";

interface Listed {
  readonly name: string;
  readonly file: string;
}

const root = dirname(import.meta.dirname);
const page = join(root, "docs/guarantees.md");
const scratch = mkdtempSync(join(tmpdir(), "scorecard-effect-guarantees-"));
process.once("exit", () => rmSync(scratch, { recursive: true, force: true }));

/** The tests of a package, as they stand in its files. */
const testsOf = (folder: string): ReadonlyArray<string> => {
  const into = join(scratch, `${basename(folder)}.json`);
  execFileSync("vitest", ["list", `--json=${into}`], { cwd: folder, stdio: "pipe" });
  // What vitest writes.
  const listed: ReadonlyArray<Listed> = JSON.parse(readFileSync(into, "utf8"));
  return listed.map(({ name, file }) => `${relative(root, file)}: ${name}`);
};
const maySkip = (file: string): boolean =>
  /\b(describe|it|test)(\.\w+)*\.(skip|skipIf|runIf|todo|fails)\b/.test(readFileSync(file, "utf8"));

const tests = new Set(
  globSync(join(root, "{packages/*,apps/mirror}")).flatMap((folder) => testsOf(folder)),
);
const text = readFileSync(page, "utf8");
const problems: Array<string> = [];
// A bullet or a link of another form would be passed over.
for (const line of text.split("\n")) {
  if (/^\s*[*+] |^ {1,}- (?!\[`.+`\]\(\S+\)$)/.test(line)) problems.push(`not understood: ${line}`);
}
let proofs = 0;
const guarantees = text.split(/^(?=- )/m).slice(1);
for (const guarantee of guarantees) {
  const [rule = ""] = guarantee.split("\n");
  const links = [...guarantee.matchAll(/^ {2}- \[`(.+)`\]\((.+)\)$/gm)];
  if (links.length === 0) problems.push(`no test proves: ${rule}`);
  for (const [, title = "", target = ""] of links) {
    proofs += 1;
    const file = join(dirname(page), target);
    const test = `${relative(root, file)}: ${title}`;
    if (!tests.has(test)) problems.push(`there is no test ${test}`);
    else if (maySkip(file)) problems.push(`may be skipped: ${test}`);
  }
}
for (const problem of problems) console.error(problem);
if (problems.length === 0 && proofs > 0) {
  console.log(`${guarantees.length} guarantees are proved by ${proofs} tests.`);
} else {
  process.exitCode = 1;
}
