// Uses the packages as others do: outside the workspace, packed. Each project of the table is an example, or the snippets of the
// READMEs and guides, installed with the tarballs; the last one installs from the registry of a rehearsed release. publint and
// attw check the packages' form, but run nothing.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, test } from "node:test";
import { catalog, npmInstall, outsideEnv, pack, root, type Versions } from "./packages.ts";
import { rehearse } from "./rehearsal.ts";
import { step } from "./step.ts";

interface Manifest {
  readonly dependencies?: Versions;
  readonly devDependencies?: Versions;
}

interface Project {
  /** A folder of the workspace, to be copied. */
  readonly folder: string;
  readonly installer: keyof typeof installers;
  /** Versions in place of the project's own: of `typescript`, or of `node` to run on. */
  readonly devDependencies?: Versions;
  /** In place of the project's own. */
  readonly compilerOptions?: { readonly [option: string]: unknown };
  /** Commands of the packages that must succeed. */
  readonly commands?: ReadonlyArray<string>;
  readonly env?: Versions;
}

const installers = {
  npm: {
    install: npmInstall,
    execute: "npm exec --offline --",
  },
  pnpm: { install: "pnpm install --prefer-offline", execute: "pnpm exec" },
};

// Each value in which a project may differ is in some row, and the oldest versions together; not every combination.
const oldest = { typescript: "5.9.3", node: "22.19.0" };
const bundler = { module: "esnext", moduleResolution: "bundler" };
const projects: ReadonlyArray<Project> = [
  { folder: "examples/streaming-service", installer: "npm", commands: ["scorecard-fake --help"] },
  { folder: "examples/contract-tests", installer: "npm", devDependencies: oldest },
  { folder: "examples/edge-route", installer: "npm" },
  {
    folder: "examples/plain-typescript",
    installer: "pnpm",
    compilerOptions: bundler,
    commands: ["scorecard-fake --help", "scorecard-laws --help"],
  },
  { folder: "scripts/snippets", installer: "npm", env: { SNIPPETS: "markdown" } },
  {
    folder: "scripts/snippets",
    installer: "pnpm",
    devDependencies: { typescript: oldest.typescript },
    compilerOptions: bundler,
    env: { SNIPPETS: "markdown", SNIPPETS_AS: "js" },
  },
];

const scratch = mkdtempSync(join(tmpdir(), "scorecard-effect-"));
process.once("exit", () => rmSync(scratch, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

/** Copies a project, and installs, type-checks and tests it with these versions of our packages. */
const consume = async (project: Project, versions: Versions, registry?: string): Promise<void> => {
  const { install, execute } = installers[project.installer];
  const folder = mkdtempSync(join(scratch, "project-"));
  const env = {
    ...outsideEnv,
    NODE_COMPILE_CACHE: join(scratch, "compile"),
    ...project.env,
    ...(registry === undefined ? {} : { npm_config_registry: registry }),
  };
  const run = (what: string, command: string) =>
    step(`${project.folder}, ${project.installer}: ${what}`, command, folder, env);
  const edit = (file: string, change: (content: object) => object): void => {
    const content: object = JSON.parse(readFileSync(join(folder, file), "utf8"));
    writeFileSync(join(folder, file), JSON.stringify(change(content), null, 2));
  };

  await run("copy", `tar -xzf ${await pack(project.folder, folder)} --strip-components 1`);
  if (project.folder === "scripts/snippets") {
    await run("snippets", `node ${join(root, "scripts/snippets.ts")} src`);
    rmSync(join(folder, "src/docstrings"), { recursive: true });
  }
  edit("package.json", (manifest: Manifest) => {
    const ours = (own: Versions = {}): Versions =>
      Object.fromEntries(Object.entries(own).map(([name, old]) => [name, versions[name] ?? old]));
    const dependencies = ours(manifest.dependencies);
    const devDependencies = { ...ours(manifest.devDependencies), ...project.devDependencies };
    // npm would look on the registry for a package that only another one depends on.
    const overrides = Object.entries(registry === undefined ? versions : {}).filter(
      ([name]) => !(name in dependencies || name in devDependencies),
    );
    return { ...manifest, dependencies, devDependencies, overrides: Object.fromEntries(overrides) };
  });
  // esbuild runs without its script; pnpm wants an answer.
  const settings = { overrides: versions, allowBuilds: { esbuild: false } };
  writeFileSync(join(folder, "pnpm-workspace.yaml"), JSON.stringify(settings));
  edit("tsconfig.json", (tsconfig: { readonly compilerOptions?: object }) => ({
    ...tsconfig,
    compilerOptions: { ...tsconfig.compilerOptions, ...project.compilerOptions },
  }));

  // A registry may fail once. What is wrong with the packages fails each time.
  await run("install", install).catch(() => run("install, again", install));
  await run("type check", `${project.installer} run typecheck`);
  const report = join(folder, "report.json");
  await run(
    "test",
    `${execute} vitest run --reporter=default --reporter=json --outputFile=${report}`,
  );
  const { numPassedTests, numTotalTests } = JSON.parse(readFileSync(report, "utf8"));
  assert(numPassedTests > 0 && numPassedTests === numTotalTests, "a test was skipped");
  for (const command of project.commands ?? []) await run(command, `${execute} ${command}`);
};

const versionsOf = (version: (name: string) => string): Versions =>
  Object.fromEntries(
    ["contract", "client", "fixtures"].map((name) => [`@scorecard-effect/${name}`, version(name)]),
  );
let tarballs: Versions = {};
before(async () => {
  const packed: Record<string, string> = {};
  for (const name of ["contract", "client", "fixtures"]) {
    packed[name] = await pack(`packages/${name}`, mkdtempSync(join(scratch, `${name}-`)));
  }
  tarballs = versionsOf((name) => `file:${packed[name]}`);
});

// One after the other: the first ones fill the cache for the others.
for (const project of projects) {
  const { folder, installer, ...changes } = project;
  void test(`${folder} with ${installer} ${JSON.stringify(changes)}`, () =>
    consume(project, tarballs));
}
void test("the types of the promise client, without those of Node, in the oldest TypeScript and ours", async () => {
  const folder = mkdtempSync(join(scratch, "types-"));
  const run = (what: string, command: string) =>
    step(`types: ${what}`, command, folder, outsideEnv);
  const write = (file: string, content: object) =>
    writeFileSync(join(folder, file), JSON.stringify(content));
  const { "@scorecard-effect/client": client, ...overrides } = tarballs;
  write("package.json", {
    type: "module",
    dependencies: { "@scorecard-effect/client": client },
    devDependencies: {
      // The client's README names it.
      "typescript-oldest": "npm:typescript@5.6.3",
      "typescript-ours": `npm:typescript@${catalog("typescript")}`,
    },
    overrides,
  });
  write("tsconfig.json", {
    compilerOptions: {
      target: "es2022",
      lib: ["ES2022", "DOM"],
      types: [],
      module: "nodenext",
      strict: true,
      skipLibCheck: false,
      declaration: true,
      emitDeclarationOnly: true,
    },
    files: ["main.ts"],
  });
  writeFileSync(
    join(folder, "main.ts"),
    `import { createClient } from "@scorecard-effect/client/promise";
const client = createClient();
export const page = client.getPage("135");
export const pages = client.listPages("135", {});
export const records = client.listRecords("135", { pageSize: 5 });
export const results = client.listRecordResults("135");
export const array = client.toArray("135");
`,
  );
  await run("install", npmInstall).catch(() => run("install, again", npmInstall));
  for (const version of ["oldest", "ours"]) {
    await run(`type check, ${version}`, `node node_modules/typescript-${version}/bin/tsc`);
    // A declaration has the types that an editor shows.
    const shown = readFileSync(join(folder, "main.d.ts"), "utf8")
      .replaceAll(/import\("[^"]*"\)\./g, "")
      .match(/(?<=const )\w+: .*(?=;)/g);
    assert.deepEqual(shown, [
      "page: Promise<Page<RecordWithScores>>",
      "pages: Listing<Page<RecordWithScores>>",
      "records: Listing<RecordWithScores>",
      "results: Listing<RecordResult<RecordWithScores>>",
      "array: Promise<RecordWithScores[]>",
    ]);
  }
});
void test("a release, and examples/plain-typescript with npm from its registry", async () => {
  const { registry, version } = await rehearse(mkdtempSync(join(scratch, "release-")));
  const project = { folder: "examples/plain-typescript", installer: "npm" } as const;
  await consume(
    project,
    versionsOf(() => version),
    registry,
  );
});
