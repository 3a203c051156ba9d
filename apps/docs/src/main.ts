// Builds the site into dist. Fails on a broken link, in the site or in the repository's Markdown.
import { dirname, join, relative } from "node:path";
import { brokenLinks } from "./links.ts";
import { build } from "./site.ts";

const app = dirname(import.meta.dirname);
const out = join(app, "dist");
const isClean = await build(out);
const broken = [...brokenLinks(out), ...brokenLinks(join(app, "../.."))];
for (const { file, link, problem } of broken) console.error(`${file}: ${link} ${problem}`);
if (isClean && broken.length === 0) {
  console.log(`The site is built: open ${relative(process.cwd(), join(out, "index.html"))}.`);
} else {
  process.exitCode = 1;
}
