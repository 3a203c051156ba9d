// Compares docs/guarantees.md with the tests: each guarantee links tests that prove it, by their exact titles, and none of
// them may be skipped. A link checker knows files, not titles.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

interface ListedTest {
  readonly name: string;
  readonly file: string;
}

const root = dirname(import.meta.dirname);
const page = join(root, "docs/guarantees.md");
// What vitest prints.
const listed: ReadonlyArray<ListedTest> = JSON.parse(
  execFileSync("vitest", ["list", "--json"], { cwd: root, encoding: "utf8" }),
);
const tests = new Set(listed.map(({ file, name }) => `${file}: ${name}`));
const maySkip = (file: string): boolean =>
  /\b(describe|it|test)(\.\w+)*\.(skip|skipIf|runIf|todo|fails)\b/.test(readFileSync(file, "utf8"));

const text = readFileSync(page, "utf8");
// Any other bullet or link would not be checked.
const problems = text
  .split("\n")
  .filter((line) => /^\s*[*+] |^ {1,}- (?!\[`.+`\]\(\S+\)$)/.test(line))
  .map((line) => `not understood: ${line}`);
let proofs = 0;
const [, ...guarantees] = text.split(/^(?=- )/m);
for (const guarantee of guarantees) {
  const links = [...guarantee.matchAll(/^ {2}- \[`(.+)`\]\((.+)\)$/gm)];
  if (links.length === 0) problems.push(`no test proves: ${guarantee.split("\n", 1).join()}`);
  for (const [, title = "", target = ""] of links) {
    proofs += 1;
    const file = join(dirname(page), target);
    const test = `${file}: ${title}`;
    if (!tests.has(test)) problems.push(`there is no test ${test}`);
    else if (maySkip(file)) problems.push(`may be skipped: ${test}`);
  }
}
if (proofs === 0) problems.push("no guarantee links a test");
for (const problem of problems) console.error(problem);
console.log(
  `${guarantees.length} guarantees, proved by ${proofs} tests; ${problems.length} problems.`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
