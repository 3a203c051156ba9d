// The test command: type check and tests of every package, then one line that counts them:
// `N passed, N failed, N skipped`. Fails on a stale lockfile, on a failed check or test, on a package
// whose tests left no report, and where there was nothing to test.
import { existsSync, globSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "./run.ts";

interface Manifest {
  readonly scripts?: { readonly [name: string]: string };
}

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: ReadonlyArray<{
    readonly name: string;
    readonly status: string;
    readonly assertionResults: ReadonlyArray<{ readonly status: string }>;
  }>;
}

// Drawn here, so that a cached result of another seed does not stand in for this one.
if (process.env["PROPERTY_SEED"] === "random") {
  process.env["PROPERTY_SEED"] = String(Math.floor(Math.random() * 2 ** 31));
  console.log(`PROPERTY_SEED=${process.env["PROPERTY_SEED"]}`);
}

const root = dirname(import.meta.dirname);
const reportOf = (folder: string): string => join(root, folder, "reports/vitest.json");
const folders = globSync("{packages,apps,examples}/*/package.json", { cwd: root })
  .map((path) => dirname(path))
  .toSorted();
const tested = folders.filter((folder) => {
  // What every package.json is.
  const { scripts = {} }: Manifest = JSON.parse(
    readFileSync(join(root, folder, "package.json"), "utf8"),
  );
  return scripts["test"] !== undefined || existsSync(join(root, folder, "test"));
});
// The scripts are a folder of the workspace's own package.
tested.push("scripts");

// A report left by an earlier run must not count for this one; cached tasks bring theirs back.
for (const folder of tested) rmSync(reportOf(folder), { force: true });

const sum = { passed: 0, failed: 0, skipped: 0 };
const fail = (reason: string): void => {
  console.error(reason);
  sum.failed += 1;
};

if (run("pnpm install --frozen-lockfile --lockfile-only --silent")) {
  const ok = run(
    "turbo run typecheck //#typecheck:root //#test:scripts test --continue --output-logs=new-only",
  );
  for (const folder of tested) {
    if (!existsSync(reportOf(folder))) {
      fail(`${folder}: no test report`);
      continue;
    }
    // What vitest's JSON reporter writes.
    const report: Report = JSON.parse(readFileSync(reportOf(folder), "utf8"));
    sum.passed += report.numPassedTests;
    sum.failed += report.numFailedTests;
    sum.skipped += report.numPendingTests + report.numTodoTests;
    for (const { name, status, assertionResults } of report.testResults) {
      // A file that cannot be loaded has no test that could fail.
      if (status === "failed" && !assertionResults.some((result) => result.status === "failed")) {
        fail(`${name}: did not run to its end`);
      }
    }
  }
  if (!ok && sum.failed === 0) fail("The type check or a test task failed: see above.");
  if (sum.passed + sum.failed === 0) fail("There was nothing to test.");
} else {
  fail("pnpm-lock.yaml is stale: see CONTRIBUTING.md on changing a dependency.");
}
console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exitCode = sum.failed === 0 ? 0 : 1;
