/** Runs a command within a limit of memory, as a pod does: in a cgroup, where this process may make one. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";

const mebibyte = 2 ** 20;

/** The files of a cgroup: version 2, or 1. */
const version2 = {
  folder: "/sys/fs/cgroup",
  limit: "memory.max",
  peak: "memory.peak",
};
const version1 = {
  folder: "/sys/fs/cgroup/memory",
  limit: "memory.limit_in_bytes",
  peak: "memory.max_usage_in_bytes",
};

/** A process in a pod. */
export interface Pod {
  readonly process: ChildProcess;
  /** Whether the limit is that of a cgroup. Without one, only the process itself keeps to it. */
  readonly isLimited: boolean;
  /** The most memory that it has used, in MiB. */
  readonly peak: () => number;
  /** Removes the cgroup of a process that has ended. */
  readonly remove: () => void;
}

/** Makes a cgroup with a limit: its folder, or undefined where that is not allowed. */
const makeGroup = (memoryMiB: number) => {
  for (const version of [version1, version2]) {
    const folder = `${version.folder}/scorecard-bench-${process.pid}`;
    try {
      if (!existsSync(`${version.folder}/cgroup.procs`)) continue;
      mkdirSync(folder);
      writeFileSync(`${folder}/${version.limit}`, String(memoryMiB * mebibyte));
      return { folder, peak: `${folder}/${version.peak}` };
    } catch {
      // Only root may make one, and not in every container.
    }
  }
  return undefined;
};

/** Starts a program within a limit of memory. */
export const startPod = (
  memoryMiB: number,
  args: ReadonlyArray<string>,
  env: NodeJS.ProcessEnv,
): Pod => {
  const group = makeGroup(memoryMiB);
  // The shell joins the group, and becomes the program.
  const join = group === undefined ? "" : `echo $$ > ${group.folder}/cgroup.procs; `;
  const child = spawn("sh", ["-c", `${join}exec "$@"`, "sh", process.execPath, ...args], {
    env,
    stdio: "ignore",
  });
  let highest = 0;
  const peakOfProcess = (): number => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      highest = Math.max(highest, Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024);
    } catch {
      // It has ended.
    }
    return highest;
  };
  return {
    process: child,
    isLimited: group !== undefined,
    peak: () =>
      group === undefined ? peakOfProcess() : Number(readFileSync(group.peak, "utf8")) / mebibyte,
    remove: () => {
      if (group !== undefined) rmdirSync(group.folder);
    },
  };
};
