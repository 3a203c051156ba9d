// Builds the site into dist, and fails where a link leads nowhere, there or in the repository's Markdown.
import { LinkChecker, LinkState } from "linkinator";
import { basename, dirname, join, relative } from "node:path";
import { build } from "./site.ts";

const app = dirname(import.meta.dirname);
const root = join(app, "../..");
const out = join(app, "dist");

/** The links of files below a folder that lead nowhere. Links to other hosts are not checked. */
const brokenLinks = async (
  folder: string,
  ...files: ReadonlyArray<string>
): Promise<ReadonlyArray<string>> => {
  // Hosts serve the site and the repository below a path, so a link that begins with `/` leads elsewhere.
  const name = basename(folder);
  const { links } = await new LinkChecker().check({
    path: files.map((file) => `${name}/${file}`),
    serverRoot: dirname(folder),
    checkFragments: true,
    directoryListing: true,
    markdown: true,
    linksToSkip: [String.raw`^https?://(?!127\.0\.0\.1:)`],
  });
  return links
    .filter(
      ({ state, url }) =>
        state === LinkState.BROKEN || (state === LinkState.OK && !url.startsWith(name)),
    )
    .map(({ parent = "", url }) => `${parent}: ${url} leads nowhere`);
};

const isSound = await build(out);
const broken = [
  ...(await brokenLinks(out, "**/*.html")),
  ...(await brokenLinks(root, "*.md", "docs/**/*.md", "{packages,apps,examples}/*/*.md")),
];
for (const problem of broken) console.error(problem);
if (isSound && broken.length === 0) {
  console.log(`The site is built: open ${relative(process.cwd(), join(out, "index.html"))}.`);
} else {
  process.exitCode = 1;
}
