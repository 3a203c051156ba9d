// The test command: the type check and the tests of every package. The last line counts them: `N passed, N failed, N skipped`.
// vitest alone does not check types or the lockfile, and does not notice a test folder whose files no project includes.
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";

const root = dirname(import.meta.dirname);
const counts = { passed: 0, failed: 0, skipped: 0 };
const fail = (problem: string): void => {
  console.error(problem);
  counts.failed += 1;
};
const succeeds = (command: string): boolean =>
  spawnSync(command, { cwd: root, shell: true, stdio: "inherit" }).status === 0;

if (!succeeds("pnpm install --frozen-lockfile --lockfile-only --silent")) {
  fail("pnpm-lock.yaml is stale: see CONTRIBUTING.md on how to change a dependency.");
} else {
  if (!succeeds("pnpm typecheck")) fail("The type check failed: see above.");
  // A failed install leaves no vitest to import.
  const { startVitest } = await import("vitest/node");
  const { state } = await startVitest("test", [], {
    root,
    watch: false,
    allowOnly: false,
    // Many tests wait for processes that they start.
    maxWorkers: availableParallelism() + 1,
  });
  const modules = state.getTestModules();
  for (const module of modules) {
    const failedBefore = counts.failed;
    for (const test of module.children.allTests()) {
      const result = test.result().state;
      counts[result === "pending" ? "failed" : result] += 1;
    }
    // A file that cannot be loaded has no test that could fail.
    if (!["passed", "skipped"].includes(module.state()) && counts.failed === failedBefore) {
      fail(`${module.moduleId} did not run to its end.`);
    }
  }
  for (const folder of globSync("{packages,apps,examples}/*/test", { cwd: root })) {
    if (!modules.some(({ moduleId }) => moduleId.startsWith(join(root, folder, "/")))) {
      fail(`No test of ${folder} ran.`);
    }
  }
  if (state.getUnhandledErrors().length > 0) fail("Errors outside of tests: see above.");
  if (counts.passed + counts.failed === 0) fail("There was nothing to test.");
}
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed === 0 ? 0 : 1;
