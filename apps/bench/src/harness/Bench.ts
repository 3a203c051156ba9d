/** A bench: one job, the contenders that do it, and the bounds that they must keep. */

/** One way to do the job. */
export interface Contender {
  readonly name: string;
  /**
   * Prepares the contender in a process of its own; nothing that it loads or opens here is measured. The job that it
   * returns is what is measured, and must fail if it did not do all of its units.
   */
  readonly open: (server: string, context: ContenderContext) => Promise<Job>;
  /** One run of this contender does this many times the bench's units. Default 1. */
  readonly unitsFactor?: number;
  readonly bounds?: ReadonlyArray<Bound>;
}

/** What a contender knows about its process. */
export interface ContenderContext {
  /** How many units each run does. */
  readonly units: number;
  /** Registers a finalizer that runs before the process ends. */
  readonly atEnd: (close: () => Promise<void>) => void;
}

/** Does this many units of work, once. */
export type Job = (units: number) => Promise<void>;

/** A limit on one figure, relative to the same figure of another contender in the same round. */
export interface Bound {
  readonly figure: "time" | "cpu" | "peak";
  /** The name of the other contender. */
  readonly against: string;
  /** At most this many times the other's figure. */
  readonly times?: number;
  /** At most this many MiB more than the other's figure. */
  readonly more?: number;
}

/** A job, and the contenders that do it; ratios are taken against the first one. */
export interface Bench {
  readonly name: string;
  /** `import.meta.url` of the module that exports this bench: each contender's process imports it from there. */
  readonly module: string;
  /** What one run of a contender does, in words. */
  readonly what: string;
  /** How many units one run does, what a unit is, and the unit of time to report. Default nanoseconds. */
  readonly units: {
    readonly count: number;
    readonly name: string;
    readonly time?: keyof typeof nanosecondsIn;
  };
  readonly rounds: number;
  /** A short run that shows whether the bench works; its figures mean little. */
  readonly quick: { readonly count: number; readonly rounds: number };
  /** Whether each run gets a new process. Default false. */
  readonly fresh?: boolean;
  /** Flags of Node for the contenders' processes. */
  readonly nodeFlags?: ReadonlyArray<string>;
  readonly contenders: readonly [Contender, ...ReadonlyArray<Contender>];
}

/** The nanoseconds in each unit of time. */
export const nanosecondsIn = { ns: 1, ms: 1e6 };

/** The unit of a bench's times, such as "ns/record". */
export const unitOf = ({ units }: Bench): string => `${units.time ?? "ns"}/${units.name}`;
