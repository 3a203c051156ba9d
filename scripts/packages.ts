// Packs the workspace's packages, for projects outside of it.
import { readFileSync } from "node:fs";
import { delimiter, dirname, join, relative } from "node:path";
import { step } from "./step.ts";

export interface Versions {
  readonly [name: string]: string;
}

export const root = dirname(import.meta.dirname);

/** An environment without the workspace's commands and pnpm settings, which could stand in for what a project lacks. */
export const outsideEnv: NodeJS.ProcessEnv = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(npm|pnpm)_(?!config_(registry|cache)$)/.test(name),
    ),
  ),
  PATH: (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => relative(root, folder).startsWith(".."))
    .join(delimiter),
};

export const npmInstall = "npm install --prefer-offline --no-audit --no-fund --loglevel=error";

/** Packs a folder of the workspace, with exact versions in place of `catalog:`: the tarball. */
export const pack = async (folder: string, into: string): Promise<string> => {
  const tarball = join(into, "package.tgz");
  const command = `pnpm --silent pack --out ${JSON.stringify(tarball)}`;
  await step(`${folder}: pack`, command, join(root, folder));
  return tarball;
};

/** The version that the workspace pins of a dependency. */
export const catalog = (name: string): string => {
  const [, version] =
    new RegExp(`^  "?${name}"?: (.+)$`, "m").exec(
      readFileSync(join(root, "pnpm-workspace.yaml"), "utf8"),
    ) ?? [];
  if (version === undefined) throw new Error(`${name} is not in the catalog`);
  return version;
};
