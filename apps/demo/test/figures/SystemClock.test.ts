/** The clocks of machines are set: no time that the demo shows may depend on one. */
import { afterEach, assert, describe, it } from "@effect/vitest";
import { FakeRun } from "@scorecard-effect/fixtures";
import { Effect } from "effect";
import * as Progress from "../../src/terminal/Progress.ts";
import { start } from "../setup/TestExplorer.ts";

const systemNow = Date.now;
afterEach(() => {
  Date.now = systemNow;
});

const clocks: ReadonlyArray<readonly [string, () => () => number]> = [
  ["set back an hour", () => () => systemNow() - 3_600_000],
  ["set forward an hour", () => () => systemNow() + 3_600_000],
  [
    "frozen",
    () => {
      const now = systemNow();
      return () => now;
    },
  ],
];

describe("While the clock is", () => {
  it.live.each(clocks)("%s, progress counts the seconds that pass", ([, clock]) =>
    Effect.gen(function* () {
      const { elapsed } = yield* Progress.make;
      Date.now = clock();
      yield* Effect.sleep("60 millis");
      const seconds = yield* elapsed;
      assert.isAbove(seconds, 0.05);
      assert.isBelow(seconds, 30);
    }),
  );

  it.live.each(clocks)("%s, the explorer counts the seconds that a run took", ([, clock]) =>
    Effect.gen(function* () {
      const { session } = yield* start({
        runs: [FakeRun.make({ records: 250 })],
        faults: "on request 2: slow 100ms",
      });
      Date.now = clock();
      yield* session.complete;
      const [run] = session.state().runs;
      assert(run?.phase === "done");
      assert.isAbove(run.seconds, 0.09);
      assert.isBelow(run.seconds, 30);
    }),
  );
});
