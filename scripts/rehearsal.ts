// Goes the whole way of a release, in a copy of the workspace and to a registry of its own: a changeset, the next versions
// and changelogs, and the packages published from there.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { startRegistry } from "./registry.ts";
import { step, StepFailed } from "./step.ts";

const root = dirname(import.meta.dirname);
const names = ["contract", "client", "fixtures"];
const told = "A change that the rehearsal of a release tells of.";

interface Manifest {
  readonly version: string;
  readonly publishConfig: object;
  readonly dependencies?: { readonly [name: string]: string };
}

// What the package.json of a package of ours is.
const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

/** Releases a next version of every package, with its files in a folder: the registry that has them, and their version. */
export const rehearse = async (
  folder: string,
): Promise<{ readonly registry: string; readonly version: string }> => {
  const registry = await startRegistry(join(folder, "registry"));
  const copy = join(folder, "workspace");
  // As they stand, committed or not.
  const files = execFileSync("git", ["ls-files", "-z", "-co", "--exclude-standard"], { cwd: root });
  for (const file of files.toString().split("\0")) {
    if (file === "" || !existsSync(join(root, file))) continue;
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file));
  }
  const before = manifestOf(join(copy, "packages/client")).version;
  writeFileSync(
    join(copy, ".changeset/rehearsal.md"),
    `---\n"@scorecard-effect/client": patch\n---\n\n${told}\n`,
  );
  for (const name of names) {
    // Nobody here can vouch for where it was built: provenance needs the host's workflow.
    const { publishConfig, ...manifest } = manifestOf(join(copy, "packages", name));
    writeFileSync(
      join(copy, "packages", name, "package.json"),
      JSON.stringify({ ...manifest, publishConfig: { ...publishConfig, provenance: false } }),
    );
  }
  const somebody = { NAME: "Rehearsal", EMAIL: "rehearsal@localhost" };
  const env = {
    ...process.env,
    ...Object.fromEntries(
      Object.entries(somebody).flatMap(([key, value]) => [
        [`GIT_AUTHOR_${key}`, value],
        [`GIT_COMMITTER_${key}`, value],
      ]),
    ),
  };
  const run = (name: string, command: string, own = env) =>
    step(`release: ${name}`, command, copy, own);
  await run("commit", "git init -q -b main && git add -A && git commit -q -m Rehearsal");
  await run("install", "pnpm install --prefer-offline --frozen-lockfile --ignore-scripts");
  await run("changeset version", "pnpm run version");
  await run("build", "pnpm build");
  // npm sends nothing without a token; this registry asks for none.
  const published = { ...env, npm_config_registry: registry };
  writeFileSync(
    join(copy, ".npmrc"),
    `registry=${registry}\n${registry.replace("http:", "")}:_authToken=none\n`,
  );
  await run("changeset publish", "pnpm exec changeset publish", published);

  const { version } = manifestOf(join(copy, "packages/client"));
  if (version === before) throw new StepFailed("release: the version did not change");
  for (const name of names) {
    const own = manifestOf(join(copy, "packages", name));
    if (own.version !== version) throw new StepFailed(`release: ${name} is at ${own.version}`);
  }
  const changelog = readFileSync(join(copy, "packages/client/CHANGELOG.md"), "utf8");
  if (!changelog.includes(`## ${version}`) || !changelog.includes(told)) {
    throw new StepFailed(`release: CHANGELOG.md does not tell of ${version}`);
  }
  const again = await run("changeset publish, again", "pnpm exec changeset publish", published);
  if (!again.includes("No unpublished")) throw new StepFailed(`release: published twice\n${again}`);
  return { registry, version };
};
