// The test command: type check and tests of every package, then one line that counts them:
// `N passed, N failed, N skipped`. Fails on a stale lockfile, on a failed check or test, on a package
// whose tests left no report, and where there was nothing to test.
import { existsSync, globSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "./run.ts";

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numFailedTestSuites: number;
}

const root = dirname(import.meta.dirname);
const reportOf = (configFile: string): string =>
  join(root, dirname(configFile), "reports/vitest.json");
const tested = globSync("{packages,apps}/*/vitest.config.ts", { cwd: root });

// A report left by an earlier run must not count for this one; cached tasks bring theirs back.
for (const config of tested) rmSync(reportOf(config), { force: true });

const isLocked = run("pnpm install --frozen-lockfile --lockfile-only --silent");
const ok =
  isLocked && run("turbo run typecheck //#typecheck:root test --continue --output-logs=new-only");

const sum = { passed: 0, failed: 0, skipped: 0 };
for (const config of isLocked ? tested : []) {
  if (!existsSync(reportOf(config))) {
    console.error(`${dirname(config)}: no test report`);
    sum.failed += 1;
    continue;
  }
  // What vitest's JSON reporter writes.
  const report: Report = JSON.parse(readFileSync(reportOf(config), "utf8"));
  const failedToLoad = report.numFailedTests === 0 ? report.numFailedTestSuites : 0;
  sum.passed += report.numPassedTests;
  sum.failed += report.numFailedTests + failedToLoad;
  sum.skipped += report.numPendingTests + report.numTodoTests;
}
if (sum.passed === 0 && sum.failed === 0) console.error("There was nothing to test.");
console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exitCode = ok && sum.passed > 0 && sum.failed === 0 ? 0 : 1;
