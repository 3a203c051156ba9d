// Tries the packages as others get them: packs them, and runs the examples outside the workspace, on the tarballs alone; then
// releases them to a registry, and runs an example on what it gives. Every way to consume them is a row of the table; a
// failing step shows what it said, and ends its row.
import {
  copyFileSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { catalog, npmInstall, outsideEnv, pack, root, type Versions } from "./packages.ts";
import { rehearse } from "./rehearsal.ts";
import { step, StepFailed } from "./step.ts";

interface Consumer {
  /** A folder of examples/; or the READMEs and guides, whose snippets are run. */
  readonly example: string;
  readonly installer: keyof typeof installers;
  /** Versions in place of the example's own, or besides: of `typescript`, or of `node` to run on. */
  readonly devDependencies?: Versions;
  /** In place of the example's own, or besides. */
  readonly compilerOptions?: { readonly [option: string]: unknown };
  /** Commands of the packages that have to succeed. */
  readonly commands?: ReadonlyArray<string>;
  /** What snippets are run as. */
  readonly as?: "ts" | "js";
  /** Where the packages come from, if not from tarballs. */
  readonly from?: "registry";
}

/** The packages to consume, by name: tarballs, or versions of a registry. */
interface Packages {
  readonly versions: Versions;
  readonly registry?: string;
}

const installers = {
  npm: {
    install: npmInstall,
    execute: "npm exec --offline --",
  },
  pnpm: { install: "pnpm install --prefer-offline", execute: "pnpm exec" },
};

// What a project may differ in, each of its values, and the oldest with the oldest; but not all by all.
const oldest = { typescript: "5.9.3", node: "22.19.0" };
const bundler = { module: "esnext", moduleResolution: "bundler" };
const readmes = "snippets";
const consumers: ReadonlyArray<Consumer> = [
  { example: "streaming-service", installer: "npm", commands: ["scorecard-fake --help"] },
  { example: "contract-tests", installer: "npm", devDependencies: oldest },
  { example: "plain-typescript", installer: "pnpm", compilerOptions: bundler },
  { example: readmes, installer: "npm", as: "ts" },
  {
    example: readmes,
    installer: "pnpm",
    devDependencies: { typescript: oldest.typescript },
    compilerOptions: bundler,
    as: "js",
  },
  { example: "plain-typescript", installer: "npm", from: "registry" },
];

const scratch = mkdtempSync(join(tmpdir(), "scorecard-effect-"));
process.once("exit", () => rmSync(scratch, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

interface Manifest {
  readonly dependencies?: Versions;
  readonly devDependencies?: Versions;
}

interface Report {
  readonly numTotalTests: number;
  readonly numPassedTests: number;
}

/** Puts the snippets of the READMEs and guides, and what runs them, in the place of an example's own sources. */
const putSnippets = (folder: string): Versions => {
  const from = join(root, "scripts/snippets");
  for (const own of ["src", "test"]) rmSync(join(folder, own), { recursive: true });
  for (const file of globSync("*.ts", { cwd: from })) {
    copyFileSync(join(from, file), join(folder, file));
  }
  mkdirSync(join(folder, "src"));
  // scripts/examples.ts has taken them from the READMEs and the guides.
  for (const file of globSync(join(root, ".examples/{*README.md,docs_*.md}_*.ts"))) {
    const code = readFileSync(file, "utf8");
    const name = basename(file, ".ts").replaceAll(".", "_");
    const kind = code.includes('from "@effect/vitest"') ? "test.ts" : "ts";
    writeFileSync(join(folder, "src", `${name}.${kind}`), code);
  }
  return {
    "@effect/platform-node": catalog("@effect/platform-node"),
    "@scorecard-effect/client": "",
    esbuild: catalog("esbuild"),
    undici: catalog("undici"),
  };
};

const consume = async (
  { example, installer, devDependencies, compilerOptions, commands = [], as, from }: Consumer,
  { versions, registry }: Packages,
): Promise<void> => {
  const { install, execute } = installers[installer];
  const changes = [
    ...Object.entries({ ...devDependencies, ...compilerOptions }).flat(),
    ...(as === undefined ? [] : [`as ${as}`]),
    ...(from === undefined ? [] : [`from a ${from}`]),
  ];
  const name = [example, installer, ...changes].join(" ");
  const folder = mkdtempSync(join(scratch, `${example}-`));
  const environment = {
    ...outsideEnv,
    ...(as === undefined ? {} : { SNIPPETS_AS: as }),
    ...(registry === undefined ? {} : { npm_config_registry: registry }),
  };
  const run = (what: string, command: string) =>
    step(`${name}: ${what}`, command, folder, environment);
  const read = (file: string) => readFileSync(join(folder, file), "utf8");
  const write = (file: string, content: object) =>
    writeFileSync(join(folder, file), JSON.stringify(content, null, 2));

  await pack(`examples/${example === readmes ? "contract-tests" : example}`, folder);
  await run("copy", "tar -xzf package.tgz --strip-components 1");
  // Of a run in the workspace.
  rmSync(join(folder, "reports"), { recursive: true, force: true });

  const added = example === readmes ? putSnippets(folder) : {};

  // What a package.json, a tsconfig.json and the report of vitest's JSON reporter are.
  const manifest: Manifest = JSON.parse(read("package.json"));
  const ours = (dependencies: Versions = {}): Versions =>
    Object.fromEntries(
      Object.entries(dependencies).map(([own, version]) => [own, versions[own] ?? version]),
    );
  const direct = {
    dependencies: ours(manifest.dependencies),
    devDependencies: {
      ...ours({ ...manifest.devDependencies, ...added }),
      ...devDependencies,
    },
  };
  // A package that another depends on would be looked for on the registry, which may not have it.
  const overrides = Object.fromEntries(
    Object.entries(registry === undefined ? versions : {}).filter(
      ([own]) => !(own in direct.dependencies || own in direct.devDependencies),
    ),
  );
  write("package.json", { ...manifest, ...direct, overrides });
  // It runs without the script; pnpm wants to be told.
  write("pnpm-workspace.yaml", { overrides: versions, allowBuilds: { esbuild: false } });
  const tsconfig: { readonly compilerOptions: object } = JSON.parse(read("tsconfig.json"));
  write("tsconfig.json", {
    ...tsconfig,
    compilerOptions: { ...tsconfig.compilerOptions, ...compilerOptions },
    ...(example === readmes ? { include: ["src", "*.ts"] } : {}),
  });

  // A registry may be slow to answer for once; what is wrong with the packages is so each time.
  await run("install", install).catch(() => run("install, again", install));
  await run("type check", `${installer} run typecheck`);
  await run("test", `${installer} run test`);
  const { numPassedTests: passed, numTotalTests: total }: Report = JSON.parse(
    read("reports/vitest.json"),
  );
  if (passed === 0 || passed < total) throw new StepFailed(`${name}: ${passed} of ${total} passed`);
  for (const command of commands) await run(command, `${execute} ${command}`);
};

let failed = 0;
const attempt = async (what: () => Promise<void>): Promise<void> => {
  try {
    await what();
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    failed += 1;
    console.error(`\n${error.message}`);
  }
};

const names = ["contract", "client", "fixtures"];
const byName = (version: (name: string) => string): Versions =>
  Object.fromEntries(names.map((name) => [`@scorecard-effect/${name}`, version(name)]));

let tarballs: Packages | undefined;
let released: Packages | undefined;
await attempt(async () => {
  await step("build", "pnpm build", root);
  const packed: { [name: string]: string } = {};
  for (const name of names) {
    packed[name] = await pack(`packages/${name}`, mkdtempSync(join(scratch, `${name}-`)));
  }
  tarballs = { versions: byName((name) => `file:${packed[name]}`) };
});
await attempt(async () => {
  const { registry, version } = await rehearse(mkdtempSync(join(scratch, "release-")));
  released = { versions: byName(() => version), registry };
});
// One after the other: what the first has fetched, the others find in the cache.
for (const consumer of consumers) {
  const packages = consumer.from === "registry" ? released : tarballs;
  if (packages !== undefined) await attempt(() => consume(consumer, packages));
}
console.log(
  failed === 0 ? `${consumers.length} consumers can use the packages.` : `${failed} failed.`,
);
process.exitCode = failed === 0 ? 0 : 1;
