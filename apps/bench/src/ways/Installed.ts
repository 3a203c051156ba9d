/**
 * The promise client, the scripts and the commands as users run them: plain JavaScript, the client in a `node_modules`
 * folder with the files and exports of its package, the commands bundled. From source, Node would strip types first, which costs time and memory.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const installed = new URL("../../dist/", import.meta.url);
const installedClient = new URL("node_modules/@scorecard-effect/client/", installed);

/** Loads the entry for programs without Effect, one bundled file. */
export const importPromiseClient = (): Promise<typeof import("@scorecard-effect/client/promise")> =>
  import(new URL("dist/promise.js", installedClient).href);

const scripts = { Bare: "Bare.js", Sdk: "Sdk.js", Promise: "Promise.js" };

/** The path of a script of the folder `scripts`. */
export const scriptPath = (name: keyof typeof scripts): string =>
  fileURLToPath(new URL(scripts[name], installed));

/** The path of a command of the fixtures, as it is published. */
export const commandPath = (name: string): string =>
  fileURLToPath(
    new URL(`dist/bin/${name}.js`, import.meta.resolve("@scorecard-effect/fixtures/package.json")),
  );

const bundle = (manifestFile: string): void => {
  const script = fileURLToPath(new URL("scripts/bundle.ts", manifestFile));
  const { status } = spawnSync(process.execPath, [script], { stdio: "inherit" });
  if (status !== 0) throw new Error(`${script} failed`);
};

/** Builds what this module finds. Contenders only find it: they load no bundler. */
export const install = async (): Promise<void> => {
  const { build } = await import("esbuild");
  const manifestFile = import.meta.resolve("@scorecard-effect/client/package.json");
  const { default: manifest } = await import(manifestFile, { with: { type: "json" } });
  bundle(manifestFile);
  bundle(import.meta.resolve("@scorecard-effect/fixtures/package.json"));

  rmSync(installed, { recursive: true, force: true });
  mkdirSync(new URL("dist/", installedClient), { recursive: true });
  copyFileSync(
    new URL("dist/promise.js", manifestFile),
    new URL("dist/promise.js", installedClient),
  );
  const { name, version, type, publishConfig } = manifest;
  writeFileSync(
    new URL("package.json", installedClient),
    JSON.stringify({ name, version, type, exports: publishConfig.exports }),
  );
  writeFileSync(new URL("package.json", installed), JSON.stringify({ type: "module" }));
  await build({
    entryPoints: Object.keys(scripts).map((script) =>
      fileURLToPath(new URL(`../scripts/${script}.ts`, import.meta.url)),
    ),
    outdir: fileURLToPath(installed),
    bundle: true,
    format: "esm",
    platform: "node",
    external: ["@scorecard-effect/client/promise"],
  });
};
