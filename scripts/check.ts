// The check command: everything that needs no test to run. Each check runs even when one before it
// fails, so that one call shows all there is to mend.
import { run } from "./run.ts";

const checks = {
  lockfile: "pnpm install --frozen-lockfile --lockfile-only --silent",
  lint: "oxlint",
  format: "oxfmt --check",
  "dead code": "knip",
  types: "turbo run typecheck //#typecheck:root --output-logs=new-only",
  "openapi.json": "node scripts/openapi.ts --check",
  api: "node scripts/api.ts --check",
  examples: "node scripts/examples.ts",
  documentation: "node apps/docs/src/main.ts",
  guarantees: "node scripts/guarantees.ts",
  effect: "turbo run effect:check //#effect:check:examples --output-logs=new-only",
  size: "node scripts/size.ts",
  imports: "node scripts/imports.ts",
  packages: "turbo run pack:check --output-logs=errors-only",
  consumers: "node scripts/consumers.ts",
};

const failed = Object.entries(checks).flatMap(([name, command]) => {
  console.log(`\n— ${name}: ${command}`);
  return run(command) ? [] : [name];
});
console.log(failed.length === 0 ? "\nAll checks passed." : `\nFailed: ${failed.join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;
