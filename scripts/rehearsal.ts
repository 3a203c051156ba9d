// Rehearses a release in a copy of the workspace: a changeset, the next versions and changelogs, and the publication to a
// registry of its own. `changeset publish` has no dry run.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { Server } from "node:http";
import { join } from "node:path";
import { runServer } from "verdaccio";
import { root } from "./packages.ts";
import { step } from "./step.ts";

const names = ["contract", "client", "fixtures"];
const summary = "A change that the rehearsal of a release announces.";

/** Starts a registry on the loopback interface. It has our packages only once they are published; others it fetches. */
const startRegistry = async (folder: string): Promise<string> => {
  const everybody = { access: "$all", publish: "$all", unpublish: "$all" };
  const url = execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8" }).trim();
  const server: unknown = await runServer({
    configPath: join(folder, "verdaccio.yaml"),
    self_path: folder,
    storage: join(folder, "storage"),
    uplinks: { configured: { url } },
    packages: {
      "@scorecard-effect/*": everybody,
      "**": { ...everybody, publish: "$authenticated", proxy: "configured" },
    },
    log: { type: "stdout", format: "pretty", level: "fatal" },
  });
  assert(server instanceof Server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // It ends with the process.
  server.unref();
  const address = server.address();
  assert(address !== null && typeof address === "object");
  return `http://127.0.0.1:${address.port}/`;
};

/** Releases the next version of every package: the registry that has them, and their version. */
export const rehearse = async (
  folder: string,
): Promise<{ readonly registry: string; readonly version: string }> => {
  const registry = await startRegistry(join(folder, "registry"));
  const copy = join(folder, "workspace");
  const fileOf = (name: string, file: string): string => join(copy, "packages", name, file);
  const read = (name: string, file: string): string => readFileSync(fileOf(name, file), "utf8");
  const versions = (): ReadonlyArray<string> =>
    names.map((name) => String(JSON.parse(read(name, "package.json")).version));

  // The files as they are, committed or not.
  const files = execFileSync("git", ["ls-files", "-z", "-co", "--exclude-standard"], { cwd: root });
  for (const file of files.toString().split("\0").filter(Boolean)) {
    if (existsSync(join(root, file))) cpSync(join(root, file), join(copy, file));
  }
  const before = versions();
  const changeset = `---\n"@scorecard-effect/client": patch\n---\n\n${summary}\n`;
  writeFileSync(join(copy, ".changeset/rehearsal.md"), changeset);
  for (const name of names) {
    // Provenance needs the host's workflow.
    const manifest = read(name, "package.json").replace(/,\s*"provenance": true/, "");
    writeFileSync(fileOf(name, "package.json"), manifest);
  }
  // npm sends nothing without a token; this registry accepts any.
  const token = `${registry.replace("http:", "")}:_authToken=any\n`;
  writeFileSync(join(copy, ".npmrc"), `registry=${registry}\n${token}`);
  const author = { GIT_AUTHOR_NAME: "Rehearsal", GIT_AUTHOR_EMAIL: "rehearsal@localhost" };
  const committer = { GIT_COMMITTER_NAME: "Rehearsal", GIT_COMMITTER_EMAIL: "rehearsal@localhost" };
  const env = { ...process.env, ...author, ...committer };
  const run = (command: string, own = {}) =>
    step(`release: ${command}`, command, copy, { ...env, ...own });
  const publish = () => run("pnpm exec changeset publish", { npm_config_registry: registry });

  await run("git init -q -b main && git add -A && git commit -q -m Rehearsal");
  await run("pnpm install --prefer-offline --frozen-lockfile --ignore-scripts");
  await run("pnpm run version");
  const [version = "", ...others] = versions();
  assert(!before.includes(version) && others.every((other) => other === version));
  const changelog = read("client", "CHANGELOG.md");
  assert(changelog.includes(`## ${version}`) && changelog.includes(summary));
  await run("pnpm build");
  await publish();
  assert.match(await publish(), /No unpublished/);
  return { registry, version };
};
