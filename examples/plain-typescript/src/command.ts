/** The gate as a command, with its output and its exit codes. */
import { createClient } from "@scorecard-effect/client/promise";
import { judge } from "./gate.ts";
import { rules } from "./rules.ts";

/** The exit codes. */
export const exit = {
  passed: 0,
  failed: 1,
  /** The run was not judged: a permanent failure. */
  notJudged: 2,
  /** The run was not judged: a transient failure, so start the job again (EX_TEMPFAIL of sysexits). */
  tryLater: 75,
} as const;

/** Judges the run that the arguments name, and returns the exit code. */
export const command = async (
  args: ReadonlyArray<string>,
  env: { readonly [name: string]: string | undefined },
  print: (line: string) => void = console.log,
): Promise<number> => {
  const [runId, ...others] = args;
  if (runId === undefined || others.length > 0) {
    print("usage: gate RUN");
    return exit.notJudged;
  }
  await using client = createClient({
    apiKey: env["SCORECARD_API_KEY"] ?? "",
    baseUrl: env["SCORECARD_BASE_URL"],
  });
  try {
    const verdicts = await judge(client, runId, rules);
    for (const { rule, scores, mean, passes } of verdicts) {
      const found = `mean ${mean.toFixed(3)} of ${scores} scores`;
      print(`${passes ? "ok  " : "FAIL"} ${rule.name}: ${found}, at least ${rule.atLeast} wanted`);
    }
    return verdicts.every(({ passes }) => passes) ? exit.passed : exit.failed;
  } catch (error) {
    // The message of every client error is one line; `isRetryable` is true for transient failures.
    if (!(error instanceof Error && "isRetryable" in error)) throw error;
    print(`not judged: ${error.message}`);
    return error.isRetryable === true ? exit.tryLater : exit.notJudged;
  }
};
