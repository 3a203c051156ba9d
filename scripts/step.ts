import { spawn } from "node:child_process";
import { once } from "node:events";

/** A step did not succeed. The message holds its command, and what it said. */
export class StepFailed extends Error {}

/** Runs a command line. One line tells how it went; what it said is kept for where it failed. */
export const step = async (
  name: string,
  command: string,
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> => {
  const started = Date.now();
  const child = spawn(command, { cwd, env, shell: true, stdio: ["ignore", "pipe", "pipe"] });
  const said: Array<string> = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => said.push(text));
  }
  const [status]: ReadonlyArray<unknown> = await once(child, "close");
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${status === 0 ? "ok  " : "FAIL"} ${seconds.padStart(5)} s  ${name}`);
  if (status !== 0) throw new StepFailed(`${name}: ${command}\n${said.join("")}`);
  return said.join("");
};
