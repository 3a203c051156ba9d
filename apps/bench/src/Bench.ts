/** What a bench is: the ways to do one job, and the bounds that hold for them. */

/** One way to do the job. */
export interface Contender {
  readonly name: string;
  /**
   * Makes ready, in a process of the contender's own: what is loaded and opened here is not measured. What it
   * gives does the job: the measured part. It fails where the job was not done in full.
   */
  readonly open: (server: string, process: ContenderProcess) => Promise<Job>;
  /** How many times the bench's units one run of this contender does. Default 1. */
  readonly times?: number;
  readonly bounds?: ReadonlyArray<Bound>;
}

/** What a contender knows of its process. */
export interface ContenderProcess {
  /** How many units each run will do. */
  readonly units: number;
  /** Does something before the process ends. */
  readonly atEnd: (close: () => Promise<void>) => void;
}

/** Does so many units of work, once. */
export type Job = (units: number) => Promise<void>;

/** What a contender may cost, held against another contender of the same round. */
export interface Bound {
  readonly figure: "time" | "cpu" | "peak";
  /** The name of that contender. */
  readonly against: string;
  /** At most so many times its figure. */
  readonly times?: number;
  /** At most so many MiB more than its figure. */
  readonly more?: number;
}

/** A job, and the ways to do it; the first contender is what the others are held against. */
export interface Bench {
  readonly name: string;
  /** `import.meta.url` of the module, which exports this as `bench`: contenders are opened from there. */
  readonly module: string;
  /** What one run of a contender is, in words. */
  readonly what: string;
  /** How many units one run does, what they are, and in what their time is told. Default nanoseconds. */
  readonly units: {
    readonly count: number;
    readonly name: string;
    readonly time?: keyof typeof nanosecondsIn;
  };
  readonly rounds: number;
  /** A short run, to try the bench and not to read its figures. */
  readonly quick: { readonly count: number; readonly rounds: number };
  /** Whether each run has a new process, which has done nothing before. Default false. */
  readonly fresh?: boolean;
  readonly contenders: readonly [Contender, ...ReadonlyArray<Contender>];
}

/** How many nanoseconds a unit of time has. */
export const nanosecondsIn = { ns: 1, ms: 1e6 };
