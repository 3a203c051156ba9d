import { NodeServices } from "@effect/platform-node";
import { assert, it } from "@effect/vitest";
import { Effect } from "effect";
import { crash, full, small } from "./CrashScenario.ts";

const scale = process.env["CHAOS"] === "1" ? full : small;

it.live(
  "Whatever dies, the tables equal the source",
  () =>
    Effect.gen(function* () {
      const report = yield* crash(scale);
      assert.deepInclude(report, { records: scale.runs * scale.records, differences: 0 });
      assert.lengthOf(report.takeovers, scale.kills);
      assert.isAtLeast(report.resumed, 1);
      // Pages that were under way at the end of a chunk or at a death were fetched again.
      assert.isAtMost(report.answered, 2 * report.pages);
    }).pipe(Effect.provide(NodeServices.layer)),
  90_000 * scale.kills,
);
