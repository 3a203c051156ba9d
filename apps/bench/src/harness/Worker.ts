/**
 * The process of one contender: opens the contender, and runs its job each time the parent asks. It imports nothing
 * but the bench's module, so that a contender is measured with what it needs and no more.
 */
import { readFileSync } from "node:fs";
import type { Bench } from "./Bench.ts";
import type { BoundedCounts } from "./BoundedCount.ts";

/** What one run cost. */
export interface Cost {
  /** In nanoseconds. */
  readonly time: number;
  /** CPU time of this process on all cores, garbage collection included, in nanoseconds. */
  readonly cpu: number;
  /** The process's peak memory so far, in bytes. */
  readonly peak: number;
}

const [module = "", name = "", index = "", server = "", count = ""] = process.argv.slice(2);
const units = Number(count);

// What the modules in benches/ export.
const exported: { readonly [name: string]: Bench | BoundedCounts } = await import(module);
const bench = Object.values(exported).find((own) => own.name === name);
const contender =
  bench !== undefined && "contenders" in bench ? bench.contenders[Number(index)] : undefined;
if (contender === undefined) throw new Error(`${name} has no contender ${index}`);
// The process ends when its parent does, and only then: first it closes what the contender has open.
const finalizers: Array<() => Promise<void>> = [];
process.on("SIGINT", () => {});
process.on("disconnect", () => {
  void Promise.allSettled(finalizers.map((close) => close())).then(() => process.exit());
});
const job = await contender.open(server, {
  units,
  atEnd: (close) => finalizers.push(close),
});

// VmHWM starts at exec. getrusage also counts the memory of the parent at the time of the fork.
const peak = (): number => {
  if (process.platform !== "linux") return process.resourceUsage().maxRSS * 1024;
  const [, kibibytes] =
    /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  return Number(kibibytes) * 1024;
};

const run = async (): Promise<void> => {
  const before = process.cpuUsage();
  const start = process.hrtime.bigint();
  await job(units);
  const time = Number(process.hrtime.bigint() - start);
  const { user, system } = process.cpuUsage(before);
  process.send?.({ time, cpu: (user + system) * 1000, peak: peak() } satisfies Cost);
};

process.on("message", () => {
  // A run that fails ends the process, and the parent sees the exit.
  void run();
});
process.send?.("ready");
