// Type-checks every TypeScript example that a reader may copy: the `ts` blocks of docstrings and of
// Markdown files. Each block is a module of its own, in .examples/, named after where it stands. Those of docstrings are run as
// well, against a fake; those of Markdown are run by scripts/consumers.ts, on the packages as others get them.
import { execFile, spawnSync } from "node:child_process";
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { startFake } from "./snippets/fake.ts";

const root = dirname(import.meta.dirname);
const out = join(root, ".examples");
const sources = globSync(
  ["*.md", "docs/**/*.md", "{packages,apps,examples}/*/*.md", "{packages,apps}/*/src/**/*.ts"],
  {
    cwd: root,
  },
).toSorted();

rmSync(out, { recursive: true, force: true });
mkdirSync(out);
let examples = 0;
for (const source of sources) {
  const text = readFileSync(join(root, source), "utf8");
  // A docstring's lines begin with " * ", a Markdown file's with nothing. Whatever follows the language
  // on the fence is for renderers.
  for (const match of text.matchAll(
    /^(?<margin>[ *]*)(?<fence>`{3,}|~{3,})[ \t]*(?:ts|typescript|mts)\b[^\n`]*\n(?<code>[\s\S]*?)^[ *]*\k<fence>[ \t]*$/gim,
  )) {
    const { margin = "", code = "" } = match.groups ?? {};
    const line = text.slice(0, match.index).split("\n").length;
    const body = code
      .split("\n")
      .map((codeLine) =>
        codeLine.slice(codeLine.startsWith(margin) ? margin.length : margin.trimEnd().length),
      )
      .join("\n");
    // Without an import or export a file would share its names with all the others.
    writeFileSync(join(out, `${source.replaceAll("/", "_")}_${line}.ts`), `${body}\nexport {};\n`);
    examples += 1;
  }
}
const tsconfig = {
  extends: "../tsconfig.base.json",
  compilerOptions: { noEmit: true, types: ["node"], noUnusedLocals: false },
  include: ["*.ts"],
};
writeFileSync(join(out, "tsconfig.json"), JSON.stringify(tsconfig));

const isTyped =
  spawnSync("tsc -p .examples/tsconfig.json", { shell: true, stdio: "inherit" }).status === 0;
console.log(
  `${examples} examples ${isTyped ? "are well-typed" : "were checked, and some are wrong"}.`,
);

/** Runs a script to its end, which has to come soon: what it has to complain of. */
const complaintOf = async (env: NodeJS.ProcessEnv, ...args: ReadonlyArray<string>) => {
  try {
    const options = { cwd: out, env, timeout: 60_000 };
    return (await promisify(execFile)(process.execPath, args, options)).stderr;
  } catch (error) {
    return String(error);
  }
};

const fake = await startFake(process.execPath, join(root, "packages/fixtures/src/bin.ts"));
const counts = { run: 0, loaded: 0, tests: 0, failed: 0 };
const complain = (what: string, complaint: string): void => {
  if (complaint === "") return;
  counts.failed += 1;
  console.error(`${what} does not run to its end:\n${complaint}`);
};
const doing: Array<string> = [];
const declaring: Array<string> = [];
for (const file of globSync("*_src_*.ts", { cwd: out }).toSorted()) {
  const code = readFileSync(join(out, file), "utf8");
  // Tests run in vitest; scripts/consumers.ts has those of the READMEs.
  if (code.includes('from "@effect/vitest"')) counts.tests += 1;
  // What declares something for its readers to run has nothing to leave behind: one process loads them all.
  else if (/\bawait\b|\.run[A-Z]\w*\(|runMain|console\./.test(code)) doing.push(file);
  else declaring.push(file);
  writeFileSync(join(out, file), fake.redirect(code));
}
if (isTyped) {
  const env = { ...process.env, ...fake.env };
  for (const file of doing) {
    counts.run += 1;
    complain(file, await complaintOf(env, file));
  }
  counts.loaded = declaring.length;
  const all = declaring.map((file) => `await import("./${file}");`).join("\n");
  writeFileSync(join(out, "declaring.ts"), `${all}\nexport {};\n`);
  complain("What only declares", await complaintOf(env, "declaring.ts"));
}
await fake.stop();
console.log(
  `Of the examples of docstrings ${counts.run} were run, and ${counts.loaded} that declare what a reader runs were loaded: ${counts.failed} failed. ${counts.tests} are tests, and were checked alone.`,
);
process.exitCode = isTyped && counts.run > 0 && counts.failed === 0 ? 0 : 1;
