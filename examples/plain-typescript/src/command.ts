/** The gate as a command: what it prints, and its exit codes. */
import { createClient } from "@scorecard-effect/client/promise";
import { judge } from "./gate.ts";
import { rules } from "./rules.ts";

/** The exit codes. */
export const exit = {
  kept: 0,
  broken: 1,
  /** The run was not judged, and will not be before somebody mends something. */
  unjudged: 2,
  /** The run was not judged, but may be when the job is started again (EX_TEMPFAIL of sysexits). */
  later: 75,
} as const;

/** Judges the run that the arguments name; the exit code. */
export const command = async (
  args: ReadonlyArray<string>,
  env: { readonly [name: string]: string | undefined },
  print: (line: string) => void = console.log,
): Promise<number> => {
  const [runId, ...others] = args;
  if (runId === undefined || others.length > 0) {
    print("usage: gate RUN");
    return exit.unjudged;
  }
  await using client = createClient({
    apiKey: env["SCORECARD_API_KEY"] ?? "",
    baseUrl: env["SCORECARD_BASE_URL"],
  });
  try {
    const verdicts = await judge(client, runId, rules);
    for (const { rule, scores, mean, isKept } of verdicts) {
      const found = `mean ${mean.toFixed(3)} of ${scores} scores`;
      print(`${isKept ? "ok  " : "FAIL"} ${rule.name}: ${found}, at least ${rule.atLeast} wanted`);
    }
    return verdicts.every(({ isKept }) => isKept) ? exit.kept : exit.broken;
  } catch (error) {
    // All errors of the client say in one line what happened and where, and whether it may pass.
    if (!(error instanceof Error && "isRetryable" in error)) throw error;
    print(`not judged: ${error.message}`);
    return error.isRetryable === true ? exit.later : exit.unjudged;
  }
};
