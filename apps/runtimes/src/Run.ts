/** Runs the conformance list in one runtime, in a folder of its own, on packed packages. */
import { build, type BuildOptions } from "esbuild";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { catalog, npmInstall, outsideEnv, pack, type Versions } from "../../../scripts/packages.ts";
import { step } from "../../../scripts/step.ts";
import type { CaseResult, Setting } from "./conformance/Case.ts";
import type { Runtime } from "./Runtime.ts";
import type { ConformanceServer } from "./server/ConformanceServer.ts";

/** Packs what a run installs of the workspace: the client, and the contract that it depends on. */
export const packAll = async (scratch: string): Promise<Versions> => {
  const packed: { [name: string]: string } = {};
  for (const name of ["contract", "client"]) {
    const folder = join(scratch, "packed", name);
    mkdirSync(folder, { recursive: true });
    packed[`@scorecard-effect/${name}`] = `file:${await pack(`packages/${name}`, folder)}`;
  }
  return packed;
};

const entry = (module: string) => [join(import.meta.dirname, "hosts", `${module}.ts`)];

const bundleAll = (
  { host, bundle }: Runtime,
  hasUndici: boolean,
  setting: Setting,
  folder: string,
): Promise<unknown> => {
  const common: BuildOptions = {
    absWorkingDir: folder,
    bundle: true,
    target: "es2022",
    logLevel: "warning",
    define: { SETTING: JSON.stringify(setting), HAS_UNDICI: String(hasUndici) },
  };
  const builds: Array<Promise<unknown>> = [];
  if (host !== undefined) {
    builds.push(
      build({
        ...common,
        entryPoints: entry(host.module),
        outfile: host.file,
        format: "esm",
        platform: "node",
        packages: "external",
      }),
    );
  }
  if (bundle !== undefined) {
    const { module, format } = bundle;
    builds.push(
      build({
        ...common,
        entryPoints: entry(module),
        outfile: "bundle.js",
        format,
        platform: "browser",
        // The sources lie in the workspace; their packages are those of the run.
        plugins: [
          {
            name: "packages of the run",
            setup: (bundler) => {
              bundler.onResolve(
                { filter: /^(@scorecard-effect|effect)/ },
                ({ path, kind, resolveDir }) =>
                  resolveDir.startsWith(folder)
                    ? undefined
                    : bundler.resolve(path, { kind, resolveDir: folder }),
              );
            },
          },
        ],
      }),
    );
  }
  return Promise.all(builds);
};

/** Runs the list. Fails with a `StepFailed` if the runtime cannot be had, or posts no results. */
export const run = async (
  runtime: Runtime,
  { packed, scratch, server }: { packed: Versions; scratch: string; server: ConformanceServer },
): Promise<ReadonlyArray<CaseResult>> => {
  const { name, packages, files = {}, command, exclusions = {} } = runtime;
  const folder = join(scratch, name);
  mkdirSync(folder);
  const hasUndici = exclusions["Effect on undici"] === undefined;
  const dependencies = {
    ...packed,
    effect: catalog("effect"),
    ...(hasUndici ? { undici: catalog("undici") } : {}),
    ...packages,
  };
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ private: true, type: "module", dependencies }, null, 2),
  );
  for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content);
  // A registry may fail to answer once.
  await step(`${name}: install`, npmInstall, folder, outsideEnv).catch(() =>
    step(`${name}: install, again`, npmInstall, folder, outsideEnv),
  );
  const { filesUrl, resultsUrl, results } = server.open(name, folder);
  const { origin, otherOrigin } = server;
  await bundleAll(runtime, hasUndici, { origin, otherOrigin, resultsUrl, exclusions }, folder);
  const line = command.replace("FILES_URL", filesUrl);
  const output = await step(`${name}: run`, line, folder, outsideEnv);
  const posted = results();
  if (posted === undefined) throw new Error(`${name} posted no results:\n${output}`);
  return posted;
};
