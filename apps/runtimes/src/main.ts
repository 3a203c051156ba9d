// `pnpm runtimes [NAME…] [--write]`: runs the conformance list from the packed packages in each runtime, or in those named.
// `--write` puts the table of what ran where into the client's README.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { StepFailed } from "../../../scripts/step.ts";
import type { CaseResult } from "./conformance/Case.ts";
import * as Report from "./Report.ts";
import * as Run from "./Run.ts";
import type { Runtime } from "./Runtime.ts";
import { runtimes } from "./Runtimes.ts";
import * as ConformanceServer from "./server/ConformanceServer.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { write: { type: "boolean", default: false } },
});
const unknown = positionals.find((name) => runtimes.every((runtime) => runtime.name !== name));
if (unknown !== undefined) {
  const names = runtimes.map(({ name }) => name).join(", ");
  console.error(`There is no runtime ${unknown}: expected some of ${names}`);
  process.exit(1);
}
const selected = runtimes.filter(
  ({ name }) => positionals.length === 0 || positionals.includes(name),
);

const scratch = mkdtempSync(join(tmpdir(), "scorecard-runtimes-"));
process.once("exit", () => rmSync(scratch, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

const server = await ConformanceServer.start();
const packed = await Run.packAll(scratch);

let failed = false;
const fail = (message: string): void => {
  failed = true;
  console.error(message);
};

const all = new Map<string, ReadonlyArray<CaseResult>>();
const report = async (runtime: Runtime): Promise<void> => {
  try {
    const results = await Run.run(runtime, { packed, scratch, server });
    all.set(runtime.name, results);
    for (const { case: name, ok, detail } of results) {
      if (!ok) fail(`FAIL  ${runtime.name}: ${name}\n      ${detail ?? ""}`);
    }
  } catch (error) {
    fail(error instanceof StepFailed ? error.message : String(error));
  }
};
// One installs while another runs.
const waiting = [...selected];
const worker = async (): Promise<void> => {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await report(next);
};
await Promise.all([worker(), worker()]);
server.close();

const rows = selected.flatMap((runtime) => {
  const results = all.get(runtime.name);
  return results === undefined ? [] : [[runtime, Report.count(results)] as const];
});
console.log(`\n${Report.table(rows)}`);

// The table of a run in which every runtime passes, as far as this run can tell.
const names = [...all.values()][0]?.map((result) => result.case) ?? [];
const expected = runtimes.map((runtime) => {
  const { exclusions = {} } = runtime;
  const keys = Object.keys(exclusions);
  const stale = keys.find(
    (key) => !names.some((name) => name === key || name.startsWith(`${key}:`)),
  );
  if (stale !== undefined && names.length > 0) fail(`${runtime.name} excludes no case: ${stale}`);
  const excluded = names.filter((name) =>
    keys.some((key) => name === key || name.startsWith(`${key}:`)),
  ).length;
  return [runtime, { passed: names.length - excluded, failed: 0, excluded }] as const;
});
if (values.write) {
  if (failed || selected.length < runtimes.length) {
    fail("The table is written only by a run in which every runtime passes.");
  } else Report.write(Report.table(rows));
} else if (!Report.isCurrent(Report.table(expected))) {
  fail("The table in the client's README is stale: run `pnpm runtimes --write`.");
}
process.exitCode = failed ? 1 : 0;
