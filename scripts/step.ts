import { spawn } from "node:child_process";
import { once } from "node:events";

/** A step failed. The message contains its command, and what it printed. */
export class StepFailed extends Error {}

/** Runs a command line, and prints one line about it: what it printed. */
export const step = async (
  name: string,
  command: string,
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> => {
  const started = performance.now();
  const child = spawn(command, { cwd, env, shell: true, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  const [status]: ReadonlyArray<unknown> = await once(child, "close");
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${status === 0 ? "ok  " : "FAIL"} ${seconds.padStart(5)} s  ${name}`);
  if (status !== 0) throw new StepFailed(`${name}: ${command}\n${output}`);
  return output;
};
