/** Times contenders against each other: interleaved, in one call, round after round. */

/** One way to do the job. */
interface Contender {
  readonly name: string;
  /** Does the job once. */
  readonly run: () => Promise<void> | void;
}

/** A job, and the ways to do it; the first contender is what the others are held against. */
export interface Bench {
  readonly name: string;
  /** What one run of a contender is, in words. */
  readonly what: string;
  /** How many units one run does, and what they are. */
  readonly units: { readonly count: number; readonly name: string };
  readonly rounds: number;
  readonly contenders: readonly [Contender, ...ReadonlyArray<Contender>];
}

/** What was measured of one contender. */
export interface Figures {
  readonly contender: string;
  /** Median of all rounds, in nanoseconds a unit. */
  readonly nanoseconds: number;
  /** The median of the rounds' ratios to the first contender, each taken within its round. */
  readonly ratio: number;
}

/**
 * Runs every contender once a round, in an order that shifts from round to round, so that none has always
 * the same one before it. Ratios are taken within a round: a machine that slows down slows all of them.
 */
export const measure = async (bench: Bench): Promise<ReadonlyArray<Figures>> => {
  const times = bench.contenders.map((): Array<number> => []);
  const warmUps = Math.max(2, Math.ceil(bench.rounds / 10));
  for (let round = -warmUps; round < bench.rounds; round += 1) {
    for (const offset of bench.contenders.keys()) {
      const at = (offset + round + warmUps) % bench.contenders.length;
      const start = process.hrtime.bigint();
      await bench.contenders[at]?.run();
      const time = Number(process.hrtime.bigint() - start);
      if (round >= 0) times[at]?.push(time);
    }
  }
  const [base = []] = times;
  return bench.contenders.map(({ name }, at) => {
    const own = times[at] ?? [];
    return {
      contender: name,
      nanoseconds: median(own) / bench.units.count,
      ratio: median(own.map((time, round) => time / (base[round] ?? Number.NaN))),
    };
  });
};

const median = (sample: ReadonlyArray<number>): number => {
  const sorted = sample.toSorted((a, b) => a - b);
  const [low = Number.NaN, high = Number.NaN] = [
    sorted[(sorted.length - 1) >> 1],
    sorted[sorted.length >> 1],
  ];
  return (low + high) / 2;
};
