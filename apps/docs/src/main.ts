// Builds the site into dist, and fails where a link leads nowhere, there or in the repository's Markdown.
import { dirname, join, relative } from "node:path";
import { brokenLinks } from "./links.ts";
import { build } from "./site.ts";

const app = dirname(import.meta.dirname);
const out = join(app, "dist");
const isSound = await build(out);
const broken = [...brokenLinks(out), ...brokenLinks(join(app, "../.."))];
for (const { file, link, problem } of broken) console.error(`${file}: ${link} ${problem}`);
if (isSound && broken.length === 0) {
  console.log(`The site is built: open ${relative(process.cwd(), join(out, "index.html"))}.`);
} else {
  process.exitCode = 1;
}
