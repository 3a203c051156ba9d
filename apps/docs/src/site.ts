// Builds the documentation as a static site: guides, guarantees, and a reference of every public entry point, from docstrings.
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
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

const guides = [
  "versioned-packages",
  "scores-and-verdicts",
  "results-of-other-tools",
  "streaming-services",
  "contract-tests",
  "from-the-official-sdk",
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
    const anchor = part.targetAnchor === undefined ? "" : `#${part.targetAnchor}`;
    return { kind: "text", text: `${repository}/blob/main/${relative(root, target)}${anchor}` };
  });

/** Builds the site into a folder; false if TypeDoc reports an error or a warning. */
export const build = async (out: string): Promise<boolean> => {
  const documentation = await Application.bootstrap({
    name: "scorecard-effect",
    entryPoints: [...entryPoints.keys()],
    tsconfig: join(app, "tsconfig.reference.json"),
    basePath: root,
    out,
    readme: join(root, "docs/index.md"),
    projectDocuments: [
      ...guides.map((guide) => join(root, "docs/guides", `${guide}.md`)),
      join(root, "docs/guarantees.md"),
    ],
    // The same sources make the same site, with or without a git repository.
    disableGit: true,
    sourceLinkTemplate: `${repository}/blob/main/{path}#L{line}`,
    navigationLinks: { Repository: repository },
    hideGenerator: true,
    excludeExternals: true,
    customCss: join(app, "src/site.css"),
    headings: { document: false, readme: false },
    navigation: { includeGroups: false, includeCategories: false },
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
  for (const document of project.documents ?? []) {
    const [opening] = document.content;
    document.name = /^# (.+)$/m.exec(opening?.text ?? "")?.[1] ?? document.name;
    document.content = linkToRepository(project, document.content);
  }
  project.readme = linkToRepository(project, project.readme ?? []);
  documentation.validate(project);
  await documentation.generateOutputs(project);
  return !documentation.logger.hasErrors() && !documentation.logger.hasWarnings();
};
