/** The memory that this process may use, as its container says. */
import { readFileSync } from "node:fs";

// The second is that of cgroups of version 1.
const files = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"] as const;

// Version 1 has no word for no limit: it says a number that no machine has.
const noLimit = 2 ** 50;

/** Reads the text of a limit: undefined where it is none, such as `max`. */
export const parse = (text: string): number | undefined => {
  const bytes = Number(text.trim());
  return Number.isSafeInteger(bytes) && bytes > 0 && bytes < noLimit ? bytes : undefined;
};

const read = (file: string): number | undefined => {
  try {
    return parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
};

/** The limit of the container in bytes; undefined where there is none. */
export const ofContainer = (): number | undefined => {
  // Also that of a group within a group, as systemd and tests make them.
  const own = ((): string => {
    try {
      return readFileSync("/proc/self/cgroup", "utf8");
    } catch {
      return "";
    }
  })();
  const nested = [...own.matchAll(/^\d+:(?:memory)?:(\/.+)$/gm)].flatMap(([, path = ""]) => [
    `/sys/fs/cgroup${path}/memory.max`,
    `/sys/fs/cgroup/memory${path}/memory.limit_in_bytes`,
  ]);
  const limits = [...files, ...nested].flatMap((file) => read(file) ?? []);
  return limits.length === 0 ? undefined : Math.min(...limits);
};
