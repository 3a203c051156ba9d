// Type-checks every TypeScript example that a reader may copy: the `ts` blocks of docstrings and of
// Markdown files. Each block is a module of its own, in .examples/, named after where it stands.
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "./run.ts";

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

const ok = run("tsc -p .examples/tsconfig.json");
console.log(`${examples} examples ${ok ? "are well-typed" : "were checked, and some are wrong"}.`);
process.exitCode = ok && examples > 0 ? 0 : 1;
