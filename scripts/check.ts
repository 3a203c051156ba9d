// The check command: everything that needs no test to run. Each check runs even when one before it
// fails, so that one call shows all there is to mend.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { env } from "./run.ts";

const first = {
  lockfile: "pnpm install --frozen-lockfile --lockfile-only --silent",
  build: "turbo run build --output-logs=errors-only",
  examples: "node scripts/examples.ts",
};
// Those wait for registries as much as they compute: the rest runs meanwhile. They need what is built, and what `examples` found.
const consumers = { consumers: "node scripts/consumers.ts" };
const others = {
  lint: "oxlint",
  format: "oxfmt --check",
  "dead code": "knip",
  types: "turbo run typecheck //#typecheck:root --output-logs=new-only",
  "openapi.json": "node scripts/openapi.ts --check",
  api: "node scripts/api.ts --check",
  documentation: "node apps/docs/src/main.ts",
  guarantees: "node scripts/guarantees.ts",
  effect: "turbo run effect:check //#effect:check:examples --output-logs=new-only",
  size: "node scripts/size.ts",
  imports: "node scripts/imports.ts",
  packages: "turbo run pack:check --output-logs=errors-only",
};

/** Runs checks one after the other, and shows what each said once it is done: those that failed. */
const failing = async (own: { readonly [name: string]: string }): Promise<Array<string>> => {
  const failed: Array<string> = [];
  for (const [name, command] of Object.entries(own)) {
    const started = Date.now();
    const child = spawn(command, { shell: true, env, stdio: ["inherit", "pipe", "pipe"] });
    const said: Array<Buffer> = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => said.push(chunk));
    }
    const [status]: ReadonlyArray<unknown> = await once(child, "close");
    const seconds = ((Date.now() - started) / 1000).toFixed(0);
    console.log(`\n— ${name}, ${seconds} s: ${command}\n${Buffer.concat(said).toString()}`);
    if (status !== 0) failed.push(name);
  }
  return failed;
};

const failed = await failing(first);
failed.push(...(await Promise.all([failing(others), failing(consumers)])).flat());
console.log(failed.length === 0 ? "\nAll checks passed." : `\nFailed: ${failed.join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;
