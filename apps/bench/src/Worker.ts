/**
 * The process of one contender: opens it, and does its job each time the parent asks. Loads nothing else, so
 * that a contender is measured with what it needs and no more.
 */
import { readFileSync } from "node:fs";
import type { Bench } from "./Bench.ts";

/** What one run cost; time in nanoseconds. */
export interface Cost {
  readonly time: number;
  /** Of this process, on all cores: the garbage collector's threads included. */
  readonly cpu: number;
  /** The most memory that the process has held so far, in bytes. */
  readonly peak: number;
}

const [module = "", at = "", server = "", count = ""] = process.argv.slice(2);
const units = Number(count);

// What the modules that Race.ts names export.
const { bench }: { readonly bench: Bench } = await import(module);
const contender = bench.contenders[Number(at)];
if (contender === undefined) throw new Error(`${bench.name} has no contender ${at}`);
// It ends with the one who asks, and not before it: what is open then is closed.
const closing: Array<() => Promise<void>> = [];
process.on("SIGINT", () => {});
process.on("disconnect", () => {
  void Promise.allSettled(closing.map((close) => close())).then(() => process.exit());
});
const job = await contender.open(server, {
  units,
  atEnd: (close) => closing.push(close),
});

// What the system says was the most since the program was loaded; getrusage also counts what the parent held
// when it forked.
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
  // A failed run ends the process: the parent sees its exit.
  void run();
});
process.send?.("ready");
