import { spawnSync } from "node:child_process";

/** Runs a command line of the workspace's tools, its output shown as it comes; whether it succeeded. */
export const run = (command: string): boolean => {
  const { status } = spawnSync(command, {
    shell: true,
    stdio: "inherit",
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" },
  });
  return status === 0;
};
