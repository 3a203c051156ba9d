// Builds the documentation as a static site: guides, READMEs, guarantees, and a reference of every public entry point, from
// docstrings. Each page is there as Markdown too, and llms.txt lists those.
import { execFileSync } from "node:child_process";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { Application, type CommentDisplayPart, type ProjectReflection } from "typedoc";

interface Manifest {
  readonly name: string;
  readonly repository: { readonly url: string };
  readonly exports: { readonly [subpath: string]: string };
}

const app = dirname(import.meta.dirname);
const root = join(app, "../..");

/** The name that users import each public entry point by, by its source file. */
const entryPoints = new Map<string, string>();
let repository = "";
for (const name of ["contract", "client", "fixtures"]) {
  const folder = join(root, "packages", name);
  // Our own package.json files have these fields.
  const manifest: Manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  repository = manifest.repository.url.replace(/^git\+|\.git$/g, "");
  for (const [subpath, source] of Object.entries(manifest.exports)) {
    // Patterns export modules that our packages share, and that users do not import.
    if (source.endsWith(".ts") && !subpath.includes("*")) {
      entryPoints.set(join(folder, source), join(manifest.name, subpath));
    }
  }
}

/** The pages from Markdown, in the order of the sidebar: by task first. A guide that has no place in the list comes last. */
const tasks = [
  "from-the-official-sdk",
  "versioned-packages",
  "streaming-services",
  "testing-with-the-fake",
  "contract-tests",
  "ci-gate",
  "nightly-export",
  "mirror-in-production",
  "scores-and-verdicts",
  "metrics-file",
  "explorer",
  "results-of-other-tools",
];
const place = (file: string): number => {
  const index = tasks.indexOf(basename(file, ".md"));
  return index === -1 ? tasks.length : index;
};
const documents = [
  ...globSync(join(root, "docs/guides/*.md")).toSorted((a, b) => place(a) - place(b)),
  ...["client", "contract", "fixtures"].map((name) => join(root, "packages", name, "README.md")),
  ...["demo", "mirror"].map((name) => join(root, "apps", name, "README.md")),
  ...["docs/guarantees.md", "CHANGELOG.md", "SUPPORT.md"].map((file) => join(root, file)),
];

/** Makes links to files that are not pages of the site lead into the repository, rather than to copies of the files. */
const linkToRepository = (
  project: ProjectReflection,
  content: ReadonlyArray<CommentDisplayPart>,
): Array<CommentDisplayPart> =>
  content.map((part) => {
    if (part.kind !== "relative-link" || part.target === undefined) return part;
    const target = project.files.resolve(part.target, project);
    if (typeof target !== "string") return part;
    // The site has copies of pictures.
    if (/\.(?:png|svg)$/.test(target)) return part;
    const anchor = part.targetAnchor === undefined ? "" : `#${part.targetAnchor}`;
    return { kind: "text", text: `${repository}/blob/main/${relative(root, target)}${anchor}` };
  });

/** Builds the site into a folder; false if TypeDoc reports an error or a warning. */
export const build = async (out: string): Promise<boolean> => {
  const documentation = await Application.bootstrapWithPlugins({
    name: "scorecard-effect",
    entryPoints: [...entryPoints.keys()],
    tsconfig: join(app, "tsconfig.reference.json"),
    basePath: root,
    readme: join(root, "docs/index.md"),
    projectDocuments: documents,
    plugin: ["typedoc-plugin-markdown"],
    outputs: [
      { name: "html", path: out },
      { name: "markdown", path: join(out, "markdown") },
    ],
    highlightLanguages: ["bash", "js", "json", "python", "sh", "sql", "text", "ts", "yaml"],
    searchInDocuments: true,
    searchInComments: true,
    // The same sources make the same site, with or without a git repository.
    disableGit: true,
    sourceLinkTemplate: `${repository}/blob/main/{path}#L{line}`,
    navigationLinks: { "A live report": explorer, Repository: repository },
    hideGenerator: true,
    excludeExternals: true,
    customCss: join(app, "src/site.css"),
    headings: { document: false, readme: false },
    navigation: { includeGroups: false, includeCategories: false, includeFolders: false },
    sort: ["documents-first", "source-order"],
    kindSortOrder: [
      "Document",
      "Module",
      "Class",
      "Interface",
      "TypeAlias",
      "Variable",
      "Function",
      "Namespace",
    ],
    validation: {
      notExported: true,
      invalidLink: true,
      invalidPath: true,
      rewrittenLink: true,
      notDocumented: true,
    },
    treatWarningsAsErrors: true,
    logLevel: "Warn",
  });
  const project = await documentation.convert();
  if (project === undefined) return false;
  for (const child of project.children ?? []) {
    // Name modules after what users import, not after their files.
    child.name = entryPoints.get(child.sources?.[0]?.fullFileName ?? "") ?? child.name;
  }
  project.children?.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const document of project.documents ?? []) {
    const [opening] = document.content;
    const [, title = document.name] = /^# (.+)$/m.exec(opening?.text ?? "") ?? [];
    // A package's README would have the name of its module.
    const name = title.replace("@scorecard-effect/", "");
    document.name = name.charAt(0).toUpperCase() + name.slice(1);
    document.content = linkToRepository(project, document.content);
    // A guide is long, and its words weigh little: without this, members of the reference fill the first results.
    document.relevanceBoost = 10;
  }
  project.readme = linkToRepository(project, project.readme ?? []);
  documentation.validate(project);
  await documentation.generateOutputs(project);
  saveReport(join(out, explorer));
  linkFromEveryFolder(out);
  writeFileSync(join(out, "llms.txt"), listOfPages(out));
  return !documentation.logger.hasErrors() && !documentation.logger.hasWarnings();
};

/** A page of the explorer that needs no server: two generated runs, compared. */
const explorer = "explorer.html";
const saveReport = (file: string): void => {
  const demo = join(root, "apps/demo/src/main.ts");
  const flags = ["--preset", "chat", "--run", "135", "--compare", "136", "--records", "400"];
  execFileSync(process.execPath, [demo, "explore", ...flags, "--save", file], { stdio: "pipe" });
};

/** TypeDoc writes the same link into each page, whatever folder the page is in. */
const linkFromEveryFolder = (out: string): void => {
  for (const file of globSync("*/**/*.html", { cwd: out })) {
    const page = join(out, file);
    const up = relative(dirname(page), join(out, explorer));
    writeFileSync(
      page,
      readFileSync(page, "utf8").replaceAll(`href="${explorer}"`, `href="${up}"`),
    );
  }
};

const isDocument = (file: string): boolean => file.startsWith("markdown/documents/");

/** The site's pages as Markdown, for programs that read: https://llmstxt.org. */
const listOfPages = (out: string): string => {
  const pages = globSync("markdown/**/*.md", { cwd: out }).toSorted();
  const line = (file: string): string => {
    const [, title = basename(file, ".md")] =
      /^# (.+)$/m.exec(readFileSync(join(out, file), "utf8")) ?? [];
    return `- [${title.replace(/^[A-Z][\w ]+: /, "").replaceAll(/[\\[\]]/g, "")}](${file})`;
  };
  return [
    "# scorecard-effect",
    "",
    "> Reads the records of a Scorecard run from TypeScript: every record checked, or an error that says what went wrong and",
    "> where to resume. A promise client, an Effect client, a fake of the API, tools to judge, export and mirror runs.",
    "",
    "## Guides and READMEs",
    "",
    ...pages.filter(isDocument).map(line),
    "",
    "## Reference",
    "",
    ...pages.filter((file) => !isDocument(file)).map(line),
    "",
  ].join("\n");
};
