// Writes what each package exports to packages/*/api/*.api.md, the contract's OpenAPI document to openapi.json, and the
// JSON Schema of a metrics file to metrics.schema.json.
//
//   --check    fails when one of these files is stale, or when a package's API differs from that of the last release in
//              more than prose, and no pending changeset brings the package a minor version
//   --release  keeps the files in api/released: `pnpm run version` calls it
//
// api-extractor writes the reports. It takes one entry point at a time, and knows nothing of releases and changesets.
import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";
import { ScorecardApi } from "@scorecard-effect/contract/http-api";
import * as JsonSchema from "@scorecard-effect/contract/json-schema";
import { OpenApi } from "effect/http-api";
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

interface Manifest {
  readonly publishConfig: {
    readonly exports: { readonly [subpath: string]: string | { readonly types: string } };
  };
}

const root = dirname(import.meta.dirname);
const packages = ["contract", "client", "fixtures"].map((name) => {
  const folder = join(root, "packages", name);
  return { name, folder, released: join(folder, "api/released") };
});
type Package = (typeof packages)[number];

const scratch = mkdtempSync(join(tmpdir(), "scorecard-effect-api-"));
process.once("exit", () => rmSync(scratch, { recursive: true, force: true }));

const read = (file: string): string => (existsSync(file) ? readFileSync(file, "utf8") : "");

/** The files that describe a package's API, by path, as the build and the sources have them now. */
const describe = ({ name, folder }: Package): Map<string, string> => {
  const files = new Map<string, string>();
  // What the package.json of each package is.
  const { publishConfig }: Manifest = JSON.parse(read(join(folder, "package.json")));
  for (const [subpath, target] of Object.entries(publishConfig.exports)) {
    // A pattern exports modules that only the other packages may use.
    if (typeof target === "string" || subpath.includes("*")) continue;
    const entry = join(folder, target.types);
    const reportFileName = `${subpath === "." ? "index" : basename(subpath)}.api.md`;
    const config = ExtractorConfig.prepare({
      configObjectFullPath: undefined,
      packageJsonFullPath: join(folder, "package.json"),
      configObject: {
        projectFolder: folder,
        mainEntryPointFilePath: entry,
        newlineKind: "lf",
        compiler: {
          overrideTsconfig: {
            extends: "./tsconfig.json",
            // In the workspace, other packages resolve to their sources.
            compilerOptions: { noEmit: true, allowImportingTsExtensions: true, plugins: [] },
            include: [],
            files: [entry],
          },
        },
        apiReport: {
          enabled: true,
          reportFileName,
          reportFolder: scratch,
          reportTempFolder: join(scratch, "temp"),
          // The fields of an error are those of the class that it extends.
          includeForgottenExports: true,
        },
        docModel: { enabled: false },
        dtsRollup: { enabled: false },
        tsdocMetadata: { enabled: false },
        messages: {
          compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
          // TypeDoc checks docstrings.
          extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
          tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        },
      },
    });
    const { errorCount } = Extractor.invoke(config, {
      localBuild: true,
      messageCallback: (message) => {
        message.handled = message.logLevel !== ExtractorLogLevel.Error;
      },
    });
    if (errorCount > 0) throw new Error(`${name}: the declarations have errors`);
    files.set(`api/${reportFileName}`, read(join(scratch, reportFileName)));
  }
  if (name === "contract") {
    files.set("openapi.json", `${JSON.stringify(OpenApi.fromApi(ScorecardApi), null, 2)}\n`);
    files.set("metrics.schema.json", `${JSON.stringify(JsonSchema.MetricsFile, null, 2)}\n`);
  }
  return files;
};

const keptFiles = (folder: string): ReadonlyArray<string> =>
  globSync(["api/*.api.md", "*.schema.json", "openapi.json"], { cwd: folder });

const isProse = (key: string, value: unknown): boolean =>
  typeof value === "string" && ["description", "summary", "title"].includes(key);
/** What is left of a description of an API without its prose. */
const structure = (file: string, text: string): string =>
  file.endsWith(".json") && text !== ""
    ? JSON.stringify(JSON.parse(text), (key, value) => (isProse(key, value) ? undefined : value))
    : text.replaceAll(/^\s*(\/\/.*)?\n/gm, "");

/** What is wrong with the files of a package. */
const check = (own: Package): ReadonlyArray<string> => {
  const now = describe(own);
  const released = globSync("*", { cwd: own.released }).map((file) =>
    file.endsWith(".json") ? file : `api/${file}`,
  );
  const stale = [...new Set([...now.keys(), ...keptFiles(own.folder)])].filter(
    (file) => read(join(own.folder, file)) !== (now.get(file) ?? ""),
  );
  const changed = [...new Set([...now.keys(), ...released])].filter(
    (file) =>
      structure(file, read(join(own.released, basename(file)))) !==
      structure(file, now.get(file) ?? ""),
  );
  const bump = new RegExp(`^["']@scorecard-effect/${own.name}["']: (minor|major)$`, "m");
  const isAnnounced = globSync(join(root, ".changeset/*.md")).some((file) => bump.test(read(file)));
  return [
    ...stale.map(
      (file) => `${own.name}/${file} is stale: run pnpm api, and commit what it writes.`,
    ),
    ...(changed.length === 0 || isAnnounced
      ? []
      : [
          `The API of ${own.name} changed since the last release (${changed.join(", ")}), and no changeset brings it a ` +
            "minor version: run pnpm changeset.",
        ]),
  ];
};

if (process.argv.includes("--release")) {
  for (const { folder, released } of packages) {
    rmSync(released, { recursive: true, force: true });
    mkdirSync(released, { recursive: true });
    for (const file of keptFiles(folder)) {
      copyFileSync(join(folder, file), join(released, basename(file)));
    }
  }
} else if (process.argv.includes("--check")) {
  const problems = packages.flatMap(check);
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
} else {
  for (const own of packages) {
    const now = describe(own);
    for (const file of keptFiles(own.folder)) rmSync(join(own.folder, file));
    for (const [file, text] of now) writeFileSync(join(own.folder, file), text);
  }
}
