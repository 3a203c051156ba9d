// Extracts the `ts` blocks of docstrings and Markdown into a folder (that of scripts/snippets, if none is given), each as a
// module named after its place. scripts/snippets type-checks and runs them all; scripts/consumers.ts does the same with those
// of Markdown, on the packed packages. Tools that run snippets know either docstrings or Markdown, and no packed packages.
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const root = dirname(import.meta.dirname);
const [into = join(root, "scripts/snippets/src")] = process.argv.slice(2);
const kinds = {
  docstrings: ["{packages,apps}/*/src/**/*.ts"],
  markdown: ["*.md", "docs/**/*.md", "{packages,apps,examples}/*/*.md"],
};
// In a docstring each line begins with ` * `. A renderer may take more words after the language.
const block =
  /^(?<margin>[ *]*)(?<fence>`{3,}|~{3,})[ \t]*(?:ts|typescript|mts)\b[^\n`]*\n(?<code>[\s\S]*?)^[ *]*\k<fence>[ \t]*$/gim;

rmSync(into, { recursive: true, force: true });
for (const [kind, patterns] of Object.entries(kinds)) {
  const folder = join(into, kind);
  mkdirSync(folder, { recursive: true });
  let count = 0;
  for (const source of globSync(patterns, { cwd: root })) {
    const text = readFileSync(join(root, source), "utf8");
    for (const { groups: { margin = "", code = "" } = {}, index } of text.matchAll(block)) {
      const own = code
        .split("\n")
        .map((line) => line.slice((line.startsWith(margin) ? margin : margin.trimEnd()).length))
        .join("\n");
      const place = `${source.replaceAll(/[/.]/g, "_")}_${text.slice(0, index).split("\n").length}`;
      const extension = own.includes('from "@effect/vitest"') ? "test.ts" : "ts";
      // Without an import or export, a file would share its names with all others.
      writeFileSync(join(folder, `${place}.${extension}`), `${own}\nexport {};\n`);
      count += 1;
    }
  }
  console.log(`${count} snippets of ${kind}`);
}
