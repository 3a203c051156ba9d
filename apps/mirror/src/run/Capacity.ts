/** How much a runner takes on at once. */
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Semaphore from "effect/Semaphore";
import * as PageMemory from "./PageMemory.ts";

/** What bounds the work of a runner. */
export interface CapacityOptions {
  /**
   * How many pages one activity of the workflow copies. Default 100: each activity costs the engine some 40 ms. A hundred
   * pages make that small.
   */
  readonly chunk?: number;
  /**
   * How many chunks are copied at once. Default 10. Their pages are all that is in memory, however many runs there are;
   * other runs wait for a slot.
   */
  readonly concurrency?: number;
  /** How much memory the process may use, in bytes: pages are held accordingly. Default: no limit. */
  readonly memory?: number | undefined;
}

/** The capacity of a runner that is told nothing else. */
export const defaults = { chunk: 100, concurrency: 10 } as const;

/** The capacity of this runner. */
export class Capacity extends Context.Service<
  Capacity,
  {
    readonly chunk: number;
    readonly slots: Semaphore.Semaphore;
    readonly memory: PageMemory.PageMemory;
  }
>()("@scorecard-effect/mirror/run/Capacity") {
  static readonly layer = ({
    chunk = defaults.chunk,
    concurrency = defaults.concurrency,
    memory,
  }: CapacityOptions = {}): Layer.Layer<Capacity> =>
    Layer.effect(
      Capacity,
      Effect.map(Semaphore.make(concurrency), (slots) => ({
        chunk,
        slots,
        memory: PageMemory.make(memory),
      })),
    );
}
