/** Runs the contenders of a bench against each other: interleaved, in one call, round after round. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { Effect } from "effect";
import { type Bench, type Bound, nanosecondsIn } from "./Bench.ts";
import type { Cost } from "./Worker.ts";

/** The server of all benches, in a process of its own; its URL. Ends with the scope. */
export const serve = Effect.acquireRelease(
  Effect.promise(async () => {
    const server = fork(new URL("Server.ts", import.meta.url));
    const [port] = await once(server, "message");
    return { server, url: `http://127.0.0.1:${port}` };
  }),
  ({ server }) => Effect.sync(() => server.kill()),
).pipe(Effect.map(({ url }) => url));

/** What was measured of one contender: medians of all rounds. */
export interface Figures {
  readonly contender: string;
  /** A unit, in the bench's unit of time. */
  readonly time: number;
  /** Time against the first contender: the median of the ratios, each taken within its round. */
  readonly ratio: number;
  /** Of the contender's process on all cores, in the same unit as `time`. */
  readonly cpu: number;
  /** The most memory that the process has held, in MiB. */
  readonly peak: number;
  readonly bounds: ReadonlyArray<Bound & Verdict>;
}

/** How a contender did by a bound. */
interface Verdict {
  /** The median of the rounds' ratios or, in MiB, differences. */
  readonly measured: number;
  readonly kept: boolean;
}

/**
 * Runs every contender once a round, in an order that shifts from round to round, so that none has always
 * the same one before it. Ratios are taken within a round: a machine that slows down slows all of them.
 */
export const race = async (
  bench: Bench,
  server: string,
  quick: boolean,
): Promise<ReadonlyArray<Figures>> => {
  const { count, rounds } = quick ? bench.quick : { ...bench.units, rounds: bench.rounds };
  const warmUps = bench.fresh === true ? 0 : Math.max(1, Math.ceil(rounds / 10));
  const unitsOf = bench.contenders.map(({ times = 1 }) => count * times);
  const workers = unitsOf.map((units, at) => new Lane(bench, at, server, units));
  const costs = workers.map((): Array<Cost> => []);
  try {
    for (let round = -warmUps; round < rounds; round += 1) {
      for (const offset of workers.keys()) {
        const at = (offset + round + warmUps) % workers.length;
        const cost = await workers[at]?.run();
        if (round >= 0 && cost !== undefined) costs[at]?.push(cost);
      }
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.close()));
  }

  const ownOf = (name: string): ReadonlyArray<Cost> =>
    costs[bench.contenders.findIndex((contender) => contender.name === name)] ?? [];
  const judge = (own: ReadonlyArray<Cost>, bound: Bound): Bound & Verdict => {
    const other = ownOf(bound.against);
    const measured = median(
      own.map((cost, round) => {
        const [a, b] = [cost[bound.figure], other[round]?.[bound.figure] ?? Number.NaN];
        return bound.more === undefined ? a / b : (a - b) / MiB;
      }),
    );
    return { ...bound, measured, kept: measured <= (bound.more ?? bound.times ?? Number.NaN) };
  };
  const [base = []] = costs;
  return bench.contenders.map(({ name, times = 1, bounds = [] }, at) => {
    const own = costs[at] ?? [];
    const unit = count * times * nanosecondsIn[bench.units.time ?? "ns"];
    return {
      contender: name,
      time: median(own.map(({ time }) => time)) / unit,
      ratio: median(own.map(({ time }, round) => time / times / (base[round]?.time ?? Number.NaN))),
      cpu: median(own.map(({ cpu }) => cpu)) / unit,
      peak: median(own.map(({ peak }) => peak)) / MiB,
      bounds: bounds.map((bound) => judge(own, bound)),
    };
  });
};

const MiB = 2 ** 20;

/** A contender's process: one for all rounds or, where the bench asks for it, one a run. */
class Lane {
  readonly #start: () => ChildProcess;
  readonly #fresh: boolean;
  #process: ChildProcess | undefined;

  constructor(bench: Bench, at: number, server: string, units: number) {
    this.#fresh = bench.fresh ?? false;
    this.#start = () =>
      fork(new URL("Worker.ts", import.meta.url), [
        bench.module,
        String(at),
        server,
        String(units),
      ]);
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

/** What a worker says next; fails when it ends instead. */
const reply = async (worker: ChildProcess): Promise<Cost> => {
  const ended = new AbortController();
  const [answer] = await Promise.race([
    once(worker, "message", { signal: ended.signal }),
    once(worker, "exit", { signal: ended.signal }).then(() => {
      throw new Error(`A contender ended in the middle: ${worker.spawnargs.slice(2).join(" ")}`);
    }),
  ]).finally(() => {
    ended.abort();
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
