// The packages' API, under guard. Writes what each entry point exports to packages/*/api/*.api.md, from the built declarations.
//
//   --check    fails when a report is stale, or when what changed since the last release asks for a higher bump than the
//              pending changesets bring
//   --release  keeps the reports, and openapi.json, as those of the last release: `pnpm run version` calls it
import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { bumpFor, type Change, pendingBump, suffices } from "./api/Change.ts";
import { openApiChanges } from "./api/openapi-changes.ts";
import { reportChanges } from "./api/report-changes.ts";
import { run } from "./run.ts";

interface Manifest {
  readonly version: string;
  readonly publishConfig: {
    readonly exports: { readonly [subpath: string]: string | { readonly types: string } };
  };
}

const root = dirname(import.meta.dirname);
const names = ["contract", "client", "fixtures"];
const folderOf = (name: string): string => join(root, "packages", name);
const reportsOf = (name: string): string => join(folderOf(name), "api");
const reportNameOf = (subpath: string): string => (subpath === "." ? "index" : basename(subpath));
const read = (file: string): string => (existsSync(file) ? readFileSync(file, "utf8") : "");
// What the package.json of a package of ours is.
const manifestOf = (name: string): Manifest =>
  JSON.parse(read(join(folderOf(name), "package.json")));
const { version } = manifestOf("contract");

/** Writes the reports of a package's entry points: whether they are as those in `api/`. */
const writeReports = (name: string, into: string, mayChange: boolean): boolean => {
  const folder = folderOf(name);
  return Object.entries(manifestOf(name).publishConfig.exports).reduce(
    (same, [subpath, target]) => {
      if (typeof target === "string" || subpath.includes("*")) return same;
      const entry = join(folder, target.types);
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
              // The packages that ours depend on are there as sources.
              compilerOptions: { noEmit: true, allowImportingTsExtensions: true, plugins: [] },
              include: [],
              files: [entry],
            },
          },
          apiReport: {
            enabled: true,
            reportFileName: reportNameOf(subpath),
            reportFolder: reportsOf(name),
            reportTempFolder: into,
            // The fields of an error are those of the class that it extends.
            includeForgottenExports: true,
          },
          docModel: { enabled: false },
          dtsRollup: { enabled: false },
          tsdocMetadata: { enabled: false },
          messages: {
            compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
            // Docstrings are the site's matter.
            extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
            tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
          },
        },
      });
      const result = Extractor.invoke(config, {
        localBuild: mayChange,
        messageCallback: (message) => {
          message.handled = message.logLevel !== ExtractorLogLevel.Error;
        },
      });
      if (result.errorCount > 0) throw new Error(`${name}: the declarations have errors`);
      return same && !result.apiReportChanged;
    },
    true,
  );
};

const showDifference = (old: string, now: string): void => {
  try {
    execFileSync("git", ["--no-pager", "diff", "--no-index", old, now], { stdio: "inherit" });
  } catch {
    // It exits with 1 where they differ.
  }
};

/** The reports of entry points that are no more. */
const leftOver = (name: string): ReadonlyArray<string> => {
  const kept = Object.keys(manifestOf(name).publishConfig.exports).map(
    (subpath) => `${reportNameOf(subpath)}.api.md`,
  );
  return globSync("*.api.md", { cwd: reportsOf(name) })
    .filter((file) => !kept.includes(file))
    .map((file) => join(reportsOf(name), file));
};

/** What changed since the last release. */
const changesSinceRelease = (): ReadonlyArray<Change> => [
  ...names.flatMap((name) => {
    const reports = globSync("{released/,}*.api.md", { cwd: reportsOf(name) });
    return [...new Set(reports.map((file) => basename(file)))].flatMap((file) =>
      reportChanges(
        `${name}/${basename(file, ".api.md")}`,
        read(join(reportsOf(name), "released", file)),
        read(join(reportsOf(name), file)),
      ),
    );
  }),
  ...openApiChanges(
    JSON.parse(read(join(reportsOf("contract"), "released/openapi.json"))),
    JSON.parse(read(join(folderOf("contract"), "openapi.json"))),
  ),
];

const scratch = mkdtempSync(join(tmpdir(), "scorecard-effect-api-"));
process.once("exit", () => rmSync(scratch, { recursive: true, force: true }));

const check = (): boolean => {
  const stale = names.filter((name) => {
    const into = join(scratch, name);
    mkdirSync(into);
    const gone = leftOver(name);
    for (const file of gone) console.error(`${file} is of an entry point that is no more.`);
    if (writeReports(name, into, false) && gone.length === 0) return false;
    for (const file of globSync("*.api.md", { cwd: into })) {
      showDifference(join(reportsOf(name), file), join(into, file));
    }
    return true;
  });
  if (stale.length > 0) {
    console.error(`The API reports of ${stale.join(", ")} are stale: run pnpm api.`);
    return false;
  }
  const changes = changesSinceRelease();
  const least = bumpFor(changes, version);
  const bump = pendingBump(
    globSync(".changeset/*.md", { cwd: root }).map((file) => read(join(root, file))),
  );
  for (const { at, what, breaking } of changes) {
    console.log(`${breaking ? "breaking" : "addition"}  ${at}: ${what}`);
  }
  if (!suffices(bump, least)) {
    console.error(
      `Since ${version} the API changed in a way that asks for a ${least} bump, and the changesets bring ${bump}: run pnpm changeset.`,
    );
    return false;
  }
  console.log(
    changes.length === 0
      ? `The API is that of ${version}.`
      : `${changes.length} changes since ${version}; the ${bump} bump of the changesets suffices.`,
  );
  return true;
};

const release = (): void => {
  for (const name of names) {
    const released = join(reportsOf(name), "released");
    rmSync(released, { recursive: true, force: true });
    mkdirSync(released, { recursive: true });
    for (const file of globSync("*.api.md", { cwd: reportsOf(name) })) {
      copyFileSync(join(reportsOf(name), file), join(released, file));
    }
  }
  copyFileSync(
    join(folderOf("contract"), "openapi.json"),
    join(reportsOf("contract"), "released/openapi.json"),
  );
};

if (process.argv.includes("--release")) {
  release();
} else if (!run("turbo run build --output-logs=errors-only")) {
  process.exitCode = 1;
} else if (process.argv.includes("--check")) {
  process.exitCode = check() ? 0 : 1;
} else {
  for (const name of names) {
    mkdirSync(reportsOf(name), { recursive: true });
    writeReports(name, scratch, true);
    for (const file of leftOver(name)) rmSync(file);
  }
}
