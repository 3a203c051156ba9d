import { spawnSync } from "node:child_process";

/** What the workspace's tools run in: they tell nobody of it. */
export const env = { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" };

/** Runs a command line of the workspace's tools, its output shown as it comes; whether it succeeded. */
export const run = (command: string): boolean => {
  const { status } = spawnSync(command, {
    shell: true,
    stdio: "inherit",
    env,
  });
  return status === 0;
};
