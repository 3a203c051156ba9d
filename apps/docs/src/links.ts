// Whether what links point at is there: in the built site, and in the Markdown of the repository. Links to other hosts are left alone.
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** A link that leads nowhere. */
export interface BrokenLink {
  readonly file: string;
  readonly link: string;
  readonly problem: string;
}

const isElsewhere = (link: string): boolean => /^([a-z][a-z0-9+.-]*:|\/\/)/i.test(link);
const unescaped = (text: string): string =>
  text
    .replaceAll("&amp;", "&")
    .replaceAll("&#x2F;", "/")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'");

/** The anchors of headings, as hosts of repositories make them. */
const headingAnchors = (markdown: string): ReadonlySet<string> => {
  const seen = new Map<string, number>();
  const prose = markdown.replaceAll(/^(`{3,}|~{3,})[\s\S]*?^\1/gm, "");
  return new Set(
    [...prose.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) => {
      const slug = heading
        .toLowerCase()
        .replaceAll(/[^\p{Letter}\p{Mark}\p{Number}\p{Connector_Punctuation} -]/gu, "")
        .replaceAll(" ", "-");
      const count = seen.get(slug) ?? 0;
      seen.set(slug, count + 1);
      return count === 0 ? slug : `${slug}-${count}`;
    }),
  );
};

const attributes = /\s(?:href|src)=(?:"([^"]*)"|'([^']*)')/g;
const inline = /\]\(\s*(?:<([^<>\n]*)>|((?:[^()\s]|\([^()\s]*\))+))(?:\s+["'(][^\n]*?)?\)/g;
const definitions = /^ {0,3}\[[^\]\n]+\]:\s*(?:<([^<>\n]*)>|(\S+))/gm;
const found = (pattern: RegExp, text: string): ReadonlyArray<string> =>
  [...text.matchAll(pattern)].map(([, quoted, bare]) => quoted ?? bare ?? "");
const linksOf = (file: string, text: string): ReadonlyArray<string> => {
  if (file.endsWith(".html")) return found(attributes, text).map(unescaped);
  const prose = text.replaceAll(/^ *(`{3,}|~{3,})[\s\S]*?^ *\1/gm, "").replaceAll(/`[^`\n]+`/g, "");
  return [
    ...found(inline, prose),
    ...found(definitions, prose),
    ...found(attributes, prose).map(unescaped),
  ];
};

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};

/** The links of files below a folder that lead nowhere. */
export const brokenLinks = (folder: string): ReadonlyArray<BrokenLink> => {
  const files = globSync("**/*.{html,md}", {
    cwd: folder,
    exclude: (name) => /^(node_modules|dist|\.[a-z]+|api|data)$/.test(name),
  });
  const anchors = new Map<string, ReadonlySet<string>>();
  const anchorsOf = (path: string): ReadonlySet<string> => {
    const known = anchors.get(path);
    if (known !== undefined) return known;
    const text = readFileSync(path, "utf8");
    const own = path.endsWith(".html")
      ? new Set([...text.matchAll(/\s(?:id|name)="([^"]+)"/g)].map(([, id = ""]) => unescaped(id)))
      : headingAnchors(text);
    anchors.set(path, own);
    return own;
  };
  return files.flatMap((file) =>
    linksOf(file, readFileSync(join(folder, file), "utf8")).flatMap((link) => {
      if (link === "" || isElsewhere(link)) return [];
      // The site and the repository stand below paths of their hosts, which only a relative link follows.
      if (link.startsWith("/")) return [{ file, link, problem: "begins at the host" }];
      const [path, anchor] = [link.replace(/#.*$/, ""), /#(.*)$/.exec(link)?.[1] ?? ""].map(
        decoded,
      );
      if (path === undefined || anchor === undefined) return [{ file, link, problem: "is no URL" }];
      const target =
        path === "" ? join(folder, file) : join(folder, dirname(file), path.replace(/\?.*$/, ""));
      if (!existsSync(target)) return [{ file, link, problem: "is not there" }];
      if (relative(folder, target).startsWith("..")) return [{ file, link, problem: "leads out" }];
      if (anchor === "" || statSync(target).isDirectory() || !/\.(html|md)$/.test(target))
        return [];
      return anchorsOf(target).has(anchor) ? [] : [{ file, link, problem: "has no such place" }];
    }),
  );
};
