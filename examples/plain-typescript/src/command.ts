/** The gate as a command, with its output and its exit codes. */
import { createClient, InvalidResponse, ScorecardError } from "@scorecard-effect/client/promise";
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

/**
 * Judges the run that the arguments name, and returns the exit code. The client reads SCORECARD_API_KEY and
 * SCORECARD_BASE_URL.
 */
export const command = async (
  args: ReadonlyArray<string>,
  print: (line: string) => void = console.log,
): Promise<number> => {
  const [runId, ...others] = args;
  if (runId === undefined || others.length > 0) {
    print("usage: gate RUN");
    return exit.notJudged;
  }
  try {
    const { verdicts, malformed } = await judge(createClient(), runId, rules);
    // The message of every error of the client is one line.
    for (const { message } of malformed) print(`not judged: ${message}`);
    if (malformed.length > 0) return exit.notJudged;
    for (const { rule, scores, mean, passes } of verdicts) {
      const found = `mean ${mean.toFixed(3)} of ${scores} scores`;
      print(`${passes ? "ok  " : "FAIL"} ${rule.name}: ${found}, at least ${rule.atLeast} wanted`);
    }
    return verdicts.every(({ passes }) => passes) ? exit.passed : exit.failed;
  } catch (error) {
    if (!(error instanceof ScorecardError)) throw error;
    print(`not judged: ${hintFor(error)}${error.message}`);
    // True for transient failures, which the client has already retried.
    return error.isRetryable ? exit.tryLater : exit.notJudged;
  }
};

const hintFor = (error: ScorecardError): string =>
  error instanceof InvalidResponse && error.kind === "NotJson"
    ? "is SCORECARD_BASE_URL the API, or does a proxy answer? "
    : "";
