/** Runs the contenders of a bench against each other, round after round. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { type Bench, type Bound, nanosecondsIn } from "./Bench.ts";
import type { Cost } from "./Worker.ts";

/** What was measured of one contender: medians over all rounds. */
export interface Figures {
  readonly contender: string;
  /** Time for one unit, in the bench's unit of time. */
  readonly time: number;
  /** Time relative to the first contender: the median of the ratios within each round. */
  readonly ratio: number;
  /** CPU time of the contender's process on all cores, in the same unit as `time`. */
  readonly cpu: number;
  /** The process's peak memory, in MiB. */
  readonly peak: number;
  readonly bounds: ReadonlyArray<Bound & Verdict>;
}

/** Whether a contender kept a bound. */
interface Verdict {
  /** The median over the rounds, of ratios or of differences in MiB. */
  readonly measured: number;
  readonly kept: boolean;
}

/**
 * Runs every contender once a round. The order rotates from round to round, so that no contender always follows the
 * same one. Ratios are taken within a round: a machine that slows down slows all contenders.
 */
export const race = async (
  bench: Bench,
  server: string,
  quick: boolean,
): Promise<ReadonlyArray<Figures>> => {
  const { count, rounds } = quick ? bench.quick : { ...bench.units, rounds: bench.rounds };
  const warmUps = bench.fresh === true ? 0 : Math.max(1, Math.ceil(rounds / 10));
  const workers = bench.contenders.map(
    ({ unitsFactor = 1 }, index) => new ContenderWorker(bench, index, server, count * unitsFactor),
  );
  const costs = workers.map((): Array<Cost> => []);
  try {
    for (let round = -warmUps; round < rounds; round += 1) {
      for (const position of workers.keys()) {
        const index = (position + round + warmUps) % workers.length;
        const cost = await workers[index]?.run();
        if (round >= 0 && cost !== undefined) costs[index]?.push(cost);
      }
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.close()));
  }

  const costsOf = (name: string): ReadonlyArray<Cost> =>
    costs[bench.contenders.findIndex((contender) => contender.name === name)] ?? [];
  const judge = (own: ReadonlyArray<Cost>, bound: Bound): Bound & Verdict => {
    const other = costsOf(bound.against);
    const measured = median(
      own.map((cost, round) => {
        const [a, b] = [cost[bound.figure], other[round]?.[bound.figure] ?? Number.NaN];
        return bound.more === undefined ? a / b : (a - b) / MiB;
      }),
    );
    return { ...bound, measured, kept: measured <= (bound.more ?? bound.times ?? Number.NaN) };
  };
  const [base = []] = costs;
  return bench.contenders.map(({ name, unitsFactor = 1, bounds = [] }, index) => {
    const own = costs[index] ?? [];
    const unit = count * unitsFactor * nanosecondsIn[bench.units.time ?? "ns"];
    return {
      contender: name,
      time: median(own.map(({ time }) => time)) / unit,
      ratio: median(
        own.map(({ time }, round) => time / unitsFactor / (base[round]?.time ?? Number.NaN)),
      ),
      cpu: median(own.map(({ cpu }) => cpu)) / unit,
      peak: median(own.map(({ peak }) => peak)) / MiB,
      bounds: bounds.map((bound) => judge(own, bound)),
    };
  });
};

const MiB = 2 ** 20;

/** Runs a contender in a process: one for all rounds or, if the bench is `fresh`, a new one for each run. */
class ContenderWorker {
  readonly #start: () => ChildProcess;
  readonly #fresh: boolean;
  #process: ChildProcess | undefined;

  constructor(bench: Bench, index: number, server: string, units: number) {
    this.#fresh = bench.fresh ?? false;
    this.#start = () =>
      fork(
        new URL("Worker.ts", import.meta.url),
        [bench.module, bench.name, String(index), server, String(units)],
        { execArgv: [...process.execArgv, ...(bench.nodeFlags ?? [])] },
      );
  }

  async run(): Promise<Cost> {
    if (this.#process === undefined) {
      this.#process = this.#start();
      await reply(this.#process);
    }
    this.#process.send("run");
    const cost = await reply(this.#process);
    if (this.#fresh) await this.close();
    return cost;
  }

  async close(): Promise<void> {
    const ending = this.#process;
    this.#process = undefined;
    if (ending === undefined || !ending.connected) return;
    const ended = once(ending, "exit");
    ending.disconnect();
    await ended;
  }
}

/** The next message of a worker; fails if the worker exits first. */
const reply = async (worker: ChildProcess): Promise<Cost> => {
  const answered = new AbortController();
  const [answer] = await Promise.race([
    once(worker, "message", { signal: answered.signal }),
    once(worker, "exit", { signal: answered.signal }).then(() => {
      throw new Error(`A contender exited too early: ${worker.spawnargs.slice(2).join(" ")}`);
    }),
  ]).finally(() => {
    answered.abort();
  });
  return answer;
};

const median = (sample: ReadonlyArray<number>): number => {
  const sorted = sample.toSorted((a, b) => a - b);
  const [low = Number.NaN, high = Number.NaN] = [
    sorted[(sorted.length - 1) >> 1],
    sorted[sorted.length >> 1],
  ];
  return (low + high) / 2;
};
